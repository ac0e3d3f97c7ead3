import { GatheredOctets } from "../../src/web/gathered_octets.ts";
import { assertEquals, assertLessOrEqual, assertStrictEquals } from "../assert.ts";

Deno.test("GatheredOctets puts pieces together in their order", () => {
  const gathered = new GatheredOctets();
  const expected: number[] = [];
  for (let length = 0; length < 300; length += 7) {
    const piece = Uint8Array.from({ length }, (_, i) => length + i);
    gathered.append(piece);
    expected.push(...piece);
    assertEquals([...gathered.octets], expected);
  }
});

Deno.test("GatheredOctets copies nothing of an only piece", () => {
  const gathered = new GatheredOctets();
  const piece = Uint8Array.of(1, 2, 3);
  gathered.append(new Uint8Array(0));
  gathered.append(piece);
  assertStrictEquals(gathered.octets.buffer, piece.buffer);
  gathered.append(Uint8Array.of(4));
  assertEquals([...piece, ...gathered.octets], [1, 2, 3, 1, 2, 3, 4]);
});

Deno.test("GatheredOctets keeps no buffer that a piece came in", () => {
  const gathered = new GatheredOctets();
  for (let i = 0; i < 10_000; i++) gathered.append(new Uint8Array(65_536).subarray(i, i + 1));
  assertEquals(gathered.octets.length, 10_000);
  assertLessOrEqual(gathered.octets.buffer.byteLength, 40_000);
});
