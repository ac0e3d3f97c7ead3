/** Fields that write their own lines write what others would. */
import fc from "fast-check";
import {
  CANNOT_WRITE,
  FieldName,
  MOST_DIGITS,
  type OwnField,
  OwnFields,
  TextField,
  writeNumber,
} from "../src/own_fields.ts";
import { RandomIds } from "../src/middleware/request_id/random_id.ts";
import { RateLimitFields } from "../src/middleware/rate_limit/fields.ts";
import { textOf } from "../src/protocol/octets.ts";
import { fieldLinesText } from "../src/protocol/response_head.ts";
import { text } from "../mod.ts";
import type { KnownResponse } from "../src/known_response.ts";
import { assert, assertEquals, assertLessOrEqual, assertMatch } from "./assert.ts";

/** What none may have: control octets but HTAB, DEL, and what is no octet. */
const FORBIDDEN = [
  ...Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)).filter((c) => c !== "\t"),
  ...["\x7f", "\u0100", "\u560d\u560a", "\u2028"],
];

/** The line that a field writes, behind other octets and before none. */
function written(field: Pick<OwnField, "most" | "write">): string | undefined {
  const octets = new Uint8Array(3 + field.most);
  const end = field.write(octets, 3);
  if (end === CANNOT_WRITE) return undefined;
  assertEquals([...octets.subarray(0, 3)], [0, 0, 0]);
  assertLessOrEqual(end, octets.length);
  return textOf(octets, 3, end);
}

function lineOf(name: string, value: string): string | undefined {
  try {
    return fieldLinesText([name, value]);
  } catch {
    return undefined;
  }
}

Deno.test("a field of text writes what fieldLinesText() gives, or nothing (RFC 9110 §5.5)", () => {
  const unit = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom("a", "Z", "7", "-", " ", "\t", "~") },
    { weight: 1, arbitrary: fc.constantFrom(...FORBIDDEN, "\x80", "\xe9", "\xff", ":") },
  );
  const anyText = fc.string({ unit, maxLength: 12 });
  fc.assert(fc.property(anyText, anyText, (name, value) => {
    const field = new TextField(new FieldName(name), value);
    const line = lineOf(name, value);
    const isAscii = line !== undefined && /^[\0-\x7f]*$/.test(line);
    assertEquals([field.name, field.value], [name, value]);
    assertEquals(written(field), isAscii ? line : undefined);
  }));
});

Deno.test("fields of one answer are written in their order, all of them or none", () => {
  const field = (name: string, value: string) => new TextField(new FieldName(name), value);
  const first = new OwnFields(field("a", "b"), undefined);
  const both = new OwnFields(field("c", "d"), first);
  assertEquals(both.list(), ["a", "b", "c", "d"]);
  assertEquals(written(both), "a: b\r\nc: d\r\n");
  assertEquals(["a", "c", "e"].map((name) => both.has(name)), [true, true, false]);
  for (const bad of ["\n", "\xe9"]) {
    assertEquals(written(new OwnFields(field("c", bad), first)), undefined);
    assertEquals(
      written(new OwnFields(field("c", "d"), new OwnFields(field("a", bad), undefined))),
      undefined,
    );
  }
});

Deno.test("writeNumber() writes what String() gives", () => {
  const octets = new Uint8Array(MOST_DIGITS);
  const write = (value: number) => textOf(octets, 0, writeNumber(octets, 0, value));
  const edges = [0, 9, 10, 99, 100, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53, 0.5, 1e21, 1e-7];
  for (const value of [...edges, 1.2345678901234567e-300, Infinity, NaN, -1, -0]) {
    assertEquals(write(value), String(value));
  }
  fc.assert(fc.property(fc.nat(), (value) => assertEquals(write(value), String(value))));
  fc.assert(fc.property(fc.double(), (value) => assertEquals(write(value), String(value))));
});

Deno.test("a random id writes its text, a UUID of version 4 (RFC 9562 §5.4)", () => {
  const ids = new RandomIds(new FieldName("x-id"));
  const seen = new Set<string>();
  for (let i = 0; i < 1000; i++) {
    const id = ids.next();
    assertMatch(id.value, /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    assertEquals([id.name, written(id)], ["x-id", `x-id: ${id.value}\r\n`]);
    seen.add(id.value);
  }
  assertEquals(seen.size, 1000);
  // Each digit that is not fixed takes all values.
  for (let at = 0; at < 36; at++) {
    const values = new Set([...seen].map((id) => id[at])).size;
    assert(values === 16 || [8, 13, 14, 18, 19, 23].includes(at), `digit ${at}`);
  }
});

Deno.test("what is left of a limit is written as it is told", () => {
  const fields = new RateLimitFields([
    { name: "burst", limit: 7, window: 1000 },
    { name: 'a "b" \\c', limit: 10, window: 60_000 },
  ]);
  for (const policy of [0, 1]) {
    for (const [remaining, reset] of [[6, 999], [0, 0], [1.5, 1], [2 ** 40, 5e12], [1e21, 1e300]]) {
      const verdict = { admitted: true, policy, remaining, reset };
      const answer = fields.append(text("a"), verdict) as Response & KnownResponse;
      const line = fieldLinesText(answer.ownFields!.list());
      assertEquals(written(answer.ownFields!), line);
      assertEquals(fields.list(verdict).slice(2), answer.ownFields!.list());
    }
  }
});
