import {
  boundOf,
  checkHostile,
  checkRefusal,
  checkUntilTimeout,
} from "../../soak/traffic/hostile_answers.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { concatenate, type WireResponse } from "../transport/wire_client.ts";

const GET = "head GET / -> http://a/";

Deno.test("boundOf(): requests, and a refusal that belongs to none of them", () => {
  assertEquals(boundOf([]), { methods: [], refusal: undefined });
  assertEquals(boundOf([GET, "end", "head HEAD /", "end", "incomplete"]), {
    methods: ["GET", "HEAD"],
    refusal: undefined,
  });
  assertEquals(boundOf([GET, "end", "refused 431 x"]), { methods: ["GET"], refusal: 431 });
  // The content is refused in the answer to its own request.
  assertEquals(boundOf([GET, "refused 400 x"]), { methods: ["GET"], refusal: undefined });
});

const RIGHT: [why: string, events: string[], answers: WireResponse[]][] = [
  ["nothing to half a request line", ["incomplete"], []],
  ["an answer to each", [GET, "end", GET, "end"], [answer(200), answer(404)]],
  ["an answer and a refusal", [GET, "end", "refused 400 x"], [answer(200), refusal(400)]],
  ["a refusal of content", [GET, "refused 400 x"], [refusal(400)]],
  ["a close in front of a refusal", [GET, "end", "refused 400 x"], [refusal(404)]],
];

const WRONG: [why: string, events: string[], answers: WireResponse[], message: string][] = [
  ["a second answer", [GET, "end"], [answer(200), answer(200)], "once too often"],
  ["an answer behind a refusal", ["refused 400 x"], [refusal(400), answer(200)], "once too often"],
  ["an answer behind a close", [GET, "end", GET, "end"], [refusal(200), answer(200)], "behind a"],
  ["an answer instead of a refusal", ["refused 400 x"], [answer(200)], "instead of 400"],
  ["another refusal", ["refused 400 x"], [refusal(431)], "instead of 400"],
  ["a refusal that does not close", ["refused 400 x"], [answer(400)], "instead of 400"],
  ["no answer", [GET, "end"], [], "Did not answer"],
  ["an error of the server", [GET, "end"], [answer(500)], "with 500"],
  ["a redirection out of nowhere", [GET, "end"], [answer(302)], "with 302"],
];

for (const [why, events, answers] of RIGHT) {
  Deno.test(`checkHostile() takes ${why}`, () => checkHostile(answers, boundOf(events)));
}

for (const [why, events, answers, message] of WRONG) {
  Deno.test(`checkHostile() objects to ${why}`, () => {
    assertThrows(() => checkHostile(answers, boundOf(events)), Error, message);
  });
}

Deno.test("checkRefusal() wants one of the statuses, and a close", () => {
  checkRefusal(refusal(408), [400, 408]);
  assertThrows(() => checkRefusal(refusal(404), [408]), Error, "404 instead of 408");
  assertThrows(() => checkRefusal(answer(408), [408]), Error, "instead of 408, then close");
  assertThrows(() => checkRefusal(undefined, [408]), Error, "Did not answer");
});

const OK = octets(`HTTP/1.1 200 OK\r\ndate: ${new Date().toUTCString()}\r\n\r\n`);
const TIMEOUT = octets("HTTP/1.1 408 Request Timeout\r\nconnection: close\r\n\r\n");
const EXPECTED = [{ octets: OK, dates: [23] }, { octets: OK, dates: [23] }];

Deno.test("checkUntilTimeout() takes all answers, or the first ones and 408", () => {
  for (const right of [[OK, OK], [OK, TIMEOUT], [TIMEOUT]]) {
    checkUntilTimeout(concatenate(right), EXPECTED);
  }
});

Deno.test("checkUntilTimeout() objects to anything else", () => {
  const open = octets("HTTP/1.1 408 Request Timeout\r\n\r\n");
  const wrong = [[], [OK], [OK, OK, OK], [TIMEOUT, OK], [OK, open], [OK.slice(1), TIMEOUT], [
    OK,
    OK,
    TIMEOUT,
  ]];
  for (const each of wrong) {
    assertThrows(() => checkUntilTimeout(concatenate(each), EXPECTED), Error);
  }
});

function octets(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function answer(status: number): WireResponse {
  return { status, reason: "", headers: new Headers(), content: new Uint8Array(0) };
}

function refusal(status: number): WireResponse {
  return { ...answer(status), headers: new Headers({ connection: "close" }) };
}
