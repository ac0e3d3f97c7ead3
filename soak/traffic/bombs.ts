import type { Random } from "../../tests/transport/random.ts";
import { WireClient } from "../../tests/transport/wire_client.ts";
import type { Setting } from "./conversation.ts";
import { checkOctets, joinExpected } from "./expected_answer.ts";
import { checkRefusal, isCutOff, readAll } from "./hostile_answers.ts";
import { makeExchange, word } from "./requests.ts";

/** Requests of one flood, at most. */
const REQUESTS = 1_000;

/** Connections of one flood, at most. */
const CONNECTIONS = 50;

/** Heads that are too much in one way or another, and what they are refused with. */
const BOMBS:
  readonly ((random: Random) => readonly [octets: string, statuses: readonly number[]])[] = [
    () => [`GET /${"a".repeat(9_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, [414]],
    () => [`GET /${"a".repeat(60_000)}`, [414]],
    (random) => [`GET / HTTP/1.1\r\nHost: a\r\n${fieldLines(150, random)}\r\n`, [431]],
    (random) => [`GET / HTTP/1.1\r\nHost: a\r\nX: ${word(random, 9).repeat(40_000)}`, [431]],
    (
      random,
    ) => [`GET / HTTP/1.1\r\n${`${word(random)}: ${"v".repeat(2_000)}\r\n`.repeat(20)}`, [431]],
    () => [`POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${chunkBomb()}`, [
      400,
    ]],
    () => ["POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\nabc", [413]],
    (random) => [`${word(random, 9)}${"X".repeat(40)} / HTTP/1.1\r\nHost: a\r\n\r\n`, [400]],
    (random) => [`\0${word(random)}`, [400]],
  ];

/** Sends a head that is too much; it is refused, and the connection ends. */
export async function bombHead({ to, random, checked }: Setting): Promise<void> {
  using client = await WireClient.connect(to);
  const [octets, statuses] = random.one(BOMBS)(random);
  try {
    await client.send(octets);
  } catch (error) {
    // A server that has refused the beginning need not take the rest.
    if (!isCutOff(error)) throw error;
  }
  const responses = await readAll(client);
  checkRefusal(responses.at(-1), statuses);
  if (responses.length > 1) throw new Error(`Answered ${responses.length} times: ${octets}`);
  checked();
}

/** Sends many requests without reading; then takes all answers, or leaves. */
export async function floodRequests({ to, random, checked }: Setting): Promise<void> {
  using client = await WireClient.connect(to);
  const exchanges = Array.from({ length: 1 + random.below(REQUESTS) }, () => makeExchange(random));
  await client.send(exchanges.map(({ sent }) => sent).join(""));
  if (random.below(3) === 0) return;
  const expected = joinExpected(exchanges.map(({ answer }) => answer));
  checkOctets(await client.octets(expected.octets.length), expected);
  checked(exchanges.length);
}

/** Opens many connections at once, and leaves them with half a request or nothing sent. */
export async function floodConnections({ to, random, pause }: Setting): Promise<void> {
  const count = 1 + random.below(CONNECTIONS);
  const clients = await Promise.all(Array.from({ length: count }, () => WireClient.connect(to)));
  try {
    await Promise.all(clients.map((client, i) => client.send(i % 2 === 0 ? "GET / HT" : "")));
    await pause(random.below(200));
  } finally {
    for (const client of clients) client[Symbol.dispose]();
  }
}

function fieldLines(count: number, random: Random): string {
  return Array.from({ length: count }, () => `${word(random)}: ${word(random)}\r\n`).join("");
}

function chunkBomb(): string {
  return `1;${"x".repeat(1_000)}\r\n`;
}
