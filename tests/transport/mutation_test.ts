import { type RunningServer, text } from "../../mod.ts";
import { ProtocolError } from "../../src/protocol/errors.ts";
import { Exchange } from "../../src/protocol/exchange.ts";
import { DEFAULT_LIMITS } from "../../src/protocol/limits.ts";
import type { RequestHead } from "../../src/protocol/request_head.ts";
import { assert, assertEquals, assertGreaterOrEqual } from "../assert.ts";
import { readCorpus } from "../wire/corpus.ts";
import { mutate, type Mutation } from "./mutations.ts";
import { Random } from "./random.ts";
import { type LocalServer, startLocal } from "./servers.ts";
import { toText, WireClient, type WireResponse } from "./wire_client.ts";

const MUTATIONS = 10_000;
const IN_FLIGHT = 64;

/** Servers among which the connections are divided, so that the ports of one do not run out. */
const SERVERS = 4;

/** The least part of all mutations that gets as far as the content. */
const LEAST_DECODED = 0.3;

/** `MUTATION_SEED=7 deno test …` tries others. */
const SEED = Number(Deno.env.get("MUTATION_SEED") ?? 20_261_122);

const corpus = readCorpus();
const withContent = corpus.filter(({ events }) =>
  events.some((event) => event.startsWith("content"))
);

/** What must come of some octets, found without a network. */
interface Forecast {
  /** The first final answer; `undefined` where none is due. */
  readonly first: { readonly status: number; readonly content: string | undefined } | undefined;
  /** Methods of the requests, in order, as far as they can be read. */
  readonly methods: readonly string[];
  /** Whether octets reached the content decoder. */
  readonly decoded: boolean;
}

Deno.test(`${MUTATIONS} mutations of messages harm nobody else (seed ${SEED})`, async () => {
  await using servers = new AsyncDisposableStack();
  const locals: LocalServer[] = [];
  while (locals.length < SERVERS) locals.push(servers.use(await startLocal(answer)));
  const seen = { decoded: 0, answered: 0, others: 0 };
  let next = 0;
  await Promise.all(Array.from({ length: IN_FLIGHT }, async () => {
    while (next < MUTATIONS) {
      const index = next++;
      const mutation = makeMutation(index);
      try {
        const forecast = foresee(mutation.octets);
        await attempt(locals[index % SERVERS], mutation, forecast, index);
        if (forecast.decoded) seen.decoded++;
        if (forecast.first?.status === 200) seen.answered++;
        else seen.others++;
      } catch (error) {
        next = MUTATIONS;
        throw describe(index, mutation, error);
      }
    }
  }));
  assertGreaterOrEqual(seen.decoded, MUTATIONS * LEAST_DECODED);
  // Neither is all of it noise, nor is all of it understood.
  assertGreaterOrEqual(seen.answered, MUTATIONS * 0.1);
  assertGreaterOrEqual(seen.others, MUTATIONS * 0.1);
  for (const { server, errors } of locals) {
    assertEquals(errors, []);
    await server.shutdown();
    assertAtRest(server);
  }
});

/** Answers with the length of the content, behind a look at all that was received. */
async function answer(request: Request): Promise<Response> {
  assert(URL.canParse(request.url));
  for (const [name] of request.headers) assert(request.headers.has(name));
  return text(String((await request.bytes()).length));
}

async function attempt(
  { addr }: LocalServer,
  { octets }: Mutation,
  { first, methods }: Forecast,
  index: number,
): Promise<void> {
  // One in ten does not wait for its answer.
  const leaves = index % 10 === 9;
  const responses = await converse(addr, octets, methods, leaves);
  if (!leaves) {
    const found = responses.at(0);
    const content = first?.content === undefined ? undefined : found && toText(found.content);
    assertEquals(found && { status: found.status, content }, first);
  }
  using client = await WireClient.connect(addr);
  await client.send(`PUT /${index} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nvalid`);
  const { status, content } = await client.response("PUT");
  assertEquals([status, toText(content)], [200, "5"]);
}

/** Sends octets, and reads every answer until the connection ends. */
async function converse(
  addr: LocalServer["addr"],
  octets: Uint8Array,
  methods: readonly string[],
  leaves: boolean,
): Promise<readonly WireResponse[]> {
  using client = await WireClient.connect(addr);
  // In two pieces, which may arrive as one.
  const half = octets.length >> 1;
  await client.send(octets.subarray(0, half), octets.subarray(half));
  if (leaves) return [];
  await client.end();
  const responses: WireResponse[] = [];
  while (!await client.isOver()) {
    const response = await client.finalResponse(methods[responses.length]);
    responses.push(response);
  }
  return responses;
}

function makeMutation(index: number): Mutation & { readonly title: string } {
  const random = new Random(SEED * MUTATIONS + index);
  const base = random.one(random.below(5) === 0 ? corpus : withContent);
  const other = random.one(corpus);
  return { ...mutate(base.octets, other.octets, random), title: base.title };
}

function foresee(octets: Uint8Array): Forecast {
  const exchange = new Exchange(DEFAULT_LIMITS);
  exchange.receive(octets);
  const methods: string[] = [];
  let first: Forecast["first"];
  let decoded = false;
  try {
    while (exchange.next() === "head") {
      const { head } = exchange;
      methods.push(head.method);
      decoded ||= exchange.remaining !== 0 && exchange.unread > 0;
      const outcome = readContent(exchange);
      first ??= foreseeAnswer(head, outcome);
      if (typeof outcome !== "number") break;
    }
  } catch (error) {
    assert(error instanceof ProtocolError);
    first ??= { status: error.status, content: undefined };
  }
  return { first, methods, decoded };
}

/** The length of a content, or why it cannot be read. */
function readContent(exchange: Exchange): number | ProtocolError {
  let length = 0;
  try {
    for (;;) {
      const event = exchange.next();
      if (event === "end") return length;
      if (event === undefined) return new ProtocolError("incomplete-content");
      length += exchange.contentEnd - exchange.contentStart;
    }
  } catch (error) {
    assert(error instanceof ProtocolError);
    return error;
  }
}

function foreseeAnswer(head: RequestHead, outcome: number | ProtocolError): Forecast["first"] {
  const { method, expectation, framing, form } = head;
  if (method === "CONNECT" || method === "TRACE") return { status: 501, content: undefined };
  if (form === "absolute-form" && /^https:/i.test(head.target)) {
    return { status: 421, content: undefined };
  }
  if (expectation === "unsupported") return { status: 417, content: undefined };
  if (form === "asterisk-form") return { status: 204, content: "" };
  if (method === "HEAD") return { status: 200, content: "" };
  if (method === "GET") return { status: 200, content: "0" };
  if (framing.kind === "length" && framing.octets > DEFAULT_LIMITS.content) {
    return { status: 413, content: undefined };
  }
  if (typeof outcome === "number") return { status: 200, content: String(outcome) };
  return { status: outcome.status, content: undefined };
}

function describe(
  index: number,
  { how, octets, title }: Mutation & { readonly title: string },
  cause: unknown,
): Error {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new Error(
    `Mutation ${index} of seed ${SEED}, ${how} of "${title}": ${message}\n` +
      JSON.stringify(toText(octets.subarray(0, 2_000))),
    { cause },
  );
}

function assertAtRest(server: RunningServer): void {
  const { connections, requests } = server.stats();
  assertEquals([connections.open, requests.inFlight], [0, 0]);
}
