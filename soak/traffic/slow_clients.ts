import { WireClient } from "../../tests/transport/wire_client.ts";
import type { Setting } from "./conversation.ts";
import { checkRefusal, checkUntilTimeout, isCutOff, readAll } from "./hostile_answers.ts";
import { makeExchange } from "./requests.ts";

/** Milliseconds between two octets. */
const DRIP = 100;

/** Octets that no socket's buffers hold. */
const ENDLESS = 1_000_000_000;

/** Deadlines for which a client waits to be cut off. */
const PATIENCE = 3;

/** Sends a head so slowly that it never comes to an end (408). */
export async function dripHead(setting: Setting): Promise<void> {
  using client = await WireClient.connect(setting.to);
  await client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
  const answered = expectTimeout(client, setting);
  const rest = () => setting.pause(DRIP);
  await Promise.all([answered, sendSlowly(client, endlessly(setting), rest, answered)]);
}

/**
 * Sends good requests octet by octet: tedious, but right, so the answers must be, too. On a machine
 * that is busy enough the time for the head may run out (408).
 */
export async function dribble({ to, random, checked, pause }: Setting): Promise<void> {
  using client = await WireClient.connect(to);
  const exchanges = [makeExchange(random), makeExchange(random, true)];
  const octets = new TextEncoder().encode(exchanges.map(({ sent }) => sent).join(""));
  const answered = client.rest();
  const [found] = await Promise.all([
    answered,
    sendSlowly(client, octets, () => pause(0), answered),
  ]);
  checkUntilTimeout(found, exchanges.map(({ answer }) => answer));
  checked(exchanges.length);
}

/** Sends some of a content, then no more of it (408). */
export async function dripContent(setting: Setting): Promise<void> {
  using client = await WireClient.connect(setting.to);
  const { random } = setting;
  const framing = random.below(2) === 0
    ? "Content-Length: 1000\r\n\r\nabc"
    : "Transfer-Encoding: chunked\r\n\r\n400\r\nabc";
  await client.send(`POST /echo HTTP/1.1\r\nHost: localhost\r\n${framing}`);
  await expectTimeout(client, setting);
}

/** Takes the beginning of an answer and then nothing: it must not get the end. */
export async function takeNothing({ to, deadline, checked, pause }: Setting): Promise<void> {
  using client = await WireClient.connect(to);
  await client.send(`GET /soak/octets/${ENDLESS} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  await client.octets(100);
  await pause(PATIENCE * deadline);
  checked();
}

/** Asks a handler that waits for the client to leave: its time runs out (503), or the client leaves. */
export async function waitForNothing(setting: Setting): Promise<void> {
  using client = await WireClient.connect(setting.to);
  const { random, deadline, pause, checked } = setting;
  await client.send("GET /soak/never HTTP/1.1\r\nHost: localhost\r\n\r\n");
  if (random.below(2) === 0) return await pause(random.below(deadline / 2));
  const response = await client.response();
  if (response.status !== 503) throw new Error(`Answered with ${response.status} instead of 503`);
  checked();
}

/** Sends octets one at a time, until something has come of it. */
async function sendSlowly(
  client: WireClient,
  octets: Iterable<number>,
  rest: () => Promise<void>,
  until: Promise<unknown>,
): Promise<void> {
  let isAnswered = false;
  const end = () => void (isAnswered = true);
  until.then(end, end);
  try {
    for (const octet of octets) {
      if (isAnswered) return;
      await client.send(Uint8Array.of(octet));
      await rest();
    }
  } catch (error) {
    if (!isCutOff(error)) throw error;
  }
}

/** Octets of a field value without an end, while the traffic goes on. */
function* endlessly({ isOver }: Setting): Generator<number> {
  while (!isOver()) yield 120;
}

async function expectTimeout(client: WireClient, { checked }: Setting): Promise<void> {
  const responses = await readAll(client);
  checkRefusal(responses.at(-1), [408]);
  if (responses.length > 1) throw new Error(`Answered ${responses.length} times`);
  checked();
}
