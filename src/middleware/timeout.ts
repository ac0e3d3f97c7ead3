/**
 * Timeouts: how long a handler may take until it answers.
 *
 * @example
 * ```ts
 * import { routes, text } from "@culvert/http";
 * import { timeout } from "@culvert/http/timeout";
 * import { assertEquals } from "@std/assert";
 *
 * const api = routes({
 *   "GET /slow": {
 *     use: [timeout(10)],
 *     handler: (request) =>
 *       new Promise((resolve) => {
 *         request.signal.onabort = () => resolve(text("too late"));
 *       }),
 *   },
 * });
 * const keepAlive = setInterval(() => {}, 1000);
 *
 * assertEquals((await api.fetch(new Request("http://localhost/slow"))).status, 503);
 * clearInterval(keepAlive);
 * ```
 *
 * @module
 */

import { ABORT, type Middleware } from "../handler.ts";
import { KnownResponse, text } from "../known_response.ts";
import { checkClock, machineClock, type MiddlewareClock } from "./clock.ts";
import { checkInteger, checkKind, checkNames } from "./options.ts";

export type { MiddlewareClock } from "./clock.ts";

/** What happens once the time is over. */
export interface TimeoutOptions {
  /** Makes the answer; 503 with a short text where absent. */
  readonly answer?: () => Response;
  /** Where the time comes from; the machine's clock where absent. */
  readonly clock?: MiddlewareClock;
}

/** A request that waits for its handler. */
interface Waiting {
  readonly deadline: number;
  readonly expire: () => void;
}

interface Abortable {
  [ABORT](reason: unknown): void;
}

type Handing = readonly [request: Request, abort: (reason: unknown) => void];

const ACTION = "set a timeout";

/** The longest time that timers of platforms can wait for. */
const LONGEST = 2 ** 31 - 1;

/**
 * Answers 503 where the handler takes longer than so many milliseconds, and aborts its `signal`.
 *
 * Nothing ends early, nothing later than two ticks of a quarter of the time each. What the handler
 * answers later is dropped, its stream cancelled. Once it has answered, a stream takes the time that
 * it takes; `timeouts.write` of the server and its client bound that.
 *
 * @throws {TypeError} when an option is of another kind.
 * @throws {RangeError} when the time is not 1–2147483647 milliseconds.
 *
 * @example
 * ```ts
 * import { type Context, text } from "@culvert/http";
 * import { timeout } from "@culvert/http/timeout";
 * import { assertEquals } from "@std/assert";
 *
 * const handler = timeout(5_000)(async () => await Promise.resolve(text("in time")));
 *
 * const response = await handler(new Request("http://localhost/"), {} as Context);
 *
 * assertEquals(await response.text(), "in time");
 * ```
 */
export function timeout(milliseconds: number, options: TimeoutOptions = {}): Middleware {
  checkInteger(ACTION, "the time", milliseconds, [1, LONGEST]);
  checkNames(ACTION, options, ["answer", "clock"]);
  const answer = checkKind(ACTION, "answer", options.answer ?? unavailable, "function");
  const clock = checkClock(ACTION, options.clock ?? machineClock);
  const deadlines = new DeadlineQueue(milliseconds, clock, answer);
  return (next) => (request, context) => {
    if (isAbortable(request)) {
      const answer = next(request, context);
      if (!(answer instanceof Promise)) return answer;
      return deadlines.wait(answer, (reason) => request[ABORT](reason));
    }
    const [own, abort] = handOn(request);
    const answer = next(own, context);
    return answer instanceof Promise ? deadlines.wait(answer, abort) : answer;
  };
}

/** Requests that wait equally long, so that the first to come is the first whose time is over. */
class DeadlineQueue {
  readonly #milliseconds: number;
  readonly #clock: MiddlewareClock;
  readonly #answer: () => Response;
  readonly #waiting = new Set<Waiting>();
  #stop: (() => void) | undefined;

  constructor(milliseconds: number, clock: MiddlewareClock, answer: () => Response) {
    this.#milliseconds = milliseconds;
    this.#clock = clock;
    this.#answer = answer;
  }

  /** What is answered in time, or what is answered in its place. */
  wait(pending: Promise<Response>, abort: (reason: unknown) => void): Promise<Response> {
    return new Promise((resolve, reject) => {
      let expired = false;
      const waiting = this.#add(() => {
        expired = true;
        abort(new DOMException("The handler took too long", "TimeoutError"));
        // A function of the user's may throw.
        resolve(new Promise((resolve) => resolve(this.#answer())));
      });
      pending.then((response) => {
        if (expired) return drop(response);
        this.#waiting.delete(waiting);
        resolve(response);
      }, (error) => {
        this.#waiting.delete(waiting);
        reject(error);
      });
    });
  }

  #add(expire: () => void): Waiting {
    const waiting = { deadline: this.#clock.now() + this.#milliseconds, expire };
    this.#waiting.add(waiting);
    const period = Math.max(1, this.#milliseconds / 4);
    this.#stop ??= this.#clock.every(period, () => this.#tick());
    return waiting;
  }

  /** The timer stops only here: under load it would else be made anew for every request. */
  #tick(): void {
    const now = this.#clock.now();
    for (const waiting of this.#waiting) {
      if (waiting.deadline > now) return;
      this.#waiting.delete(waiting);
      waiting.expire();
    }
    this.#stop?.();
    this.#stop = undefined;
  }
}

/** A request of ours, whose `signal` can be aborted. */
function isAbortable(request: Request): request is Request & Abortable {
  return (request as Partial<Abortable>)[ABORT] !== undefined;
}

/** Another request in place of one whose `signal` cannot be aborted. */
function handOn(request: Request): Handing {
  // Such a request cannot be made anew; who has read it knows it well enough.
  if (request.bodyUsed) return [request, () => {}];
  const controller = new AbortController();
  const signal = AbortSignal.any([request.signal, controller.signal]);
  return [new Request(request, { signal }), (reason) => controller.abort(reason)];
}

/** A known response has no stream to cancel, and may be another exchange's, too. */
function drop(response: Response): void {
  if (response instanceof KnownResponse || response?.body?.locked !== false) return;
  response.body.cancel(new TypeError("The answer came too late")).catch(() => {});
}

function unavailable(): Response {
  return text("Service Unavailable: it took too long\n", { status: 503 });
}
