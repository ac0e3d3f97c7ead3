/** Clients that leave in any state, by a reset or a close. */
import type { ServerStats } from "../../mod.ts";
import { type AttackPlan, attackTest } from "./attack.ts";
import type { SocketClient } from "./socket_client.ts";
import { ADDRESSES, type Target } from "./target.ts";

const CLIENTS = 50;

/** Milliseconds; longer than anybody here stays. */
const PATIENT = 600_000;

const PATIENCE = {
  limits: { minRate: { octetsPerSecond: 0 } },
  timeouts: {
    requestHead: PATIENT,
    requestContent: PATIENT,
    idle: PATIENT,
    write: PATIENT,
    drain: PATIENT,
  },
};

/** How many connections the server has that have got to somewhere. */
const REACHED = {
  "is open": ({ connections }: ServerStats) => connections.open,
  "is neither idle nor served": ({ connections, requests }: ServerStats) =>
    connections.open - connections.idle - requests.inFlight,
  "is served": ({ requests }: ServerStats) => requests.inFlight,
} as const;

/** How far a connection has got when its client leaves. */
interface State {
  /** Where it is left. */
  readonly where: string;
  /** What the client has sent. */
  readonly sent: string;
  /** Octets that it waits for; of the others it takes none. */
  readonly taken?: number;
  /** What the server must have come to. */
  readonly reached: keyof typeof REACHED;
  /** What is refused for each of them. */
  readonly refusals?: AttackPlan["refusals"];
}

const GET = "GET /hello/1 HTTP/1.1\r\nHost: a\r\n";
const POST = "POST /length HTTP/1.1\r\nHost: a\r\n";

const BOTH_WAYS: readonly State[] = [
  { where: "before any octet", sent: "", reached: "is open" },
  { where: "in the head", sent: GET, reached: "is neither idle nor served" },
  { where: "while the handler works", sent: request("/wait"), reached: "is served" },
  {
    where: "in the middle of an answer that it reads",
    sent: request("/drip"),
    taken: 200,
    reached: "is served",
  },
  { where: "when it is idle", sent: `${GET}\r\n`, taken: 100, reached: "is open" },
  {
    where: "in the lingering close",
    sent: "no request\r\n",
    taken: 100,
    reached: "is neither idle nor served",
    refusals: { "malformed-request-line": CLIENTS },
  },
];

/** By a close, each of these is `incomplete-content`. */
const IN_CONTENT: readonly State[] = [
  {
    where: "between head and content",
    sent: `${POST}Content-Length: 100\r\n\r\n`,
    reached: "is served",
  },
  {
    where: "in the middle of content",
    sent: `${POST}Content-Length: 100\r\n\r\nabc`,
    reached: "is served",
  },
  {
    where: "in the middle of a chunk",
    sent: `${POST}Transfer-Encoding: chunked\r\n\r\n10\r\nabc`,
    reached: "is served",
  },
  {
    where: "in the middle of a trailer section",
    sent: `${POST}Transfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n`,
    reached: "is served",
  },
];

/** A close is a reset where octets were left unread. */
const WITHOUT_READING: readonly State[] = [
  {
    where: "in the middle of an answer that it does not read",
    sent: request("/endless"),
    reached: "is served",
  },
  {
    where: "behind a hundred requests, with the answers unread",
    sent: `${GET}\r\n`.repeat(100) + request("/wait"),
    reached: "is served",
  },
  {
    where: "behind more content than is read ahead",
    sent: `POST /wait HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n${"x".repeat(200_000)}`,
    reached: "is served",
  },
];

for (const state of [...BOTH_WAYS, ...IN_CONTENT, ...WITHOUT_READING]) {
  departureTest("are reset", state, (client) => client.reset());
}

for (const state of BOTH_WAYS) departureTest("close", state, close);

for (const state of IN_CONTENT) {
  departureTest("close", { ...state, refusals: { "incomplete-content": CLIENTS } }, close);
}

function departureTest(
  way: string,
  state: State,
  leave: (client: SocketClient) => void | Promise<void>,
): void {
  attackTest(`${CLIENTS} connections that ${way} ${state.where} leave nothing behind`, {
    options: PATIENCE,
    refusals: state.refusals,
    attack: async (target) => {
      const clients = await Promise.all(
        Array.from({ length: CLIENTS }, () => arrive(target, state)),
      );
      const count = REACHED[state.reached];
      await target.until((stats) => count(stats) >= CLIENTS, `connections: each ${state.reached}`);
      await Promise.all(clients.map(leave));
      await target.left();
    },
  });
}

async function arrive(target: Target, { sent, taken = 0 }: State): Promise<SocketClient> {
  const client = await target.connectFrom(ADDRESSES.attacker);
  await client.send(sent);
  if (taken > 0) await client.octets(taken);
  return client;
}

function close(client: SocketClient): void {
  client[Symbol.dispose]();
}

function request(target: string): string {
  return `GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`;
}
