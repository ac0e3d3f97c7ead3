import { History } from "./history.ts";
import { checkNames, checkWhole, largestLimit, longestWindow } from "./policy.ts";
import type { RateLimitPolicy } from "./policy.ts";
import {
  type RateLimitClock,
  type RateLimitCounter,
  type RateLimitStore,
  type RateLimitVerdict,
  systemClock,
} from "./store.ts";

/** How a store in memory is bounded. */
export interface MemoryStoreOptions {
  /**
   * Octets that all keys together may take, 65 536 or more; beyond it the key that was idle for
   * longest is forgotten. It is an estimate, made from what a key takes in V8.
   *
   * @default {67_108_864}
   */
  readonly maxOctets?: number;
  /**
   * Where time comes from.
   *
   * @default {the machine's clock, which nobody can set}
   */
  readonly clock?: Pick<RateLimitClock, "now">;
}

/** A store in the memory of one process. */
export interface MemoryStore extends RateLimitStore {
  /** Opens the store; each opening has keys of its own. */
  open(policies: readonly RateLimitPolicy[]): MemoryCounter;
  /** Keys that it holds. */
  readonly keys: number;
  /** Octets that they take, as estimated. */
  readonly octets: number;
}

/** A counter that answers at once. */
export interface MemoryCounter extends RateLimitCounter {
  /** Admits a request by all policies and notes its time, or refuses it and notes nothing. */
  take(key: string): RateLimitVerdict;
}

const LEAST_OCTETS = 65_536;

/** What a key takes besides its text and its times; measured 280 octets in all with four times. */
const OCTETS_OF_KEY = 256;
const OCTETS_OF_POLICY = 16;
const OCTETS_OF_TIME = 8;

/**
 * Keeps the times of requests in memory, for one process.
 *
 * There is no timer: what is out of date is forgotten as requests come.
 *
 * @throws {TypeError} when an option is not known or of the wrong kind.
 * @throws {RangeError} when `maxOctets` is less than 65 536.
 *
 * @example
 * ```ts
 * import { memoryStore } from "@culvert/http/rate-limit";
 * import { assertEquals } from "@std/assert";
 *
 * const store = memoryStore({ maxOctets: 1_000_000 });
 * const counter = store.open([{ name: "default", limit: 2, window: 60_000 }]);
 *
 * assertEquals(["a", "a", "a", "b"].map((key) => counter.take(key).admitted), [
 *   true,
 *   true,
 *   false,
 *   true,
 * ]);
 * assertEquals(store.keys, 2);
 * ```
 */
export function memoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  checkNames(options, ["maxOctets", "clock"]);
  const { maxOctets = 67_108_864, clock = systemClock } = options;
  checkWhole("maxOctets", maxOctets, Number.MAX_SAFE_INTEGER);
  if (maxOctets < LEAST_OCTETS) {
    throw new RangeError(
      `Cannot set maxOctets to ${maxOctets}: it must be ${LEAST_OCTETS} or more`,
    );
  }
  if (typeof clock?.now !== "function") {
    throw new TypeError("Cannot tell the time: clock has no function now");
  }
  return new Memory(maxOctets, clock);
}

/** All keys in the order in which they were last asked for: a ring, closed by a key of no table. */
class Memory implements MemoryStore {
  readonly #maxOctets: number;
  readonly #clock: Pick<RateLimitClock, "now">;
  readonly #end = new Entry("", new Table([]));
  #now = -Infinity;
  keys = 0;
  octets = 0;

  constructor(maxOctets: number, clock: Pick<RateLimitClock, "now">) {
    this.#maxOctets = maxOctets;
    this.#clock = clock;
  }

  open(policies: readonly RateLimitPolicy[]): MemoryCounter {
    const most = OCTETS_OF_KEY + OCTETS_OF_TIME * 2 ** Math.ceil(Math.log2(largestLimit(policies)));
    if (most > this.#maxOctets) {
      throw new RangeError(
        `Cannot count ${largestLimit(policies)} requests in ${this.#maxOctets} octets: ` +
          `maxOctets must be ${most} or more`,
      );
    }
    const table = new Table(policies);
    return { take: (key) => this.#take(table, key) };
  }

  #take(table: Table, key: string): RateLimitVerdict {
    const now = this.#now = Math.max(this.#now, this.#clock.now());
    const known = table.entries.get(key);
    const entry = known ?? this.#add(table, key);
    // Who asks again and again is the last already.
    if (entry.next !== this.#end) {
      if (known !== undefined) known.leave();
      entry.enterBefore(this.#end);
    }
    entry.asked = now;
    const { slots } = entry.history;
    const verdict = entry.history.take(now, table.policies);
    this.octets += (entry.history.slots - slots) * OCTETS_OF_TIME;
    this.#forget(entry, now);
    return verdict;
  }

  #add(table: Table, key: string): Entry {
    const entry = new Entry(key, table);
    table.entries.set(key, entry);
    this.keys++;
    this.octets += octetsOf(entry);
    return entry;
  }

  /** Forgets what has been idle for longest: two keys that are out of date, more beyond the bound. */
  #forget(current: Entry, now: number): void {
    for (let forgotten = 0;; forgotten++) {
      const idlest = this.#end.next;
      if (idlest === current) return;
      const isStale = forgotten < 2 && now - idlest.asked >= idlest.table.longest;
      if (!isStale && this.octets <= this.#maxOctets) return;
      idlest.leave();
      idlest.table.entries.delete(idlest.key);
      this.keys--;
      this.octets -= octetsOf(idlest);
    }
  }
}

/** The keys of one opening. */
class Table {
  readonly entries = new Map<string, Entry>();
  readonly policies: readonly RateLimitPolicy[];
  readonly longest: number;

  constructor(policies: readonly RateLimitPolicy[]) {
    this.policies = policies;
    this.longest = longestWindow(policies);
  }
}

/** A key, between the one that was asked for before it and the one that was asked for after. */
class Entry {
  readonly key: string;
  readonly table: Table;
  readonly history: History;
  asked = -Infinity;
  previous: Entry = this;
  next: Entry = this;

  constructor(key: string, table: Table) {
    this.key = key;
    this.table = table;
    this.history = new History(table.policies);
  }

  leave(): void {
    this.previous.next = this.next;
    this.next.previous = this.previous;
  }

  enterBefore(next: Entry): void {
    this.previous = next.previous;
    this.next = next;
    next.previous.next = this;
    next.previous = this;
  }
}

function octetsOf({ key, table, history }: Entry): number {
  return OCTETS_OF_KEY + 2 * key.length + OCTETS_OF_POLICY * table.policies.length +
    OCTETS_OF_TIME * history.slots;
}
