import {
  checkOctets,
  checkStreamed,
  expectOctets,
  joinExpected,
} from "../../soak/traffic/expected_answer.ts";
import { checkFetched } from "../../soak/traffic/fetch_client.ts";
import { checkPage } from "../../soak/traffic/page_client.ts";
import { makeExchange } from "../../soak/traffic/requests.ts";
import { assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { Random } from "../transport/random.ts";

const ANSWER = {
  status: 200,
  reason: "OK",
  fields: [["content-type", "text/plain"]],
  content: "héllo",
} as const;

const now = new Date().toUTCString();

const WIRE =
  `HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 6\r\ndate: ${now}\r\n` +
  "connection: close\r\n\r\nhéllo";

const expected = expectOctets(ANSWER, { closes: true });

Deno.test("checkOctets() takes what was foreseen, at any date of now", () => {
  checkOctets(octets(WIRE), expected);
  checkOctets(octets(WIRE.replace(now, new Date(Date.now() - 5_000).toUTCString())), expected);
});

Deno.test("checkOctets() finds every single octet that is wrong", () => {
  const right = octets(WIRE);
  for (let at = 0; at < right.length; at++) {
    const wrong = right.slice();
    wrong[at] ^= 0x80;
    assertThrows(() => checkOctets(wrong, expected), Error);
  }
});

const WRONG: [why: string, wire: string, message: string][] = [
  ["an octet is missing", WIRE.slice(0, -1), "Octet"],
  ["an octet is too much", `${WIRE}!`, "Octet"],
  ["nothing came", "", "Octet 0"],
  ["an answer follows", WIRE + WIRE, "Octet"],
  ["the date is old", WIRE.replace(now, "Sun, 06 Nov 1994 08:49:37 GMT"), "The date"],
  ["the date is no date", WIRE.replace(now, "-".repeat(29)), "The date"],
];

for (const [why, wire, message] of WRONG) {
  Deno.test(`checkOctets(): ${why}`, () => {
    assertThrows(() => checkOctets(octets(wire), expected), Error, message);
  });
}

Deno.test("expectOctets() leaves out the content for HEAD, and the length where there is none", () => {
  const [head] = WIRE.split("héllo");
  checkOctets(octets(head), expectOctets(ANSWER, { isHead: true, closes: true }));
  const bare = head.replace("content-length: 6\r\n", "").replace("connection: close\r\n", "");
  checkOctets(octets(bare), expectOctets({ ...ANSWER, content: undefined }));
});

Deno.test("joinExpected() foresees answers in their order, each with its date", () => {
  const other = expectOctets({ ...ANSWER, content: "x" });
  const wire = WIRE.replace("connection: close\r\n", "").replace("6", "1").replace("héllo", "x");
  const both = joinExpected([other, expected]);
  checkOctets(octets(wire + WIRE), both);
  assertThrows(() => checkOctets(octets(WIRE + wire), both), Error, "Octet");
  const [, late] = (wire + WIRE).split(now);
  const stale = `${wire.split(now)[0]}${now}${late}${"-".repeat(29)}${WIRE.split(now)[1]}`;
  assertThrows(() => checkOctets(octets(stale), both), Error, "The date");
});

Deno.test("makeExchange() makes the same of the same seed, and something else of another", () => {
  const made = (seed: number) => {
    const random = new Random(seed);
    return Array.from({ length: 50 }, () => makeExchange(random));
  };
  assertEquals(made(1), made(1));
  assertEquals(made(1).every(({ sent }, i) => sent === made(2)[i].sent), false);
});

const FIELDS = { "content-type": "a/b", "date": now, "transfer-encoding": "chunked" };

const STREAMED: [why: string, status: number, fields: Record<string, string>, content: string][] = [
  ["another status", 500, FIELDS, "abc"],
  ["another type", 200, { ...FIELDS, "content-type": "c/d" }, "abc"],
  ["a field too many", 200, { ...FIELDS, "x-more": "1" }, "abc"],
  ["no date", 200, { "content-type": "a/b", "content-length": "3" }, "abc"],
  ["other content", 200, FIELDS, "abd"],
  ["content that ends early", 200, FIELDS, "ab"],
];

Deno.test("checkStreamed() takes either framing", () => {
  const { "transfer-encoding": _, ...fields } = FIELDS;
  for (const each of [FIELDS, { ...fields, "content-length": "3" }]) {
    checkStreamed(streamed(200, each, "abc"), "a/b", octets("abc"));
  }
});

for (const [why, status, fields, content] of STREAMED) {
  Deno.test(`checkStreamed(): ${why}`, () => {
    const response = streamed(status, fields, content);
    assertThrows(() => checkStreamed(response, "a/b", octets("abc")), Error);
  });
}

const FETCHED: [why: string, content: string, fields: Record<string, string>, status: number][] = [
  ["other content", "hellö", {}, 200],
  ["another length", "héllo", { "content-length": "7" }, 200],
  ["a field too many", "héllo", { "x-more": "1" }, 200],
  ["another status", "héllo", {}, 201],
  ["an old date", "héllo", { date: "Sun, 06 Nov 1994 08:49:37 GMT" }, 200],
];

Deno.test("checkFetched() takes what was foreseen", async () => {
  await checkFetched(fetched("héllo", {}, 200), ANSWER);
});

for (const [why, content, fields, status] of FETCHED) {
  Deno.test(`checkFetched(): ${why}`, async () => {
    await assertRejects(() => checkFetched(fetched(content, fields, status), ANSWER), Error);
  });
}

Deno.test("checkPage() takes pages that differ in port and date only", () => {
  const page = (port: number, more = "") =>
    `HTTP/1.1 200 OK\r\ndate: ${now}\r\n\r\n127.0.0.1 port ${port}${more}</html>\n`;
  const models = new Map<number, string>();
  checkPage(page(40_000), 40_000, models);
  checkPage(page(40_001).replace(now, "Sun, 06 Nov 1994 08:49:37 GMT"), 40_001, models);
  assertThrows(() => checkPage(page(40_002, "!"), 40_002, models), Error, "has changed");
  assertThrows(() => checkPage(page(40_003), 40_004, models), Error, "not for");
  assertThrows(() => checkPage(page(40_000).slice(0, -3), 40_000, models), Error, "not for");
});

function streamed(status: number, fields: Record<string, string>, content: string) {
  return { status, reason: "", headers: new Headers(fields), content: octets(content) };
}

function fetched(content: string, fields: Record<string, string>, status: number): Response {
  const headers = { "content-type": "text/plain", "content-length": "6", date: now, ...fields };
  return new Response(content, { status, statusText: "OK", headers });
}

function octets(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
