import type { RefusalReason, ServerStats } from "../../mod.ts";
import { assertEquals, assertGreaterOrEqual, assertLess } from "../assert.ts";
import { eventually } from "../transport/servers.ts";
import { Neighbour } from "./neighbour.ts";
import { type Memory, STAYING, Target, type TargetOptions } from "./target.ts";

/** What hostile clients do to a server, and what comes of it. */
export interface AttackPlan {
  /** What the server is told. */
  readonly options?: TargetOptions;
  /** One round: it is over when all its clients have left. */
  readonly attack: (target: Target) => Promise<void>;
  /** What the server refuses in each round; nothing else may be refused. */
  readonly refusals?: Readonly<Partial<Record<RefusalReason, number>>>;
  /**
   * Whether new connections of others are served meanwhile, as the one is that was there before.
   *
   * @default {true}
   */
  readonly newcomers?: boolean;
}

/** Answers that another client must get while the attack goes on. */
const SERVED = { onKept: 10, onNew: 5 };

/** Rounds that may be needed until it has got them. */
const MOST_ROUNDS = 100;

/** Octets that may come and go by themselves. */
const GROWTH = 2 ** 20;

/** Octets of the process that may come and go; the platform gives memory back when it likes. */
const RESIDENT_GROWTH = 16 * 2 ** 20;

/** Collections until all is collected. */
const COLLECTIONS = 20;

/**
 * Times that memory may be left behind: what leaks, leaks each time, while what an allocator holds
 * back for later is not held back twice.
 */
const REPETITIONS = 4;

/**
 * Attacks a server, once all is warm, until others have been served meanwhile; afterwards it has no
 * more connections, sockets or memory than before, and has counted what it refused. Where memory is
 * left behind, it is attacked again.
 */
export function attackTest(name: string, plan: AttackPlan): void {
  Deno.test(name, () => attack(plan));
}

/** Does what `attackTest` tests. */
export async function attack({ options, attack, refusals, newcomers }: AttackPlan): Promise<void> {
  await using target = await Target.start(options);
  using neighbour = await Neighbour.of(target);
  const run = () => attackUntilServed(neighbour, newcomers, () => attack(target));
  await run();
  for (let left = REPETITIONS;; left--) {
    const before = await target.until(isAtRest, "connections of the last attack");
    const sockets = await target.sockets();
    const memory = await target.memory();
    const rounds = await run();
    const after = await target.until(isAtRest, "open connections");
    assertEquals(refusedBetween(before, after), times(refusals, rounds));
    await eventually(() => target.sockets(), (now) => now <= sockets, `sockets, ${sockets} before`);
    const growth = await growthSince(target, memory);
    if (isSmall(growth)) return;
    if (left === 1) return assertSmall(growth);
  }
}

/** Runs many clients at once, each on a connection of its own, which it leaves in the end. */
export function crowd<T extends Disposable>(
  count: number,
  connect: () => Promise<T>,
  play: (client: T) => Promise<unknown>,
): Promise<unknown> {
  return Promise.all(Array.from({ length: count }, async () => {
    using client = await connect();
    await play(client);
  }));
}

/** Whether only the neighbour and the observer are there, who asks. */
function isAtRest({ connections, requests }: ServerStats): boolean {
  return connections.open === STAYING && requests.inFlight === 1;
}

/** Attacks at least once; resolves to the number of rounds. */
async function attackUntilServed(
  neighbour: Neighbour,
  newcomers: boolean | undefined,
  attack: () => Promise<void>,
): Promise<number> {
  const wanted = newcomers === false ? { ...SERVED, onNew: 0 } : SERVED;
  neighbour.onKept = neighbour.onNew = 0;
  const isServed = () => neighbour.onKept >= wanted.onKept && neighbour.onNew >= wanted.onNew;
  let rounds = 0;
  do {
    await withNeighbour(neighbour, newcomers, attack);
  } while (++rounds < MOST_ROUNDS && !isServed());
  assertGreaterOrEqual(neighbour.onKept, wanted.onKept);
  assertGreaterOrEqual(neighbour.onNew, wanted.onNew);
  return rounds;
}

async function withNeighbour(
  neighbour: Neighbour,
  newcomers: boolean | undefined,
  attack: () => Promise<void>,
): Promise<void> {
  let isOver = false;
  const goesOn = () => !isOver;
  await Promise.all([
    attack().finally(() => isOver = true),
    neighbour.stay(goesOn),
    newcomers === false ? undefined : neighbour.comeAndGo(goesOn),
  ]);
}

function refusedBetween(before: ServerStats, after: ServerStats): Record<string, number> {
  const counts = Object.entries(after.refused) as [RefusalReason, number][];
  return Object.fromEntries(
    counts.map(([reason, count]) => [reason, count - (before.refused[reason] ?? 0)]),
  );
}

function times(refusals: AttackPlan["refusals"] = {}, rounds: number): Record<string, number> {
  return Object.fromEntries(
    Object.entries(refusals).map(([reason, count]) => [reason, count * rounds]),
  );
}

/** What is more than before, once all is collected that can be. */
async function growthSince(target: Target, before: Memory): Promise<Memory> {
  let growth = difference(before, await target.memory());
  for (let i = 1; i < COLLECTIONS && !isSmall(growth); i++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    growth = difference(before, await target.memory());
  }
  return growth;
}

function difference(before: Memory, after: Memory): Memory {
  return { inUse: after.inUse - before.inUse, resident: after.resident - before.resident };
}

function isSmall({ inUse, resident }: Memory): boolean {
  return inUse < GROWTH && resident < RESIDENT_GROWTH;
}

function assertSmall({ inUse, resident }: Memory): void {
  assertLess(inUse, GROWTH, "octets more in use");
  assertLess(resident, RESIDENT_GROWTH, "octets more resident");
}
