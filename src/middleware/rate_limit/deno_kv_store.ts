/**
 * Counts requests in Deno KV, so that several processes share one limit exactly.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { checkNames, checkWhole, fingerprint, largestLimit, longestWindow } from "./policy.ts";
import type { RateLimitPolicy } from "./policy.ts";
import type { RateLimitCounter, RateLimitStore, RateLimitVerdict } from "./store.ts";
import { takeAll } from "./take_all.ts";

export type { RateLimitCounter, RateLimitPolicy, RateLimitStore, RateLimitVerdict };

/** An entry of a key-value store; one that does not exist has neither value nor versionstamp. */
export interface KvEntryLike {
  /** What was stored there. */
  readonly value: unknown;
  /** Changes with each change of the value. */
  readonly versionstamp: string | null;
}

/** A part of a key. */
export type KvPartLike = string | number | bigint | boolean | Uint8Array;

/** Changes that are made together, or not at all. */
export interface KvAtomicLike {
  /** Makes the changes depend on a versionstamp. */
  check(entry: {
    readonly key: readonly KvPartLike[];
    readonly versionstamp: string | null;
  }): KvAtomicLike;
  /** Stores a value, which may be forgotten after so many milliseconds. */
  set(
    key: readonly KvPartLike[],
    value: unknown,
    options: { readonly expireIn?: number },
  ): KvAtomicLike;
  /** Makes the changes, unless a versionstamp is another. */
  commit(): Promise<{ readonly ok: boolean }>;
}

/** As much of `Deno.Kv` as is used here. */
export interface KvLike {
  /** Reads an entry. */
  get(key: readonly KvPartLike[]): Promise<KvEntryLike>;
  /** Begins a change. */
  atomic(): KvAtomicLike;
}

/** How a store in Deno KV names its keys, and how long it tries. */
export interface DenoKvStoreOptions {
  /**
   * What all keys begin with. Limits with the same policies and the same prefix share their counts.
   *
   * @default {["rate-limit"]}
   */
  readonly prefix?: readonly KvPartLike[];
  /**
   * How often a change is tried while other processes change the same key, or write to the same
   * file, 1–1000.
   *
   * @default {50}
   */
  readonly attempts?: number;
  /**
   * Tells the time in milliseconds; all processes must have the same, so that their machines'
   * clocks must agree.
   *
   * @default {Date.now}
   */
  readonly now?: () => number;
}

/** Requests that wait for the same key, and what becomes of them. */
interface Batch {
  size: number;
  readonly verdicts: Promise<readonly RateLimitVerdict[]>;
}

/** Milliseconds to wait at most where another process is writing to the file. */
const LONGEST_PAUSE = 10;

/** Characters of a key that is stored as it is, three octets each at most. */
const LONGEST_NAME = 256;

/** A value has 64 KiB at most. */
const LARGEST_LIMIT = 8_000;

/**
 * Keeps the times of requests in Deno KV (`--unstable-kv`), at most 8 000 for a key.
 *
 * Each change is made only where nobody else has changed the key meanwhile. Requests of one process
 * that wait for the same key share a change, and a refusal changes nothing. KV has no clock of its
 * own: the clocks of the machines must agree.
 *
 * @throws {TypeError} when it is no key-value store, or an option is not known.
 * @throws {RangeError} when `attempts` is out of range.
 *
 * @example
 * ```ts
 * import { denoKvStore } from "@culvert/http/rate-limit/deno-kv";
 * import { assertEquals } from "@std/assert";
 *
 * using kv = await Deno.openKv(":memory:");
 * const counter = denoKvStore(kv).open([{ name: "default", limit: 1, window: 60_000 }]);
 *
 * assertEquals((await counter.take("a")).admitted, true);
 * assertEquals((await counter.take("a")).admitted, false);
 * ```
 */
export function denoKvStore(kv: KvLike, options: DenoKvStoreOptions = {}): RateLimitStore {
  checkNames(options, ["prefix", "attempts", "now"]);
  const { prefix = ["rate-limit"], attempts = 50, now = Date.now } = options;
  if (typeof kv?.get !== "function" || typeof kv.atomic !== "function") {
    throw new TypeError("Cannot count in Deno KV: it has no functions get and atomic");
  }
  if (!Array.isArray(prefix)) throw new TypeError("Cannot set prefix: it must be an array");
  if (typeof now !== "function") throw new TypeError("Cannot call now: it must be a function");
  checkWhole("attempts", attempts, 1_000);
  return {
    open(policies) {
      if (largestLimit(policies) > LARGEST_LIMIT) {
        throw new RangeError(
          `Cannot count ${largestLimit(policies)} requests in Deno KV: ` +
            `the limit must be ${LARGEST_LIMIT} or less`,
        );
      }
      return new KvCounter({ kv, prefix, attempts, now }, policies);
    },
  };
}

class KvCounter implements RateLimitCounter {
  readonly #kv: KvLike;
  readonly #prefix: readonly KvPartLike[];
  readonly #settings: Required<DenoKvStoreOptions>;
  readonly #policies: readonly RateLimitPolicy[];
  /** By key the batch that others may still join: it waits for the one before it. */
  readonly #open = new Map<string, Batch>();
  /** By key the end of the last batch. */
  readonly #last = new Map<string, Promise<unknown>>();

  constructor(
    { kv, ...settings }: Required<DenoKvStoreOptions> & { readonly kv: KvLike },
    policies: readonly RateLimitPolicy[],
  ) {
    this.#kv = kv;
    this.#settings = settings;
    this.#prefix = [...settings.prefix, fingerprint(policies)];
    this.#policies = policies;
  }

  async take(key: string): Promise<RateLimitVerdict> {
    const batch = this.#open.get(key) ?? this.#begin(key);
    const place = batch.size++;
    return (await batch.verdicts)[place];
  }

  #begin(key: string): Batch {
    const previous = this.#last.get(key);
    const verdicts = this.#run(key, previous);
    const batch: Batch = { size: 0, verdicts };
    this.#open.set(key, batch);
    this.#last.set(key, verdicts);
    return batch;
  }

  async #run(key: string, previous: Promise<unknown> | undefined) {
    // Whether the one before failed is for those who were in it.
    await Promise.resolve(previous).catch(() => {});
    const { size, verdicts } = this.#open.get(key)!;
    this.#open.delete(key);
    try {
      return await this.#takeMany(key, size);
    } finally {
      if (this.#last.get(key) === verdicts) this.#last.delete(key);
    }
  }

  async #takeMany(name: string, size: number): Promise<readonly RateLimitVerdict[]> {
    const key = [...this.#prefix, ...partsOf(name)];
    const { attempts } = this.#settings;
    for (let attempt = 1; attempt <= attempts; attempt++) {
      try {
        const verdicts = await this.#tryMany(key, size);
        if (verdicts !== undefined) return verdicts;
      } catch (error) {
        if (attempt === attempts || !isLocked(error)) throw error;
        await pause(Math.random() * LONGEST_PAUSE);
      }
    }
    throw new Error(`Cannot count the request: its key changed ${attempts} times meanwhile`);
  }

  /** What becomes of the requests; `undefined` where somebody else has changed the key. */
  async #tryMany(
    key: readonly KvPartLike[],
    size: number,
  ): Promise<readonly RateLimitVerdict[] | undefined> {
    const { value, versionstamp } = await this.#kv.get(key);
    const known = value instanceof Float64Array ? value : new Float64Array(0);
    const { verdicts, times } = takeAll(known, size, this.#settings.now(), this.#policies);
    if (times === known) return verdicts;
    const expireIn = longestWindow(this.#policies) + 1;
    const change = this.#kv.atomic().check({ key, versionstamp }).set(key, times, { expireIn });
    return (await change.commit()).ok ? verdicts : undefined;
  }
}

/**
 * A key of KV has 2 048 octets at most. Whoever may choose a longer one must not be let through for
 * that, so a hash stands for it; the part before it keeps it apart from all texts.
 */
function partsOf(name: string): readonly KvPartLike[] {
  if (name.length <= LONGEST_NAME) return [name];
  return [true, new Uint8Array(createHash("sha256").update(name).digest())];
}

/** Whether another process was writing to the file: nothing was changed then. */
function isLocked(error: unknown): boolean {
  return error instanceof Error && /\bdatabase is (?:locked|busy)\b/.test(error.message);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
