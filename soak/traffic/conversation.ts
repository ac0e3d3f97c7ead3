import type { NetAddress } from "../../mod.ts";
import type { Random } from "../../tests/transport/random.ts";

/** What a conversation is held with. */
export interface Setting {
  /** Where the server listens. */
  readonly to: NetAddress;
  /** Decides all that is left open; the same seed decides the same. */
  readonly random: Random;
  /** Milliseconds after which the server ends what stands still. */
  readonly deadline: number;
  /** Counts answers that were found right. */
  readonly checked: (answers?: number) => void;
  /** Waits so many milliseconds, or until the traffic is to end. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Whether the traffic is to end. */
  readonly isOver: () => boolean;
}

/** Talks to the server over connections of its own; throws where an answer is wrong. */
export type Conversation = (setting: Setting) => Promise<void>;

/** Conversations by name, and how often each is held beside the others. */
export type Repertoire = Readonly<Record<string, readonly [weight: number, Conversation]>>;

/** Chooses one by its weight. */
export function choose(repertoire: Repertoire, random: Random): [string, Conversation] {
  const entries = Object.entries(repertoire);
  const total = entries.reduce((sum, [, [weight]]) => sum + weight, 0);
  let left = random.below(total);
  for (const [name, [weight, conversation]] of entries) {
    if ((left -= weight) < 0) return [name, conversation];
  }
  throw new Error("Cannot choose: there is no conversation");
}

/** Divides octets into pieces of any length up to a bound. */
export function* divide(octets: Uint8Array, most: number, random: Random): Generator<Uint8Array> {
  for (let start = 0; start < octets.length;) {
    const end = start + 1 + random.below(most);
    yield octets.subarray(start, end);
    start = end;
  }
}
