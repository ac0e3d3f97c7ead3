import type { RateLimitClock } from "./store.ts";

/** The store did not answer in time. */
export class RateLimitStoreTimeout extends Error {
  /** Always `"RateLimitStoreTimeout"`. */
  override readonly name = "RateLimitStoreTimeout";
  /** Milliseconds that it was given. */
  readonly milliseconds: number;

  /** Reports a store that did not answer within so many milliseconds. */
  constructor(milliseconds: number) {
    super(`Cannot count the request: the store did not answer within ${milliseconds} ms`);
    this.milliseconds = milliseconds;
  }
}

/** What is promised, unless it takes too long; whatever comes later is ignored. */
export function withDeadline<T>(
  promised: PromiseLike<T>,
  milliseconds: number,
  clock: Pick<RateLimitClock, "after">,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(
      milliseconds,
      () => reject(new RateLimitStoreTimeout(milliseconds)),
    );
    promised.then(
      (value) => {
        cancel();
        resolve(value);
      },
      (error) => {
        cancel();
        reject(error);
      },
    );
  });
}
