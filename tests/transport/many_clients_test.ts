import { bytes, text } from "../../mod.ts";
import { assertEquals } from "../assert.ts";
import { Random } from "./random.ts";
import { startLocal } from "./servers.ts";
import { concatenate, WireClient, type WireResponse } from "./wire_client.ts";

const CLIENTS = 64;
const REQUESTS = 200;
const MIB = 1 << 20;

/** Octets of content, both ways; the large ones are rare, so that all fit into a minute. */
const SMALL = [0, 1, 2, 15, 16, 100, 1_000, 4_095, 4_096, 4_097, 10_000];
const LARGE = [16_384, 16_385, 65_535, 65_536, 65_537, 262_144, MIB];

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "QUERY"];

/** Requests that a client sends before it waits for the first answer. */
const DEPTHS = [1, 2, 5, 16];

/** Any content is a part of this, found by the request's number. */
const POOL = new Random(1).octets(MIB + 65_536);

interface Exchange {
  readonly id: string;
  readonly method: string;
  readonly content: Uint8Array<ArrayBuffer>;
  readonly wanted: Uint8Array<ArrayBuffer>;
  readonly isChunked: boolean;
}

Deno.test(`${CLIENTS} clients with ${REQUESTS} requests each get their own answers`, async () => {
  await using local = await startLocal(answer);
  await Promise.all(Array.from({ length: CLIENTS }, async (_, number) => {
    using client = await WireClient.connect(local.addr);
    const exchanges = plan(number);
    const depth = DEPTHS[number % DEPTHS.length];
    for (let start = 0; start < REQUESTS; start += depth) {
      await converse(client, exchanges.slice(start, start + depth));
    }
  }));
  const { connections, requests, refused } = local.server.stats();
  assertEquals(connections.accepted, CLIENTS);
  assertEquals(requests.total, CLIENTS * REQUESTS);
  assertEquals([refused, local.errors], [{}, []]);
});

/** Sends requests without waiting, and compares each answer with its request. */
async function converse(client: WireClient, exchanges: readonly Exchange[]): Promise<void> {
  const sent = client.send(...exchanges.map(toWire));
  for (const exchange of exchanges) check(exchange, await client.response(exchange.method));
  await sent;
}

function check(exchange: Exchange, response: WireResponse): void {
  const { id, method, content, wanted } = exchange;
  const { headers } = response;
  const expected = {
    status: 200,
    id,
    method,
    received: method === "GET" || method === "HEAD" ? "0 1" : describe(content),
    octets: method === "HEAD" ? 0 : wanted.length,
  };
  assertEquals({
    status: response.status,
    id: headers.get("x-id"),
    method: headers.get("x-method"),
    received: headers.get("x-received"),
    octets: response.content.length,
  }, expected);
  if (method !== "HEAD" && describe(response.content) !== describe(wanted)) {
    throw new Error(`The content of the answer to ${id} is another's`);
  }
}

/** Answers with the part of the pool that was asked for, in one of four ways. */
async function answer(request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const offset = Number(searchParams.get("offset"));
  const wanted = POOL.subarray(offset, offset + Number(searchParams.get("octets")));
  const headers = {
    "x-id": pathname.slice(1),
    "x-method": request.method,
    "x-received": describe(await request.bytes()),
  };
  if (wanted.length === 0) return text("", { headers });
  switch (offset % 4) {
    case 0:
      return bytes(wanted, { headers });
    case 1:
      return new Response(wanted, { headers });
    case 2:
      return new Response(new Blob([wanted]).stream(), { headers });
    default:
      // Answers that take their time must not change places.
      await new Promise((resolve) => setTimeout(resolve));
      return bytes(wanted, { headers });
  }
}

function plan(client: number): readonly Exchange[] {
  const random = new Random(client);
  return Array.from({ length: REQUESTS }, (_, index) => {
    // Every client sends and gets each of the large sizes once.
    const [sent, wanted] = [LARGE[index - 50], LARGE[index - 100]];
    const method = sent !== undefined ? "PUT" : wanted !== undefined ? "GET" : random.one(METHODS);
    return {
      id: `${client}/${index}`,
      method,
      content: part(sent ?? random.one(SMALL), random),
      wanted: part(wanted ?? random.one(SMALL), random),
      isChunked: random.below(2) === 0,
    };
  });
}

function part(octets: number, random: Random): Uint8Array<ArrayBuffer> {
  const offset = random.below(65_536);
  return POOL.subarray(offset, offset + octets);
}

function toWire({ id, method, content, wanted, isChunked }: Exchange): Uint8Array {
  const target = `/${id}?octets=${wanted.length}&offset=${wanted.byteOffset}`;
  const framing = isChunked ? "Transfer-Encoding: chunked" : `Content-Length: ${content.length}`;
  const head = `${method} ${target} HTTP/1.1\r\nHost: localhost\r\n${framing}\r\n\r\n`;
  return concatenate([encode(head), ...(isChunked ? chunks(content) : [content])]);
}

function chunks(content: Uint8Array): Uint8Array[] {
  const size = 1 + content.length % 50_000;
  const pieces: Uint8Array[] = [];
  for (let start = 0; start < content.length; start += size) {
    const chunk = content.subarray(start, start + size);
    pieces.push(encode(`${chunk.length.toString(16)}\r\n`), chunk, encode("\r\n"));
  }
  return [...pieces, encode("0\r\n\r\n")];
}

/** Length and Adler-32 checksum (RFC 1950 §8). */
function describe(octets: Uint8Array): string {
  let [a, b] = [1, 0];
  for (let start = 0; start < octets.length; start += 3_800) {
    const end = Math.min(octets.length, start + 3_800);
    for (let i = start; i < end; i++) {
      a += octets[i];
      b += a;
    }
    a %= 65_521;
    b %= 65_521;
  }
  return `${octets.length} ${b * 65_536 + a}`;
}

function encode(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}
