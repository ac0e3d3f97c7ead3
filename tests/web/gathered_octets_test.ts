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

Deno.test("GatheredOctets takes the memory that was announced only once much of it has come", () => {
  const gathered = new GatheredOctets(1_000_000);
  gathered.append(new Uint8Array(10));
  gathered.append(new Uint8Array(10));
  assertLessOrEqual(gathered.octets.buffer.byteLength, 4_096);
  gathered.append(new Uint8Array(200_000));
  assertEquals(gathered.octets.buffer.byteLength, 1_000_000);
  gathered.append(new Uint8Array(799_980));
  assertStrictEquals(gathered.takeOwn().buffer, gathered.octets.buffer);
});

Deno.test("GatheredOctets takes what was not announced, too", () => {
  const gathered = new GatheredOctets(5_000);
  for (let i = 0; i < 3; i++) gathered.append(new Uint8Array(4_000).fill(i));
  const own = gathered.takeOwn();
  assertEquals([own.length, own[3_999], own[4_000], own[11_999]], [12_000, 0, 1, 2]);
  assertEquals(own.buffer.byteLength, 12_000);
});

Deno.test("GatheredOctets.takeOwn() copies an only piece, which is somebody else's", () => {
  const gathered = new GatheredOctets(3);
  const piece = Uint8Array.of(1, 2, 3);
  gathered.append(piece);
  piece[0] = 9;
  const own = gathered.takeOwn();
  piece[0] = 1;
  assertEquals([...own], [9, 2, 3]);
});
