import type { Context, Handler } from "../../handler.ts";
import { type FieldList, KnownResponse } from "../../known_response.ts";
import { withDeadline } from "./deadline.ts";
import { type RateLimitFields, seconds } from "./fields.ts";
import type { RateLimitPolicy } from "./policy.ts";
import type { RateLimitClock, RateLimitCounter, RateLimitVerdict } from "./store.ts";

/** What became of a request that has a key. */
export interface RateLimitDecision {
  /** `"allowed"`, `"refused"` (429), or `"store-error"`: the store did not tell. */
  readonly outcome: "allowed" | "refused" | "store-error";
  /** The key that was counted. */
  readonly key: string;
  /** Name of the policy that speaks for all; absent where the store did not tell. */
  readonly policy?: string;
  /** Requests that this policy would admit now; absent where the store did not tell. */
  readonly remaining?: number;
}

/** How many requests that have a key were decided, and how. */
export interface RateLimitStats {
  /** Requests that were within the limits. */
  readonly allowed: number;
  /** Requests that were answered 429. */
  readonly refused: number;
  /** Requests for which the store failed or took too long, whatever became of them. */
  readonly storeErrors: number;
}

/** What a request is counted by: nothing, where it is not limited. */
export type RateLimitKey = string | undefined;

/** All that holds for every request. */
export interface Settings {
  readonly policies: readonly RateLimitPolicy[];
  readonly counter: RateLimitCounter;
  readonly key: (request: Request, context: Context) => RateLimitKey | PromiseLike<RateLimitKey>;
  readonly fields: RateLimitFields | undefined;
  readonly clock: RateLimitClock;
  readonly storeTimeout: number;
  readonly onStoreError: "allow" | "refuse";
  readonly onStoreFailure: ((error: unknown) => unknown) | undefined;
  readonly onDecision:
    | ((decision: RateLimitDecision, request: Request, context: Context) => unknown)
    | undefined;
  readonly counts: { -readonly [name in keyof RateLimitStats]: RateLimitStats[name] };
}

type Answer = Response | Promise<Response>;

const TEXT: FieldList = ["content-type", "text/plain;charset=UTF-8", "cache-control", "no-store"];

/** Stands before one handler. */
export class Gate {
  readonly #settings: Settings;
  readonly #next: Handler;

  /** Lets requests through to `next`. */
  constructor(settings: Settings, next: Handler) {
    this.#settings = settings;
    this.#next = next;
  }

  /** Answers a request, at once where key, store and handler do. */
  answer(request: Request, context: Context): Answer {
    const key = this.#settings.key(request, context);
    if (typeof key === "string") return this.#limit(key, request, context);
    if (key === undefined) return this.#next(request, context);
    return this.#answerLater(key, request, context);
  }

  async #answerLater(
    promised: PromiseLike<RateLimitKey>,
    request: Request,
    context: Context,
  ): Promise<Response> {
    const key = isPromised(promised) ? await promised : promised as unknown;
    if (key === undefined) return this.#next(request, context);
    if (typeof key === "string") return this.#limit(key, request, context);
    throw new TypeError(
      `Cannot count a request by ${key === null ? "null" : `a ${typeof key}`}: ` +
        "key must give a string, or undefined for a request that is not limited",
    );
  }

  #limit(key: string, request: Request, context: Context): Answer {
    let verdict: RateLimitVerdict | PromiseLike<RateLimitVerdict>;
    try {
      verdict = this.#settings.counter.take(key);
      if (!isPromised(verdict)) this.#check(verdict);
    } catch (error) {
      return this.#withoutStore(error, key, request, context);
    }
    if (!isPromised(verdict)) return this.#decide(verdict, key, request, context);
    return this.#limitLater(verdict, key, request, context);
  }

  async #limitLater(
    promised: PromiseLike<RateLimitVerdict>,
    key: string,
    request: Request,
    context: Context,
  ): Promise<Response> {
    let verdict: RateLimitVerdict;
    try {
      const { storeTimeout, clock } = this.#settings;
      verdict = await withDeadline(promised, storeTimeout, clock);
      this.#check(verdict);
    } catch (error) {
      return this.#withoutStore(error, key, request, context);
    }
    return this.#decide(verdict, key, request, context);
  }

  /** A store may be anybody's. */
  #check(verdict: RateLimitVerdict): void {
    if (
      typeof verdict?.admitted === "boolean" && this.#settings.policies[verdict.policy] &&
      isCount(verdict.remaining) && isCount(verdict.reset)
    ) return;
    throw new TypeError("Cannot count the request: the store gave no verdict");
  }

  #decide(verdict: RateLimitVerdict, key: string, request: Request, context: Context): Answer {
    const { counts, fields, onDecision, policies } = this.#settings;
    const { admitted, policy, remaining } = verdict;
    if (admitted) counts.allowed++;
    else counts.refused++;
    if (onDecision !== undefined) {
      const outcome = admitted ? "allowed" : "refused";
      const { name } = policies[policy];
      this.#tell(() => onDecision({ outcome, key, policy: name, remaining }, request, context));
    }
    if (!admitted) {
      return refuse(429, "Too many requests", seconds(verdict.reset), fields?.list(verdict));
    }
    const answer = this.#next(request, context);
    if (fields === undefined) return answer;
    if (!isPromised(answer)) return fields.append(answer, verdict);
    return answer.then((response) => fields.append(response, verdict));
  }

  #withoutStore(error: unknown, key: string, request: Request, context: Context): Answer {
    const { counts, onDecision, onStoreError, onStoreFailure } = this.#settings;
    counts.storeErrors++;
    if (onStoreFailure !== undefined) this.#tell(() => onStoreFailure(error));
    if (onDecision !== undefined) {
      this.#tell(() => onDecision({ outcome: "store-error", key }, request, context));
    }
    if (onStoreError === "allow") return this.#next(request, context);
    return refuse(503, "Cannot count requests now", 1);
  }

  /** Whoever listens must not decide over the request by accident, nor end the process. */
  #tell(hook: () => unknown): void {
    try {
      const told = hook();
      if (isPromised(told)) Promise.resolve(told).catch(console.error);
    } catch (error) {
      console.error(error);
    }
  }
}

function isCount(value: unknown): boolean {
  return typeof value === "number" && value >= 0;
}

/** Any library's promise, not the platform's alone. */
function isPromised<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as PromiseLike<T> | null | undefined)?.then === "function";
}

/** Tells a client to come back; caches must not keep that for others (RFC 6585 §4). */
function refuse(status: number, why: string, wait: number, fields: FieldList = []): Response {
  const retryAfter = Math.max(1, wait);
  const when = retryAfter === 1 ? "1 second" : `${retryAfter} seconds`;
  return new KnownResponse(
    `${why}: come back in ${when}\n`,
    [...TEXT, "retry-after", String(retryAfter), ...fields],
    status,
  ) as KnownResponse & Response;
}
