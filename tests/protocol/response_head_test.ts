import { assertEquals, assertThrows } from "../assert.ts";
import { OctetWriter } from "../../src/protocol/octet_writer.ts";
import { textOf } from "../../src/protocol/octets.ts";
import {
  appendHeadText,
  fieldLinesText,
  responseHeadText,
} from "../../src/protocol/response_head.ts";

/** What none may have: control octets but HTAB, DEL, and what is no octet. */
const FORBIDDEN = [
  ...Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)).filter((c) => c !== "\t"),
  ...["\x7f", "\u0100", "\u560d\u560a", "\u2028"],
];

const HEADS: [why: string, rfc: string, status: number, statusText: string, line: string][] = [
  ["the status's own phrase", "9112 §4", 404, "", "HTTP/1.1 404 Not Found"],
  ["another phrase", "9112 §4", 404, "Nope", "HTTP/1.1 404 Nope"],
  [
    "a phrase with spaces, tabs and obs-text",
    "9112 §4",
    200,
    "a\t b\xe9",
    "HTTP/1.1 200 a\t b\xe9",
  ],
  ["a status without a phrase", "9112 §4", 299, "", "HTTP/1.1 299 "],
];

const NAMES = ["", "a b", "a:", "a\r\nb", "é", "(a)", "a\0", " a", "a\n", '"a"'];

for (const [why, rfc, status, statusText, line] of HEADS) {
  Deno.test(`responseHeadText() has ${why} (RFC ${rfc})`, () => {
    const text = responseHeadText(status, statusText, ["a", "b"], "c: d\r\n");
    assertEquals(text, `${line}\r\na: b\r\nc: d\r\n\r\n`);
    assertEquals(responseHeadText(status, statusText, [], ""), `${line}\r\n\r\n`);
  });
}

for (const character of FORBIDDEN) {
  const code = [...character].map((c) => `U+${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
  Deno.test(`responseHeadText() lets no ${code.join(" ")} out (RFC 9110 §5.5)`, () => {
    for (const text of [character, `${character}b`, `a${character}`, `a${character}b`]) {
      assertThrows(() => responseHeadText(200, text, [], ""), TypeError, "reason phrase");
      assertThrows(() => responseHeadText(200, "", ["a", text], ""), TypeError, "field a");
      assertThrows(() => responseHeadText(200, "", ["b", "c", text, "d"], ""), TypeError);
      assertThrows(() => fieldLinesText(Object.freeze(["a", text])), TypeError, "field a");
    }
  });
}

for (const name of NAMES) {
  Deno.test(`fieldLinesText() refuses the name ${JSON.stringify(name)} (RFC 9110 §5.1)`, () => {
    assertThrows(() => fieldLinesText([name, "a"]), TypeError, "its name is no token");
  });
}

Deno.test("fieldLinesText() keeps lines apart and in order (RFC 9110 §5.3)", () => {
  const fields = ["set-cookie", "a=b", "x", "", "set-cookie", "c=d", "y", "\xe9\t \xff"];
  const text = "set-cookie: a=b\r\nx: \r\nset-cookie: c=d\r\ny: \xe9\t \xff\r\n";
  assertEquals(fieldLinesText(fields), text);
  assertEquals(fieldLinesText(Object.freeze([...fields])), text);
});

Deno.test("fieldLinesText() remembers only lists that cannot change", () => {
  const fields = ["a", "b"];
  const frozen = Object.freeze([...fields]);
  for (let time = 0; time < 2; time++) {
    assertEquals(fieldLinesText(fields), "a: b\r\n");
    assertEquals(fieldLinesText(frozen), "a: b\r\n");
  }
  fields[1] = "c";
  assertEquals(fieldLinesText(fields), "a: c\r\n");
});

Deno.test("appendHeadText() appends one octet for each character (RFC 9110 §5.5)", () => {
  for (const text of ["a: b\r\n", "a: \xe9\r\n", "\x80\xff", ""]) {
    const writer = new OctetWriter(new Uint8Array(2 + text.length));
    writer.appendText("xy");
    appendHeadText(writer, text);
    assertEquals(textOf(writer.bytes, 0, writer.length), `xy${text}`);
  }
});
