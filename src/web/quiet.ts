/**
 * A promise whose rejection ends nothing when nobody listens.
 *
 * Whoever awaits it still gets the error.
 */
export function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(ignore);
  return promise;
}

function ignore(): void {}
