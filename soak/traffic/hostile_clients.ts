import { mutate } from "../../tests/transport/mutations.ts";
import { WireClient } from "../../tests/transport/wire_client.ts";
import { readCorpus } from "../../tests/wire/corpus.ts";
import { exchangeEvents } from "../../tests/wire/exchange_events.ts";
import { bombHead, floodConnections, floodRequests } from "./bombs.ts";
import { divide, type Repertoire, type Setting } from "./conversation.ts";
import { type Bound, boundOf, checkHostile, isCutOff, readAll } from "./hostile_answers.ts";
import { reset } from "./resets.ts";
import { dribble, dripContent, dripHead, takeNothing, waitForNothing } from "./slow_clients.ts";

const corpus = readCorpus();

/** Clients that break the rules, or that make the server wait. */
export const HOSTILE_CLIENTS: Repertoire = {
  "the corpus": [20, replayCorpus],
  "mutations": [30, sendMutation],
  "resets": [20, reset],
  "header bombs": [8, bombHead],
  "one octet at a time": [4, dribble],
  "a flood of requests": [2, floodRequests],
  "a flood of connections": [1, floodConnections],
  "half a head, slowly": [1, dripHead],
  "content, slowly": [1, dripContent],
  "an answer that is not taken": [1, takeNothing],
  "an answer that never comes": [1, waitForNothing],
};

/** Holds a conversation of the corpus, divided anyhow; its events tell what may come of it. */
async function replayCorpus(setting: Setting): Promise<void> {
  const { title, octets, events } = setting.random.one(corpus);
  await converse(setting, octets, boundOf(events), title);
}

async function sendMutation(setting: Setting): Promise<void> {
  const { random } = setting;
  const base = random.one(corpus);
  const { how, octets } = mutate(base.octets, random.one(corpus).octets, random);
  const bound = boundOf(exchangeEvents([octets]));
  await converse(setting, octets, bound, `${how} of ${base.title}`);
}

async function converse(
  { to, random, checked }: Setting,
  octets: Uint8Array,
  bound: Bound,
  what: string,
): Promise<void> {
  using client = await WireClient.connect(to);
  const pieces = [...divide(octets, 1 + octets.length, random)];
  try {
    for (const piece of pieces) await client.send(piece);
    await client.end();
  } catch (error) {
    // A server that has refused the beginning need not take the rest.
    if (!isCutOff(error)) throw error;
  }
  // One in ten does not wait for its answers.
  if (random.below(10) === 0) return;
  try {
    checkHostile(await readAll(client, bound.methods), bound);
    checked();
  } catch (error) {
    throw new Error(`${what}: ${error instanceof Error ? error.message : error}`);
  }
}
