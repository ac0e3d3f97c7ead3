import { concatenate, WireClient } from "../../tests/transport/wire_client.ts";
import { patternAt } from "../pattern.ts";
import { divide, type Setting } from "./conversation.ts";
import { checkOctets, checkStreamed, expectOctets } from "./expected_answer.ts";
import { echoAnswer, word } from "./requests.ts";

const OCTETS = "application/octet-stream";

/** Octets of a large content, at most. */
const LARGE = 1_000_000;

/** Octets of a content that comes back, at most. */
const MIRRORED = 200_000;

const CONTINUE = new TextEncoder().encode("HTTP/1.1 100 Continue\r\n\r\n");

/** Sends much content to a handler that reads it all and answers then. */
export async function postMuch({ to, random, checked }: Setting): Promise<void> {
  using client = await WireClient.connect(to);
  const content = patternAt(random.below(251), random.below(LARGE));
  await client.send(head("POST /echo", `Content-Length: ${content.length}`));
  for (const piece of divide(content, 100_000, random)) await client.send(piece);
  const answer = expectOctets(echoAnswer({}, "soak"));
  checkOctets(await client.octets(answer.octets.length), answer);
  checked();
}

/** Sends content of a known length, and gets it back while it is sent. */
export async function mirrorWhole({ to, random, checked }: Setting): Promise<void> {
  using client = await WireClient.connect(to);
  const content = patternAt(random.below(251), 1 + random.below(MIRRORED));
  await client.send(head("POST /soak/mirror", `Content-Length: ${content.length}`));
  const [response] = await Promise.all([
    client.response("POST"),
    sendAll(client, divide(content, 50_000, random)),
  ]);
  checkStreamed(response, OCTETS, content);
  checked();
}

/** Sends chunks with extensions and trailers, and gets the content back. */
export async function mirrorChunked({ to, random, checked }: Setting): Promise<void> {
  using client = await WireClient.connect(to);
  const content = patternAt(random.below(251), 1 + random.below(MIRRORED));
  const chunks = [...divide(content, 30_000, random)].map(toChunk);
  const end = random.below(2) === 0 ? "0\r\n\r\n" : `0\r\nX-End: ${word(random)}\r\n\r\n`;
  const octets = concatenate([...chunks, new TextEncoder().encode(end)]);
  await client.send(head("POST /soak/mirror", "Transfer-Encoding: chunked"));
  const [response] = await Promise.all([
    client.response("POST"),
    sendAll(client, divide(octets, 40_000, random)),
  ]);
  checkStreamed(response, OCTETS, content);
  checked();
}

/** Takes streams, now and then slowly. */
export async function takeStream({ to, random, checked, pause }: Setting): Promise<void> {
  using client = await WireClient.connect(to);
  for (let left = 1 + random.below(3); left > 0; left--) {
    const length = random.below(MIRRORED);
    await client.send(head(`GET /soak/octets/${length}`));
    await pause(random.below(30));
    checkStreamed(await client.response(), OCTETS, patternAt(0, length));
    checked();
  }
}

/** Waits for `100 Continue` before each content. */
export async function expectContinued({ to, random, checked }: Setting): Promise<void> {
  using client = await WireClient.connect(to);
  for (let left = 1 + random.below(5); left > 0; left--) {
    const content = patternAt(0, 1 + random.below(5_000));
    const fields = ["Expect: 100-continue", `Content-Length: ${content.length}`];
    await client.send(head("POST /echo", ...fields));
    checkOctets(await client.octets(CONTINUE.length), { octets: CONTINUE, dates: [] });
    await client.send(content);
    const answer = expectOctets(echoAnswer({}, "soak"));
    checkOctets(await client.octets(answer.octets.length), answer);
    checked();
  }
}

function head(request: string, ...fields: readonly string[]): string {
  const lines = [`${request} HTTP/1.1`, "Host: localhost", "User-Agent: soak", ...fields];
  return `${lines.join("\r\n")}\r\n\r\n`;
}

function toChunk(data: Uint8Array, index: number): Uint8Array {
  const extension = index % 3 === 0 ? ";part=1" : "";
  const encoder = new TextEncoder();
  const size = encoder.encode(`${data.length.toString(16)}${extension}\r\n`);
  return concatenate([size, data, encoder.encode("\r\n")]);
}

async function sendAll(client: WireClient, pieces: Iterable<Uint8Array>): Promise<void> {
  for (const piece of pieces) await client.send(piece);
}
