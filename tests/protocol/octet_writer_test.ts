import { assertEquals, assertStrictEquals } from "../assert.ts";
import { OctetWriter } from "../../src/protocol/octet_writer.ts";
import { octetsOf, textOf } from "../../src/protocol/octets.ts";

Deno.test("OctetWriter appends octets and text behind each other", () => {
  const writer = new OctetWriter(new Uint8Array(16));
  writer.appendOctets(octetsOf("ab"));
  assertEquals(writer.appendText("cd"), 2);
  assertEquals(writer.appendText("é"), 2);
  writer.appendOctetText("\xe9f");
  assertEquals(writer.appendAscii("gh"), true);
  assertEquals(textOf(writer.bytes, 0, writer.length), "abcd\xc3\xa9\xe9fgh");
  assertEquals([writer.length, writer.room], [10, 6]);
});

Deno.test("OctetWriter.octets are those appended so far", () => {
  const writer = new OctetWriter(octetsOf("abcd"));
  assertEquals(writer.octets.length, 0);
  writer.length = 2;
  assertEquals(writer.octets, octetsOf("ab"));
  assertStrictEquals(writer.octets, writer.octets);
  assertStrictEquals(writer.octets.buffer, writer.bytes.buffer);
  writer.length = 4;
  assertEquals(writer.octets, octetsOf("abcd"));
});

Deno.test("OctetWriter.appendText() appends nothing where the text does not fit", () => {
  for (const [text, written] of [["abcd", 4], ["abcde", undefined], ["abcé", undefined]] as const) {
    const writer = new OctetWriter(new Uint8Array(6));
    writer.appendText("xy");
    assertEquals(writer.appendText(text), written);
    assertEquals(writer.length, 2 + (written ?? 0));
  }
});

Deno.test("OctetWriter.appendAscii() appends nothing where the text does not fit", () => {
  for (const length of [5, 64, 65, 200]) {
    const writer = new OctetWriter(new Uint8Array(length + 1));
    writer.appendText("xy");
    assertEquals(writer.appendAscii("a".repeat(length)), false);
    assertEquals(writer.length, 2);
    assertEquals(writer.appendAscii("a".repeat(length - 1)), true);
    assertEquals(writer.room, 0);
  }
});

Deno.test("OctetWriter.appendAscii() appends nothing of what is not ASCII", () => {
  for (const length of [4, 64, 65, 200]) {
    const writer = new OctetWriter(new Uint8Array(500));
    writer.appendText("xy");
    for (const character of ["\x80", "é", "€", "\u{1f600}"]) {
      assertEquals(writer.appendAscii("a".repeat(length - 1) + character), false);
      assertEquals(writer.length, 2);
    }
    assertEquals(writer.appendAscii("\0\r\n\x7f"), true);
    assertEquals(textOf(writer.bytes, 0, writer.length), "xy\0\r\n\x7f");
  }
});
