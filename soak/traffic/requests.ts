import type { Random } from "../../tests/transport/random.ts";
import { type ExpectedAnswer, type ExpectedOctets, expectOctets } from "./expected_answer.ts";

/** A request, and what it must be answered with. */
export interface Exchange {
  /** What is sent, one octet for each character. */
  readonly sent: string;
  /** What must come back. */
  readonly answer: ExpectedOctets;
}

/** A request in its parts. */
interface Asked {
  readonly method: string;
  readonly target: string;
  readonly fields: readonly string[];
  readonly content?: string;
  readonly answer: ExpectedAnswer;
}

const TEXT_TYPE = ["content-type", "text/plain;charset=UTF-8"] as const;
const JSON_TYPE = ["content-type", "application/json"] as const;

/** Requests by weight: the first ones are made more often. */
const KINDS: readonly ((random: Random) => Asked)[] = [
  askUser,
  askUser,
  askUser,
  askEcho,
  askEcho,
  postEcho,
  postEcho,
  askHealth,
  askHealth,
  (random) => ({ ...askUser(random), method: "HEAD" }),
  (random) => ({ ...askEcho(random), method: "HEAD" }),
  askOptions,
  askReady,
  askNothing,
  askWrongMethod,
];

/** Makes a request and its answer. */
export function makeExchange(random: Random, closes = false): Exchange {
  const { method, target, fields, content, answer } = random.one(KINDS)(random);
  const lines = [
    `${method} ${target} HTTP/1.1`,
    "Host: localhost",
    ...fields,
    ...(content === undefined ? [] : [`Content-Length: ${content.length}`]),
    ...(closes ? ["Connection: close"] : []),
  ];
  return {
    sent: `${lines.join("\r\n")}\r\n\r\n${content ?? ""}`,
    answer: expectOctets(answer, { isHead: method === "HEAD", closes }),
  };
}

/** The answer of the showcase's echo. */
export function echoAnswer(query: Readonly<Record<string, string>>, agent: string): ExpectedAnswer {
  return jsonAnswer({ received_query: query, client_agent: agent });
}

/** A word of lower-case letters. */
export function word(random: Random, longest = 12): string {
  const letters = "abcdefghijklmnopqrstuvwxyz";
  return Array.from({ length: 1 + random.below(longest) }, () => random.one(letters)).join("");
}

function askUser(random: Random): Asked {
  const id = random.below(5) === 0 ? `${word(random)} é` : String(random.below(1_000_000));
  return {
    method: "GET",
    target: `/users/${encodeURIComponent(id)}`,
    fields: ["Accept: application/json"],
    answer: jsonAnswer({ id, status: "active" }),
  };
}

function askEcho(random: Random): Asked {
  const query = makeQuery(random);
  const agent = `soak/${random.below(1000)} ${word(random, 200)}`;
  return {
    method: "GET",
    target: `/echo?${new URLSearchParams(query)}`,
    fields: [`User-Agent: ${agent}`, "Accept: */*", `X-${word(random)}: ${word(random, 100)}`],
    answer: echoAnswer(query, agent),
  };
}

function postEcho(random: Random): Asked {
  const content = word(random, 8).repeat(1 + random.below(100));
  return { ...askEcho(random), method: "POST", content };
}

function askHealth(): Asked {
  return { method: "GET", target: "/healthz", fields: [], answer: textAnswer(200, "OK", "ok\n") };
}

function askReady(): Asked {
  return { method: "GET", target: "/readyz", fields: [], answer: textAnswer(200, "OK", "ready\n") };
}

function askOptions(random: Random): Asked {
  const [target, allow] = random.one([
    ["/echo", "GET, HEAD, OPTIONS, POST"],
    ["/users/7", "GET, HEAD, OPTIONS"],
  ]);
  const answer = {
    status: 204,
    reason: "No Content",
    fields: [["allow", allow]] as const,
    content: undefined,
  };
  return { method: "OPTIONS", target, fields: [], answer };
}

function askNothing(random: Random): Asked {
  const answer = textAnswer(404, "Not Found", "Not Found");
  return { method: "GET", target: `/no/${word(random)}`, fields: [], answer };
}

function askWrongMethod(random: Random): Asked {
  const { fields, ...answer } = textAnswer(405, "Method Not Allowed", "Method Not Allowed");
  return {
    method: random.one(["DELETE", "PUT", "PATCH"]),
    target: "/echo",
    fields: [],
    content: word(random),
    answer: { ...answer, fields: [...fields, ["allow", "GET, HEAD, OPTIONS, POST"]] },
  };
}

function makeQuery(random: Random): Record<string, string> {
  // Names that look like numbers would come first in an object, whatever their order.
  const names = Array.from({ length: random.below(4) }, (_, i) => `${word(random)}_${i}`);
  return Object.fromEntries(names.map((name) => [name, `${word(random)} &=+%/é`]));
}

function jsonAnswer(value: unknown): ExpectedAnswer {
  return { status: 200, reason: "OK", fields: [JSON_TYPE], content: JSON.stringify(value) };
}

function textAnswer(status: number, reason: string, content: string): ExpectedAnswer {
  return { status, reason, fields: [TEXT_TYPE], content };
}
