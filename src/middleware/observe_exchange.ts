import {
  type ExchangeEnd,
  type ExchangeObserver,
  isObservable,
  OBSERVE,
} from "../exchange_observer.ts";
import type { Context, Handler } from "../handler.ts";
import { KnownResponse } from "../known_response.ts";

/** Lets a handler answer, and has an observer told how the exchange ends. */
export function observeExchange(
  next: Handler,
  request: Request,
  context: Context,
  observer: ExchangeObserver,
): Response | Promise<Response> {
  if (!isObservable(context)) return observeHandler(next, request, context, observer);
  context[OBSERVE](observer);
  return next(request, context);
}

/** Another server does not tell how its answers end: what the handler gives has to do. */
function observeHandler(
  next: Handler,
  request: Request,
  context: Context,
  observer: ExchangeObserver,
): Response | Promise<Response> {
  const succeed = (response: Response) => observer.exchangeEnded(endWith(response));
  const fail = (error: unknown) => observer.exchangeEnded({ ...NO_ANSWER, error });
  let answer: Response | Promise<Response>;
  try {
    answer = next(request, context);
  } catch (error) {
    fail(error);
    throw error;
  }
  if (answer instanceof Promise) answer.then(succeed, fail);
  else succeed(answer);
  return answer;
}

const NO_ANSWER: ExchangeEnd = {
  status: 0,
  contentOctets: 0,
  receivedOctets: 0,
  minorVersion: 1,
  error: undefined,
};

/** Content that is no more than a stream is not measured: nobody knows how much of it is sent. */
function endWith(response: Response): ExchangeEnd {
  const content = response instanceof KnownResponse ? response.content : null;
  const octets = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return { ...NO_ANSWER, status: response.status, contentOctets: octets?.length ?? 0 };
}
