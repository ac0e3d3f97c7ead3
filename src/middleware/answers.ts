/** What middlewares do to answers: to those that come, and to those that the server makes of errors. */
import {
  type AnswerEdit,
  type Context,
  ERROR_EDITS,
  type ErrorEdit,
  type Handler,
} from "../handler.ts";

/** An edit that has not been noted yet. */
export interface Edit extends ErrorEdit {
  /** What those around it do; set where the server is ours. */
  outer: ErrorEdit | undefined;
}

/**
 * Calls a handler and edits its answer, at once where it answers at once.
 *
 * Where the handler throws, or its answer cannot be sent, the server's answer to that is edited all
 * the same, if the server is ours.
 */
export function editAnswer(
  next: Handler,
  request: Request,
  context: Context,
  edit: AnswerEdit,
): Response | Promise<Response> {
  note({ edit, outer: undefined }, context);
  const answer = next(request, context);
  return answer instanceof Promise ? answer.then(edit) : edit(answer);
}

/** The same for an edit that is another one for each request: it serves once. */
export function editAnswerOnce(
  next: Handler,
  request: Request,
  context: Context,
  once: Edit,
): Response | Promise<Response> {
  note(once, context);
  const answer = next(request, context);
  return answer instanceof Promise
    ? answer.then((response) => once.edit(response))
    : once.edit(answer);
}

function note(edit: Edit, context: Context): void {
  if (typeof context !== "object" || context === null || !(ERROR_EDITS in context)) return;
  const place = context as { [ERROR_EDITS]: ErrorEdit | undefined };
  edit.outer = place[ERROR_EDITS];
  place[ERROR_EDITS] = edit;
}
