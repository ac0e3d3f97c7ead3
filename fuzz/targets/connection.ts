import { textOf } from "../../src/protocol/octets.ts";
import type { MemoryClient } from "../../src/transport/memory.ts";
import { readAnswers } from "../../tests/server/answers.ts";
import { MemoryServer, settle, unhandledRejections } from "../../tests/server/memory_server.ts";
import {
  mayHoldPunycode,
  type Reading,
  readMessages,
} from "../../tests/property/reference_reader.ts";
import { demand, demandSame } from "../law.ts";
import type { Target } from "../target.ts";
import { BEHAVIOURS } from "./behaviours.ts";
import { divideByHash, hashOf } from "./division.ts";
import { MAX_WIRE, wireSeeds } from "./wire_seeds.ts";

/** Longer than any deadline, in milliseconds. */
const LONG = 70_000;

/** Turns that a server without work to do may take until it says so. */
const TURNS = 20;

/** A request that reached a handler. */
interface Handled {
  readonly method: string;
  readonly echoes: boolean;
}

/** A connection, and what became of it so far. */
interface Scene {
  readonly client: MemoryClient;
  readonly server: MemoryServer;
  readonly handled: readonly Handled[];
  /** What a plain reader makes of the octets; `undefined` where it cannot judge them. */
  readonly reading: Reading | undefined;
}

/** A whole connection over memory, from what the client sends to what it gets. */
export const connection: Target = {
  name: "connection",
  seeds: wireSeeds,
  maxLength: MAX_WIRE,
  async run(octets) {
    const hash = hashOf(octets);
    const scene = makeScene(octets, hash);
    const { client, server } = scene;
    let shape = "";
    const reasons = await unhandledRejections(async () => {
      for (const piece of divideByHash(octets)) client.send(piece);
      await untilIdle(server);
      shape = checkConversation(scene, false);
      await end(scene, hash);
      checkConversation(scene, true);
    });
    demandSame(reasons.map(String), [], "connection: no rejection is left alone");
    checkRest(server);
    return shape;
  },
};

function makeScene(octets: Uint8Array, hash: number): Scene {
  const wire = textOf(octets, 0, octets.length);
  const reading = mayHoldPunycode(wire) ? undefined : readMessages(wire);
  const handled: Handled[] = [];
  const server = new MemoryServer((request) => {
    const { echoes, handle } = BEHAVIOURS[(hash + handled.length) % BEHAVIOURS.length];
    handled.push({ method: request.method, echoes });
    return handle(request);
  });
  return { client: server.connect(), server, handled, reading };
}

/** Lets it end in one of the ways in which connections do. */
async function end(scene: Scene, hash: number): Promise<void> {
  const { client, server } = scene;
  if (hash & 0x100) client.end();
  else if (hash & 0x200) client.reset();
  await untilIdle(server);
  for (let times = 0; times < 3; times++) {
    server.clock.advance(LONG);
    await untilIdle(server);
  }
  if ((hash & 0x300) !== 0x200) checkCut(scene);
}

async function untilIdle({ server }: MemoryServer): Promise<void> {
  await settle();
  for (let turn = 0; turn < TURNS && server.stats().requests.inFlight > 0; turn++) await settle();
}

/** Checks all that was received so far against what a plain reader made of the requests. */
function checkConversation({ client, handled, reading }: Scene, isOver: boolean): string {
  if (reading === undefined) return "";
  const { messages, outcome } = reading;
  const methods = messages.map(({ method }) => method);
  const answers = readAnswers(client.received, methods);
  const finals = answers.filter(({ status }) => status >= 200);
  for (const { whole } of answers.slice(0, -1)) demand(whole, "connection: answers are whole");
  const most = messages.length + (outcome === "done" ? 0 : 1);
  demand(finals.length <= most, "connection: no more answers than requests");
  const isOpen = !client.finished && !client.closed;
  if (isOpen && !isOver && outcome === "done") {
    demandSame(finals.length, most, "connection: every request is answered");
  }
  checkHandled(handled.map(({ method }) => method), methods);
  return finals.slice(0, 6).map(({ status, framing }) => `${status} ${framing}`).join(" ");
}

/** The handled requests are among those that were sent, in their order. */
function checkHandled(handled: readonly string[], methods: readonly string[]): void {
  let next = 0;
  for (const method of methods) if (handled[next] === method) next++;
  demandSame(handled.slice(next), [], "connection: only requests are handled");
}

/** An answer that echoes a content which never came to its end must not look as if it had. */
function checkCut({ client, handled, reading }: Scene): void {
  if (reading === undefined || handled.length !== reading.messages.length) return;
  const methods = handled.map(({ method }) => method);
  const answer = readAnswers(client.received, methods).at(-1);
  const isCut = reading.messages.at(-1)?.trailers === undefined && answer?.framing === "close";
  if (handled.at(-1)?.echoes && isCut) demand(client.wasReset, "connection: a cut answer is reset");
}

function checkRest({ server, errors }: MemoryServer): void {
  const { connections, requests } = server.stats();
  demandSame([requests.inFlight, connections.open], [0, 0], "connection: nothing is left behind");
  const strange = errors.filter((error) => !isExpected(error));
  demandSame(strange.map(String), [], "connection: a handler gets no error of ours");
}

/** What handlers throw, or what becomes of them when a client breaks the protocol or leaves. */
function isExpected(error: unknown): boolean {
  return error instanceof Error && error.constructor === Error;
}
