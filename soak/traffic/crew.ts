import type { NetAddress } from "../../mod.ts";
import { Random } from "../../tests/transport/random.ts";
import { pause } from "../pause.ts";
import { choose, type Repertoire, type Setting } from "./conversation.ts";
import { GOOD_CLIENTS } from "./good_clients.ts";
import { HOSTILE_CLIENTS } from "./hostile_clients.ts";
import type { Tally } from "./tally.ts";

/** How much traffic there is, and where it goes. */
export interface TrafficPlan {
  /** Where the server listens. */
  readonly to: NetAddress;
  /** Decides every conversation. */
  readonly seed: number;
  /** Good clients at a time. */
  readonly good: number;
  /** Hostile clients at a time. */
  readonly hostile: number;
  /** Milliseconds after which the server ends what stands still. */
  readonly deadline: number;
}

/** Milliseconds between two conversations of one client, at most. */
const REST = { good: 10, hostile: 120 } as const;

/** Seeds that no two clients share. */
const SEEDS_EACH = 10_000_019;

/** Holds conversations until the signal aborts; resolves when the last client has left. */
export async function runTraffic(
  plan: TrafficPlan,
  tally: Tally,
  signal: AbortSignal,
): Promise<void> {
  const clients: Promise<void>[] = [];
  const hire = (count: number, kind: "good" | "hostile", repertoire: Repertoire) => {
    for (let i = 0; i < count; i++) {
      const firstSeed = plan.seed + SEEDS_EACH * clients.length;
      clients.push(work({ plan, tally, signal, kind, repertoire, firstSeed }));
    }
  };
  hire(plan.good, "good", GOOD_CLIENTS);
  hire(plan.hostile, "hostile", HOSTILE_CLIENTS);
  await Promise.all(clients);
}

interface Job {
  readonly plan: TrafficPlan;
  readonly tally: Tally;
  readonly signal: AbortSignal;
  readonly kind: "good" | "hostile";
  readonly repertoire: Repertoire;
  readonly firstSeed: number;
}

/** One client after another. */
async function work({ plan, tally, signal, kind, repertoire, firstSeed }: Job): Promise<void> {
  for (let seed = firstSeed; !signal.aborted; seed++) {
    const random = new Random(seed);
    const [name, conversation] = choose(repertoire, random);
    const setting: Setting = {
      to: plan.to,
      deadline: plan.deadline,
      random,
      checked: (answers = 1) => tally.checked(kind, answers),
      pause: (milliseconds) => pause(milliseconds, signal),
      isOver: () => signal.aborted,
    };
    tally.begin(name);
    try {
      await conversation(setting);
    } catch (error) {
      tally.fail(name, seed, error);
    }
    await pause(random.below(REST[kind]), signal);
  }
}
