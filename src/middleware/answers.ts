/** What middlewares do to answers: to those that come, and to those that the server makes of errors. */
import {
  type AnswerEdit,
  type Context,
  ERROR_EDITS,
  type ErrorEdit,
  type Handler,
} from "../handler.ts";

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
  noteEdit(context, edit);
  const answer = next(request, context);
  return answer instanceof Promise ? answer.then(edit) : edit(answer);
}

function noteEdit(context: Context, edit: AnswerEdit): void {
  if (typeof context !== "object" || context === null || !(ERROR_EDITS in context)) return;
  const place = context as { [ERROR_EDITS]: ErrorEdit | undefined };
  place[ERROR_EDITS] = { edit, outer: place[ERROR_EDITS] };
}
