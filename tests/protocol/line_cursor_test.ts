import { assertEquals } from "../assert.ts";
import { LineCursor } from "../../src/protocol/line_cursor.ts";
import { octetsOf } from "../../src/protocol/octets.ts";

const BYTES = octetsOf("ab\ncd\nef");

Deno.test("LineCursor reads a line that it has never tried as soon as it begins", () => {
  const cursor = new LineCursor();
  cursor.moveTo(3);
  assertEquals(cursor.line, 3);
  assertEquals(cursor.isReady(BYTES, 3), false);
  assertEquals(cursor.isReady(BYTES, 4), true);
});

Deno.test("LineCursor reads a line again only when its LF has come", () => {
  const cursor = new LineCursor();
  cursor.await(1);
  assertEquals(cursor.isReady(BYTES, 2), false);
  assertEquals(cursor.isReady(BYTES, 3), true);
});

Deno.test("LineCursor searches no octet twice", () => {
  const searched: number[] = [];
  const bytes = new Proxy(octetsOf("abcdef"), {
    get(target, name) {
      searched.push(Number(name));
      return Reflect.get(target, name);
    },
  });
  const cursor = new LineCursor();
  cursor.await(1);
  for (let end = 2; end <= 6; end++) assertEquals(cursor.isReady(bytes, end), false);
  assertEquals(searched, [1, 2, 3, 4, 5]);
});

Deno.test("LineCursor judges a line by its own LF", () => {
  const cursor = new LineCursor();
  cursor.moveTo(3);
  assertEquals(cursor.isWhole(BYTES, 5), false);
  assertEquals(cursor.isWhole(BYTES, 6), true);
  cursor.moveTo(6);
  assertEquals(cursor.isWhole(BYTES, 8), false);
});
