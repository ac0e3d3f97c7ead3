import { assertEquals } from "../assert.ts";
import {
  endOfRun,
  equalsIgnoringCase,
  FIELD_OCTET,
  hexDigitValue,
  indexOfOctet,
  isDigit,
  isOctetOf,
  isRunAt,
  lowerCaseOctet,
  octetsOf,
  PLAIN_TARGET_OCTET,
  QDTEXT,
  TARGET_OCTET,
  TCHAR,
  textOf,
} from "../../src/protocol/octets.ts";

const ALL = Array.from({ length: 256 }, (_, octet) => octet);
const ALL_TEXT = String.fromCharCode(...ALL);

/** Each class, and its octets as the grammar lists them. */
const CLASSES: [what: string, rfc: string, octetClass: number, grammar: RegExp][] = [
  ["TCHAR", "9110 §5.6.2", TCHAR, /[!#$%&'*+\-.^_`|~0-9A-Za-z]/],
  ["FIELD_OCTET", "9110 §5.5", FIELD_OCTET, /[\t \x21-\x7e\x80-\xff]/],
  ["TARGET_OCTET", "9112 §3.2", TARGET_OCTET, /[\x21\x22\x24-\x7e]/],
  ["PLAIN_TARGET_OCTET", "9112 §3.2", PLAIN_TARGET_OCTET, /[-!$%&()*+,./0-9:;=?@A-Z[\]_a-z~]/],
  ["QDTEXT", "9110 §5.6.4", QDTEXT, /[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]/],
];

for (const [what, rfc, octetClass, grammar] of CLASSES) {
  Deno.test(`isOctetOf() knows every ${what} (RFC ${rfc})`, () => {
    for (const octet of ALL) {
      const expected = grammar.test(String.fromCharCode(octet));
      assertEquals(isOctetOf(octet, octetClass), expected, `octet ${octet}`);
    }
  });
}

Deno.test("isOctetOf() takes several classes (RFC 9110 §5.6.2)", () => {
  assertEquals(isOctetOf(0x22, TCHAR | TARGET_OCTET), true);
  assertEquals(isOctetOf(0x20, TCHAR | TARGET_OCTET), false);
});

Deno.test("endOfRun() stops at another octet, and at the end", () => {
  const bytes = octetsOf("ab cd");
  assertEquals(endOfRun(bytes, 0, 5, TCHAR), 2);
  assertEquals(endOfRun(bytes, 3, 5, TCHAR), 5);
  assertEquals(endOfRun(bytes, 0, 1, TCHAR), 1);
  assertEquals(endOfRun(bytes, 2, 5, TCHAR), 2);
});

Deno.test("indexOfOctet() searches within its bounds", () => {
  const bytes = octetsOf("abab");
  assertEquals(indexOfOctet(bytes, 0x62, 0, 4), 1);
  assertEquals(indexOfOctet(bytes, 0x62, 2, 4), 3);
  assertEquals(indexOfOctet(bytes, 0x62, 2, 3), undefined);
  assertEquals(indexOfOctet(bytes, 0x63, 0, 4), undefined);
});

Deno.test("lowerCaseOctet() changes upper-case letters alone (RFC 9110 §5.1)", () => {
  for (const octet of ALL) {
    const expected = /[A-Z]/.test(String.fromCharCode(octet)) ? octet + 32 : octet;
    assertEquals(lowerCaseOctet(octet), expected);
  }
});

Deno.test("equalsIgnoringCase() compares the whole span (RFC 9110 §5.1)", () => {
  const bytes = octetsOf("xHoSt@x");
  assertEquals(equalsIgnoringCase(bytes, 1, 5, "host"), true);
  assertEquals(equalsIgnoringCase(bytes, 1, 4, "host"), false);
  assertEquals(equalsIgnoringCase(bytes, 1, 6, "host"), false);
  assertEquals(equalsIgnoringCase(bytes, 1, 6, "host`"), false);
  assertEquals(equalsIgnoringCase(bytes, 1, 5, "hose"), false);
  assertEquals(equalsIgnoringCase(bytes, 1, 1, ""), true);
});

Deno.test("hexDigitValue() and isDigit() know the digits alone (RFC 5234 §B.1)", () => {
  for (const octet of ALL) {
    const character = String.fromCharCode(octet);
    const expected = /[0-9a-fA-F]/.test(character) ? parseInt(character, 16) : -1;
    assertEquals(hexDigitValue(octet), expected, `octet ${octet}`);
    assertEquals(isDigit(octet), /[0-9]/.test(character), `octet ${octet}`);
  }
});

Deno.test("textOf() gives one character for each octet, however many", () => {
  for (const length of [0, 1, 23, 24, 25, 255, 4_096, 4_097, 10_000]) {
    for (const alphabet of ["abc", ALL_TEXT]) {
      const text = alphabet.repeat(Math.ceil(length / alphabet.length)).slice(0, length);
      assertEquals(textOf(octetsOf(` ${text} `), 1, length + 1), text);
    }
  }
});

Deno.test("octetsOf() gives one octet for each character", () => {
  assertEquals(octetsOf(ALL_TEXT), Uint8Array.from(ALL));
});

Deno.test("isRunAt() finds each octet that differs, wherever the run lies", () => {
  for (const length of [0, 1, 7, 63, 64, 65, 71, 72, 73, 200]) {
    const bytes = Uint8Array.from({ length: length + 8 }, (_, i) => i * 7);
    const run = { bytes: bytes.slice(), start: 3, length };
    const other = new Uint8Array(length + 20).subarray(5);
    other.set(bytes.subarray(3, 3 + length), 2);
    assertEquals(isRunAt(run, other, 2), true, `${length} octets`);
    for (let i = 0; i < length; i++) {
      other[2 + i] ^= 0x80;
      assertEquals(isRunAt(run, other, 2), false, `octet ${i} of ${length}`);
      other[2 + i] ^= 0x80;
    }
    other[1] ^= 1;
    other[2 + length] ^= 1;
    assertEquals(isRunAt(run, other, 2), true, `around ${length} octets`);
  }
});
