import fc from "fast-check";
import { assertEquals } from "../assert.ts";
import { chunkSizeLine, LAST_CHUNK } from "../../src/protocol/chunked_encoder.ts";
import { DateField } from "../../src/protocol/date.ts";
import { FieldSection, FieldSectionParser } from "../../src/protocol/field_section.ts";
import { DEFAULT_LIMITS } from "../../src/protocol/limits.ts";
import { OctetWriter } from "../../src/protocol/octet_writer.ts";
import { textOf } from "../../src/protocol/octets.ts";
import { appendHeadText, responseHeadText } from "../../src/protocol/response_head.ts";
import { outline, transcribe } from "../protocol/transcript.ts";
import { cuts, divide, field, fieldValue } from "./messages.ts";

const HEAD = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

Deno.test("what is encoded in chunks is decoded (RFC 9112 §7.1)", () => {
  const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 6 });
  fc.assert(
    fc.property(chunks, cuts, (chunks, cuts) => {
      const texts = chunks.map((octets) => textOf(octets, 0, octets.length));
      const coded = texts.map((text) => `${chunkSizeLine(text.length)}${text}\r\n`);
      const wire = `${HEAD}${coded.join("")}${LAST_CHUNK}`;
      const content = texts.join("");
      assertEquals(outline(transcribe(divide(wire, cuts))), [
        "POST /",
        ...(content === "" ? [] : [`content ${content}`]),
        "end",
      ]);
    }),
    { numRuns: 300 },
  );
});

Deno.test("what is written as a response head is read as it was (RFC 9112 §4)", () => {
  const fields = fc.array(field, { maxLength: 12 });
  const status = fc.integer({ min: 200, max: 599 });
  const phrase = fieldValue.filter((text) => text !== "");
  fc.assert(
    fc.property(status, phrase, fields, (status, phrase, fields) => {
      const text = responseHeadText(status, phrase, fields.flat(), "");
      const writer = new OctetWriter(new Uint8Array(2 * text.length));
      appendHeadText(writer, text);
      const lineEnd = text.indexOf("\r\n");
      assertEquals(textOf(writer.bytes, 0, lineEnd), `HTTP/1.1 ${status} ${phrase}`);
      assertEquals(
        readFields(writer.octets, lineEnd + 2),
        fields.map(([name, value]) => [name.toLowerCase(), value]),
      );
    }),
    { numRuns: 300 },
  );
});

Deno.test("what is written as a date is read as it was (RFC 9110 §5.6.7)", () => {
  const field = new DateField();
  fc.assert(
    fc.property(fc.nat(4_102_444_800), fc.nat(999), (second, millisecond) => {
      const date = field.at(second * 1_000 + millisecond);
      assertEquals(Date.parse(date), second * 1_000);
      assertEquals(date.length, 29);
    }),
  );
});

function readFields(bytes: Uint8Array, start: number): string[][] {
  const parser = new FieldSectionParser({
    octets: DEFAULT_LIMITS.headerSection,
    fields: DEFAULT_LIMITS.headerFields,
    tooLarge: "header-section-too-large",
  });
  parser.begin(start);
  assertEquals(parser.parse(bytes, bytes.length, { noteField: () => {} }), bytes.length);
  const section = new FieldSection(bytes, [start, bytes.length], parser.count);
  return Array.from(
    { length: section.count },
    (_, line) => [section.name(line), section.value(line)],
  );
}
