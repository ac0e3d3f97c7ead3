import { assertEquals, assertInstanceOf, assertStrictEquals, assertThrows } from "../assert.ts";
import { LazyHeaders } from "../../src/web/lazy_headers.ts";
import { headOf } from "../protocol/transcript.ts";

const LINES = [
  "Host: a",
  "X-One: 1",
  "x-two: b, c",
  "X-TWO:",
  "X-Two:  d ",
  "Cookie: a=1",
  "cookie: b=2",
  "Set-Cookie: a=b",
  "set-cookie: c=d, e",
  "X-Octets: \x80\xff",
  "!#$%&'*+-.^_`|~0a: z",
];

const NAMES = [
  ...["host", "HOST", "x-one", "x-two", "X-TWO", "cookie", "set-cookie", "x-octets"],
  ...["!#$%&'*+-.^_`|~0A", "none", "x-on", "x-ones"],
];

for (const name of NAMES) {
  Deno.test(`LazyHeaders.get() and has() of ${name} answer as Headers do (RFC 9110 §5.3)`, () => {
    const [lazy, native] = both();
    assertEquals(lazy.get(name), native.get(name));
    assertEquals(lazy.has(name), native.has(name));
  });
}

for (const name of ["", "a b", "a:", "é", "a\r\nb", "(a)"]) {
  Deno.test(`LazyHeaders refuses the name ${JSON.stringify(name)} as Headers do`, () => {
    for (const headers of both()) {
      assertThrows(() => headers.get(name), TypeError);
      assertThrows(() => headers.has(name), TypeError);
    }
  });
}

Deno.test("LazyHeaders is taken for Headers wherever they are", () => {
  const [lazy, native] = both();
  assertInstanceOf(lazy, Headers);
  assertEquals([...lazy], [...native]);
  assertEquals([...lazy.keys()], [...native.keys()]);
  assertEquals(lazy.getSetCookie(), ["a=b", "c=d, e"]);
  assertEquals([...new Headers(lazy)], [...native]);
  assertEquals([...new Response(null, { headers: lazy }).headers], [...native]);
});

Deno.test("LazyHeaders answers of what was changed", () => {
  const [lazy] = both();
  lazy.set("X-One", "2");
  lazy.delete("host");
  assertEquals([lazy.get("x-one"), lazy.get("host"), lazy.has("host")], ["2", null, false]);
  assertThrows(() => lazy.set("a", "b\r\nc"), TypeError);
});

Deno.test("LazyHeaders takes other Headers for its own", () => {
  const [lazy] = both();
  const headers = new Headers({ a: "b" });
  lazy.adopt(headers);
  assertStrictEquals(lazy.native(), headers);
  assertEquals([lazy.get("a"), lazy.get("host"), lazy.has("a")], ["b", null, true]);
});

function both(): [LazyHeaders & Headers, Headers] {
  const { fields } = headOf(`GET / HTTP/1.1\r\n${LINES.join("\r\n")}\r\n\r\n`);
  const native = new Headers();
  for (const line of LINES) {
    const colon = line.indexOf(":");
    native.append(line.slice(0, colon), line.slice(colon + 1));
  }
  return [new LazyHeaders(fields) as LazyHeaders & Headers, native];
}
