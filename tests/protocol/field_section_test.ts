import { assertEquals, assertThrows } from "../assert.ts";
import { ProtocolError, type ProtocolErrorReason } from "../../src/protocol/errors.ts";
import {
  FieldSection,
  FieldSectionParser,
  FieldSpan,
  parseFieldLine,
  type SectionBounds,
} from "../../src/protocol/field_section.ts";
import { octetsOf, textOf } from "../../src/protocol/octets.ts";
import { assertAccepted, assertRefused, assertWaits, headOf, limitsWith } from "./transcript.ts";

const BOUNDS: SectionBounds = {
  octets: 1000,
  fields: 10,
  tooLarge: "header-section-too-large",
};

const LINE = "GET / HTTP/1.1\r\nHost: a\r\n";

const ACCEPTED: [why: string, rfc: string, line: string, name: string, value: string][] = [
  ["name and value", "9112 §5", "a: b", "a", "b"],
  ["no white space", "9112 §5", "a:b", "a", "b"],
  ["white space around the value", "9112 §5.1", "a: \t b\t ", "a", "b"],
  ["white space in the value", "9110 §5.5", "a: b \t c", "a", "b \t c"],
  ["an empty value", "9110 §5.5", "a:", "a", ""],
  ["a value of white space", "9110 §5.5", "a: \t ", "a", ""],
  ["obs-text", "9110 §5.5", "a: \x80\xe9\xff", "a", "\x80\xe9\xff"],
  ["all visible octets", "9110 §5.5", 'a: !~":;,\\{}', "a", '!~":;,\\{}'],
  ["a name of any token", "9110 §5.1", "!#$%&'*+-.^_`|~09aZ: b", "!#$%&'*+-.^_`|~09az", "b"],
];

const REJECTED: [why: string, rfc: string, line: string, reason: ProtocolErrorReason][] = [
  ["a space before the colon", "9112 §5.1", "a : b\r\n", "malformed-field-line"],
  ["a tab before the colon", "9112 §5.1", "a\t: b\r\n", "malformed-field-line"],
  ["no colon", "9112 §5", "a\r\n", "malformed-field-line"],
  ["no name", "9112 §5", ": b\r\n", "malformed-field-line"],
  ["a name that is no token", "9110 §5.1", "a(b: c\r\n", "malformed-field-line"],
  ["a name beyond ASCII", "9110 §5.1", "\xe9: b\r\n", "malformed-field-line"],
  ["a space in the name", "9110 §5.1", "a b: c\r\n", "malformed-field-line"],
  ["a fold by a space", "9112 §5.2", " b\r\n", "folded-field-line"],
  ["a fold by a tab", "9112 §5.2", "\tb\r\n", "folded-field-line"],
  ["white space before a name", "9112 §2.2", " a: b\r\n", "folded-field-line"],
  ["NUL in the value", "9110 §5.5", "a: b\0c\r\n", "malformed-field-line"],
  ["a control octet in the value", "9110 §5.5", "a: b\x01c\r\n", "malformed-field-line"],
  ["DEL in the value", "9110 §5.5", "a: b\x7fc\r\n", "malformed-field-line"],
  ["a bare CR in the value", "9112 §2.2", "a: b\rc\r\n", "malformed-field-line"],
  ["two CRs at the end", "9112 §2.2", "a: b\r\r\n", "malformed-field-line"],
  ["a bare LF at the end", "9112 §2.2", "a: b\n", "malformed-field-line"],
  ["a bare LF in the name", "9112 §2.2", "a\n", "malformed-field-line"],
  ["a bare LF for the empty line", "9112 §2.2", "\n", "malformed-field-line"],
  ["a bare CR for the empty line", "9112 §2.2", "\rX\r\n", "malformed-field-line"],
];

for (const [why, rfc, line, name, value] of ACCEPTED) {
  Deno.test(`parseFieldLine() reads ${why} (RFC ${rfc})`, () => {
    for (const behind of ["", "\r\n", "c: d\r\n\r\n"]) {
      const bytes = octetsOf(`${line}\r\n${behind}`);
      const span = new FieldSpan();
      assertEquals(parseFieldLine(bytes, 0, bytes.length, span), line.length + 2);
      assertEquals(textOf(bytes, span.nameStart, span.nameEnd).toLowerCase(), name);
      assertEquals(textOf(bytes, span.valueStart, span.valueEnd), value);
    }
  });

  Deno.test(`parseFieldLine() waits for the whole of ${why} (RFC ${rfc})`, () => {
    const bytes = octetsOf(`${line}\r\n`);
    for (let end = 1; end < bytes.length; end++) {
      assertEquals(parseFieldLine(bytes, 0, end, new FieldSpan()), undefined);
    }
  });

  Deno.test(`Exchange reads a field line of ${why} (RFC ${rfc})`, () => {
    const wire = `${LINE}${line}\r\n\r\n`;
    assertAccepted(wire, ["GET /", "end"]);
    const { fields } = headOf(wire);
    assertEquals([fields.count, fields.name(1), fields.value(1)], [2, name, value]);
  });
}

for (const [why, rfc, line, reason] of REJECTED) {
  Deno.test(`parseFieldLine() rejects ${why} (RFC ${rfc})`, () => {
    const bytes = octetsOf(line);
    const error = assertThrows(
      () => parseFieldLine(bytes, 0, bytes.length, new FieldSpan()),
      ProtocolError,
    );
    assertEquals([error.reason, error.status], [reason, 400]);
    assertRefused(`${LINE}${line}\r\n`, reason, 400);
    assertRefused(`GET / HTTP/1.1\r\n${line}Host: a\r\n\r\n`, reason, 400);
  });
}

Deno.test("parseFieldLine() ends a section at the empty line (RFC 9112 §2.1)", () => {
  const bytes = octetsOf("\r\nrest");
  assertEquals(parseFieldLine(bytes, 0, 1, new FieldSpan()), undefined);
  assertEquals(parseFieldLine(bytes, 0, 2, new FieldSpan()), 2);
});

Deno.test("Exchange judges a field line once it is whole (RFC 9112 §5)", () => {
  assertWaits(`${LINE}a : b`);
  assertWaits(`${LINE}a : b\r`);
  assertRefused(`${LINE}a : b\r\n`, "malformed-field-line", 400);
});

Deno.test("Exchange reads a header section of the limit, and no larger one (RFC 6585 §5)", () => {
  const section = `Host: a\r\nb: ${"c".repeat(20)}\r\n`;
  const limits = limitsWith({ headerSection: section.length });
  assertAccepted(`GET / HTTP/1.1\r\n${section}\r\n`, ["GET /", "end"], limits);
  const larger = `GET / HTTP/1.1\r\n${section.replace("c", "cc")}\r\n`;
  assertRefused(larger, "header-section-too-large", 431, limits);
});

Deno.test("Exchange waits for a header section no longer than its limit (RFC 6585 §5)", () => {
  const limits = limitsWith({ headerSection: 30 });
  const endless = `GET / HTTP/1.1\r\nHost: a\r\nb: ${"c".repeat(40)}`;
  const bound = "GET / HTTP/1.1\r\n".length + 32;
  assertWaits(endless.slice(0, bound - 1), limits);
  assertRefused(endless.slice(0, bound), "header-section-too-large", 431, limits);
});

Deno.test("Exchange reads as many field lines as the limit, and not one more (RFC 6585 §5)", () => {
  const limits = limitsWith({ headerFields: 3 });
  assertAccepted(`${LINE}b:\r\nb:\r\n\r\n`, ["GET /", "end"], limits);
  assertRefused(`${LINE}b:\r\nb:\r\nb:\r\n\r\n`, "too-many-fields", 431, limits);
});

Deno.test("FieldSectionParser tells its listener of each line, however it arrives (RFC 9112 §5)", () => {
  const bytes = octetsOf("GET / HTTP/1.1\r\na: b\r\nC:d\r\n\r\nrest");
  for (const step of [1, 2, 3, bytes.length]) {
    const heard: string[] = [];
    const parser = new FieldSectionParser(bounds());
    parser.begin(16);
    let sectionEnd: number | undefined;
    for (let end = 16; sectionEnd === undefined; end = Math.min(bytes.length, end + step)) {
      sectionEnd = parser.parse(bytes, end, {
        noteField: (bytes, span) => heard.push(textOf(bytes, span.nameStart, span.valueEnd)),
      });
    }
    assertEquals(sectionEnd, bytes.length - 4);
    assertEquals(heard, ["a: b", "C:d"]);
    assertEquals(parser.count, 2);
  }
});

Deno.test("FieldSectionParser begins anew (RFC 9112 §7.1.2)", () => {
  const bytes = octetsOf("a: b\r\n\r\n");
  const parser = new FieldSectionParser(bounds({ fields: 1 }));
  for (let time = 0; time < 2; time++) {
    parser.begin(0);
    assertEquals(parser.parse(bytes, bytes.length, { noteField: () => {} }), bytes.length);
    assertEquals(parser.count, 1);
  }
});

Deno.test("FieldSection finds names in any case (RFC 9110 §5.1)", () => {
  const wire = "GET / HTTP/1.1\r\nAccept: b\r\nX-Y: c\r\naCCEPT: d\r\n\r\n";
  const section = new FieldSection(octetsOf(wire), [16, wire.length], 3);
  assertEquals(section.find("accept"), 0);
  assertEquals(section.find("accept", 1), 2);
  assertEquals(section.find("accept", 3), undefined);
  assertEquals(section.find("accep"), undefined);
  assertEquals(section.find("accepts"), undefined);
  assertEquals(section.find("x-y"), 1);
  assertEquals([section.name(2), section.value(2)], ["accept", "d"]);
});

function bounds(changes: Partial<SectionBounds> = {}): SectionBounds {
  return { octets: 1_000, fields: 10, tooLarge: "header-section-too-large", ...changes };
}

Deno.test("FieldSection finds the same with the parser's index and with one of its own", () => {
  const wire = octetsOf("A: 1\r\nBc:  2 \r\na:\r\n\r\n");
  const parser = new FieldSectionParser(BOUNDS);
  parser.begin(0);
  const end = parser.parse(wire, wire.length, { noteField: () => {} })!;
  const index = parser.indexOf(parser.reading);
  assertEquals(index?.length, 12);
  const read = (section: FieldSection) =>
    [0, 1, 2].map((line) => [section.name(line), section.value(line), section.find("a", line)]);
  const sections = [index, undefined].map((index) => new FieldSection(wire, [0, end], 3, index));
  assertEquals(read(sections[0]), [["a", "1", 0], ["bc", "2", 2], ["a", "", 2]]);
  assertEquals(read(sections[1]), read(sections[0]));
});

Deno.test("FieldSectionParser knows the index of its last section only", () => {
  const parser = new FieldSectionParser(BOUNDS);
  parser.begin(0);
  const first = parser.reading;
  parser.begin(0);
  assertEquals(parser.indexOf(first), undefined);
});
