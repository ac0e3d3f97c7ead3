/**
 * Concurrency limits: how many requests a handler works on at once.
 *
 * @example
 * ```ts
 * import { routes, text } from "@culvert/http";
 * import { limitConcurrency } from "@culvert/http/limit-concurrency";
 * import { assertEquals } from "@std/assert";
 *
 * let finish = () => {};
 * const finished = new Promise<void>((resolve) => finish = resolve);
 * const api = routes({
 *   "GET /report": {
 *     use: [limitConcurrency({ max: 1, retryAfter: 5 })],
 *     handler: () => finished.then(() => text("report")),
 *   },
 * });
 * const ask = () => api.fetch(new Request("http://localhost/report"));
 *
 * const first = ask();
 * const second = await ask();
 * assertEquals([second.status, second.headers.get("retry-after")], [503, "5"]);
 * finish();
 * assertEquals((await first).status, 200);
 * ```
 *
 * @module
 */

import type { Context, Handler, Middleware } from "../handler.ts";
import { text } from "../known_response.ts";
import { checkInteger, checkNames } from "./options.ts";

/** How many requests there may be. */
export interface LimitConcurrencyOptions {
  /** Requests under way at once, 1 or more. */
  readonly max: number;
  /**
   * Requests that may wait for others to end; beyond them, 503.
   *
   * @default {0}
   */
  readonly queue?: number;
  /**
   * Seconds after which a client may try again, for `Retry-After`.
   *
   * @default {1}
   */
  readonly retryAfter?: number;
  /**
   * When a request is no longer under way: once it is `"answered"`, or once its answer was `"sent"`,
   * which only a server of ours tells; elsewhere it is the same as `"answered"`.
   *
   * @default {"answered"}
   */
  readonly until?: "answered" | "sent";
}

const ACTION = "limit the concurrency";

/**
 * Lets at most so many requests be under way, has some wait, and answers others 503.
 *
 * All handlers that one middleware wraps share its limit. A request that waits leaves when its client
 * does.
 *
 * @throws {TypeError} when an option is of another kind.
 * @throws {RangeError} when a number is out of range.
 *
 * @example
 * ```ts
 * import { type Context, text } from "@culvert/http";
 * import { limitConcurrency } from "@culvert/http/limit-concurrency";
 * import { assertEquals } from "@std/assert";
 *
 * const limit = limitConcurrency({ max: 10, queue: 100 });
 * const handler = limit(() => text("ok"));
 *
 * assertEquals((await handler(new Request("http://localhost/"), {} as Context)).status, 200);
 * ```
 */
export function limitConcurrency(options: LimitConcurrencyOptions): Middleware {
  checkNames(ACTION, options, ["max", "queue", "retryAfter", "until"]);
  const max = checkInteger(ACTION, "max", options.max, [1, Number.MAX_SAFE_INTEGER]);
  const queue = checkInteger(ACTION, "queue", options.queue ?? 0);
  const retryAfter = checkInteger(ACTION, "retryAfter", options.retryAfter ?? 1);
  const { until = "answered" } = options;
  if (until !== "answered" && until !== "sent") {
    throw new TypeError(`Cannot ${ACTION}: until must be "answered" or "sent"`);
  }
  const gate = new Gate(max, queue);
  return (next) => (request, context) => {
    if (gate.tryEnter()) return run(gate, until, next, request, context);
    if (!gate.hasRoom) return unavailable(retryAfter);
    return gate.enter(request.signal).then(() => run(gate, until, next, request, context));
  };
}

/** Counts who is inside, and lets in who waits, the first first. */
class Gate {
  readonly #max: number;
  readonly #room: number;
  #inside = 0;
  readonly #waiting = new Set<() => void>();

  constructor(max: number, room: number) {
    this.#max = max;
    this.#room = room;
  }

  get hasRoom(): boolean {
    return this.#waiting.size < this.#room;
  }

  tryEnter(): boolean {
    if (this.#inside >= this.#max) return false;
    this.#inside++;
    return true;
  }

  /** Waits to be let in; rejects with the signal's reason once it aborts. */
  enter(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const leave = () => {
        this.#waiting.delete(enter);
        reject(signal.reason);
      };
      const enter = () => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      signal.addEventListener("abort", leave);
      this.#waiting.add(enter);
    });
  }

  /** Who waits takes the place that is left: nobody else can come between. */
  readonly leave = (): void => {
    const [next] = this.#waiting;
    if (next === undefined) return void this.#inside--;
    this.#waiting.delete(next);
    next();
  };
}

function run(
  gate: Gate,
  until: "answered" | "sent",
  next: Handler,
  request: Request,
  context: Context,
): Response | Promise<Response> {
  let answer: Response | Promise<Response>;
  try {
    answer = next(request, context);
  } catch (error) {
    gate.leave();
    throw error;
  }
  const sent = until === "sent" ? context.completed : undefined;
  // An exchange may fail while its handler works on, so both must be over.
  if (sent !== undefined) Promise.allSettled([answer, sent]).then(gate.leave);
  else if (answer instanceof Promise) answer.then(gate.leave, gate.leave);
  else gate.leave();
  return answer;
}

function unavailable(retryAfter: number): Response {
  return text("Service Unavailable: too many requests under way\n", {
    status: 503,
    headers: { "retry-after": String(retryAfter) },
  });
}
