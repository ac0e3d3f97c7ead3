import type { ErrorEdit } from "../handler.ts";
import { KnownResponse } from "../known_response.ts";
import { ProtocolError, type ProtocolErrorReason } from "../protocol/errors.ts";
import type { OverloadReason } from "../protocol/refusals.ts";
import { isResponse } from "../web/response_content.ts";

/** Makes the answer to an error that a handler threw. */
export type ErrorHandler = (error: unknown) => Response | Promise<Response>;

/** What a client may do about it, where it can know only from us. */
const ADVICE: Readonly<Partial<Record<ProtocolErrorReason, string>>> = {
  "unsupported-http-version": "This server speaks HTTP/1.1 and HTTP/1.0\n", // RFC 9110 §15.6.6
};

const TEXT = Object.freeze(["content-type", "text/plain;charset=UTF-8"]);

/** The short answer to a refusal: it names the reason. */
export function refusalResponse(error: ProtocolError): KnownResponse {
  return new KnownResponse(explain(error), TEXT, error.status);
}

/** The short answer to a request that may be made again once there is less to do. */
export function overloadResponse(reason: OverloadReason, retryAfter: number): KnownResponse {
  const fields = [...TEXT, "retry-after", String(retryAfter)];
  const error = new ProtocolError(reason);
  return new KnownResponse(explain(error), fields, error.status);
}

/** The answer to an error that nobody makes a better one for; it tells the client nothing. */
export function minimalErrorResponse(): KnownResponse {
  return new KnownResponse("Internal Server Error", TEXT, 500);
}

/** Prints an error; one that cannot even be looked at must not end the process. */
export function report(error: unknown): void {
  try {
    console.error(error);
  } catch {
    console.error("An error was thrown that cannot be printed");
  }
}

/** Reports the error to whoever watches the process, and answers 500. */
export function defaultErrorHandler(error: unknown): Response {
  report(error);
  return minimalErrorResponse() as KnownResponse & Response;
}

/** What a handler's error becomes; an `onError` that throws is reported, and answered with 500. */
export function errorResponse(error: unknown, onError: ErrorHandler): Response | Promise<Response> {
  try {
    const response = onError(error);
    return response instanceof Promise ? response.catch(defaultErrorHandler) : response;
  } catch (secondError) {
    return defaultErrorHandler(secondError);
  }
}

/** Does to the answer to an error what middlewares do to all answers; what is no answer stays. */
export function editErrorAnswer<T>(answer: T, innermost: ErrorEdit | undefined): T;
export function editErrorAnswer(answer: unknown, innermost: ErrorEdit | undefined): unknown {
  if (innermost === undefined) return answer;
  if (answer instanceof Promise) return answer.then((late) => editErrorAnswer(late, innermost));
  if (!isResponse(answer)) return answer;
  try {
    let response = answer;
    for (let next: ErrorEdit | undefined = innermost; next !== undefined; next = next.outer) {
      response = next.edit(response);
    }
    return response;
  } catch (error) {
    return defaultErrorHandler(error);
  }
}

function explain({ message, reason }: ProtocolError): string {
  return `${message} (${reason})\n${ADVICE[reason] ?? ""}`;
}
