/** How an exchange ended. */
export interface ExchangeEnd {
  /** The status code that was sent, 200–599; 0 where the client was gone before there was one. */
  readonly status: number;
  /** Octets of content that the network took, the chunked framing not counted. */
  readonly contentOctets: number;
  /** Octets of the request's content that were read by the handler. */
  readonly receivedOctets: number;
  /** Minor version of the request: 0 for HTTP/1.0. */
  readonly minorVersion: number;
  /** Why the answer could not be sent, or not whole; `undefined` where all of it was. */
  readonly error: unknown;
}

/** Learns how an exchange ended. */
export interface ExchangeObserver {
  /** Called once, when the network has all of the answer, or will never have it. */
  exchangeEnded(end: ExchangeEnd): void;
}

/**
 * Where a context of ours takes observers.
 *
 * They are what `completed` is without a promise: metrics and logs look at every exchange, and a
 * promise for each would cost more than all else they do.
 */
export const OBSERVE: unique symbol = Symbol("culvert.observe");

/** A context that tells how its exchange ends. */
export interface Observable {
  /** Has an observer told. */
  [OBSERVE](observer: ExchangeObserver): void;
}

/** Whether a context tells how its exchange ends; that of another server does not. */
export function isObservable(context: unknown): context is Observable {
  return (context as Partial<Observable> | null | undefined)?.[OBSERVE] !== undefined;
}
