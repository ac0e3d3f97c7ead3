import { text } from "../../mod.ts";
import { assertEquals, assertGreater, assertLessOrEqual } from "../assert.ts";
import { readAnswers } from "../server/answers.ts";
import { FOLLOWER, MemoryServer, settle } from "../server/memory_server.ts";
import { type Conversation, readCorpus } from "./corpus.ts";
import { exchangeEvents, isEvent } from "./exchange_events.ts";

const FOLLOWER_OCTETS = Uint8Array.from(FOLLOWER, (character) => character.charCodeAt(0));
const FOLLOWER_EVENTS = ["head GET /follower -> http://follower/follower", "end"];

/** Octets up to which a conversation is divided at every place; longer ones at some. */
const SPLIT_EVERYWHERE = 1024;

const corpus = readCorpus();

Deno.test("the corpus holds conversations, each of its own name", () => {
  const names = corpus.map(({ file, title }) => `${file}: ${title}`);
  assertGreater(corpus.length, 120);
  assertEquals(new Set(names).size, names.length);
});

for (const conversation of corpus) {
  const { file, title, octets, events } = conversation;
  const name = `${file}: ${title}`;

  Deno.test(`${name}: events, whole and divided`, () => {
    checkEvents(exchangeEvents([octets]), events);
    checkEvents(exchangeEvents(singleOctets(octets)), events);
    const step = octets.length <= SPLIT_EVERYWHERE ? 1 : 211;
    for (let at = 1; at < octets.length; at += step) {
      checkEvents(exchangeEvents([octets.subarray(0, at), octets.subarray(at)]), events);
    }
  });

  if (mayBeFollowed(conversation)) {
    Deno.test(`${name}: events with a follower behind`, () => {
      const followed = concatenate(octets, FOLLOWER_OCTETS);
      const isRefused = events.at(-1)?.startsWith("refused ");
      const expected = isRefused ? events : [...events, ...FOLLOWER_EVENTS];
      checkEvents(exchangeEvents([followed]), expected);
      checkEvents(exchangeEvents([octets, FOLLOWER_OCTETS]), expected);
    });
  }

  Deno.test(`${name}: answers`, async () => {
    const whole = await answer(conversation, [octets]);
    assertEquals(whole, expectedAnswers(conversation));
    assertEquals(await answer(conversation, singleOctets(octets)), whole);
  });

  Deno.test(`${name}: a handler that reads nothing sees no other requests`, async () => {
    const sent = mayBeFollowed(conversation) ? concatenate(octets, FOLLOWER_OCTETS) : octets;
    const heads = exchangeEvents([sent]).filter((event) => event.startsWith("head "));
    const seen: string[] = [];
    const server = new MemoryServer((request) => {
      seen.push(`${request.method} ${request.url}`);
      return text("ok");
    });
    server.connect().send(sent);
    await settle();
    // The server answers some requests itself, so there may be fewer; never others.
    let next = 0;
    for (const head of heads) if (isRequest(head, seen[next])) next++;
    assertEquals(seen.slice(next), []);
    assertLessOrEqual(server.server.stats().requests.total, heads.length);
  });
}

/** Whether `METHOD URI` is the request of a reported head. */
function isRequest(head: string, request: string | undefined): boolean {
  const [, method, , , uri] = head.split(" ");
  return request === `${method} ${uri}`;
}

/** What comes back, in the words of the corpus; the follower's answer is checked, and left out. */
async function answer(
  conversation: Conversation,
  pieces: Iterable<Uint8Array>,
): Promise<string[]> {
  const seen: string[] = [];
  const server = new MemoryServer(async (request) => {
    seen.push(request.url);
    await request.text();
    return text("ok");
  });
  const client = server.connect();
  for (const piece of pieces) {
    client.send(piece);
    // Interim answers depend on whether the client waits for them, as one does that sends slowly.
    await Promise.resolve();
  }
  await settle();
  const methods = conversation.events.filter((event) => event.startsWith("head "))
    .map((event) => event.split(" ")[1]);
  const statuses = readAnswers(client.read(), methods).map(({ status }) => String(status));
  const isOpen = !client.finished && !client.closed;
  if (mayBeFollowed(conversation)) await checkFollower(client, isOpen, seen);
  return [...statuses, isOpen ? "open" : "close"];
}

/** A follower is answered once on a connection that persists, and never on one that closed. */
async function checkFollower(
  client: ReturnType<MemoryServer["connect"]>,
  isOpen: boolean,
  seen: readonly string[],
): Promise<void> {
  client.send(FOLLOWER);
  await settle();
  const statuses = readAnswers(client.read()).map(({ status }) => status);
  assertEquals(statuses, isOpen ? [200] : []);
  const followers = seen.filter((url) => url === "http://follower/follower");
  assertEquals(followers.length, isOpen ? 1 : 0);
}

/** The answers that are told, or those that follow from the events. */
function expectedAnswers({ events, answers }: Conversation): string[] {
  if (answers !== undefined) return [...answers];
  const expected: string[] = [];
  for (const event of events) {
    const [kind, status] = event.split(" ");
    if (kind === "end") expected.push("200");
    if (kind === "refused") expected.push(status);
  }
  return [...expected, events.at(-1)?.startsWith("refused ") ? "close" : "open"];
}

/** Whether the conversation ends where a request may begin. */
function mayBeFollowed({ events }: Conversation): boolean {
  return events.at(-1) !== "incomplete";
}

function checkEvents(reported: readonly string[], expected: readonly string[]): void {
  const same = reported.length === expected.length &&
    reported.every((event, i) => isEvent(event, expected[i]));
  if (!same) assertEquals(reported, [...expected]);
}

function* singleOctets(octets: Uint8Array): Iterable<Uint8Array> {
  for (let at = 0; at < octets.length; at++) yield octets.subarray(at, at + 1);
}

function concatenate(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
