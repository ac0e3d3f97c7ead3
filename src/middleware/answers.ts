/** What middlewares do to answers: to those that come, and to those that the server makes of errors. */
import { type AnswerEdit, type Context, ERROR_EDITS, type Handler } from "../handler.ts";

/**
 * Calls a handler and edits its answer, at once where it answers at once.
 *
 * An error is thrown on; the server's answer to it is edited all the same, where the server is ours.
 */
export function editAnswer(
  next: Handler,
  request: Request,
  context: Context,
  edit: AnswerEdit,
): Response | Promise<Response> {
  let answer: Response | Promise<Response>;
  try {
    answer = next(request, context);
  } catch (error) {
    noteEdit(context, edit);
    throw error;
  }
  if (!(answer instanceof Promise)) return edit(answer);
  return answer.then(edit, (error) => {
    noteEdit(context, edit);
    throw error;
  });
}

function noteEdit(context: Context, edit: AnswerEdit): void {
  const place = context as { [ERROR_EDITS]?: AnswerEdit[] } | undefined;
  if (place !== undefined && ERROR_EDITS in place) (place[ERROR_EDITS] ??= []).push(edit);
}
