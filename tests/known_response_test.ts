import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertNotStrictEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "./assert.ts";
import { bytes, html, json, KnownResponse, redirect, text } from "../src/known_response.ts";
import { withOwn } from "./own_fields.ts";

type Known = KnownResponse & Response;

const OCTETS = Uint8Array.of(0, 255, 13, 10);
const INIT: ResponseInit = {
  status: 404,
  statusText: "Nope",
  headers: [["X-A", "b"], ["set-cookie", "c=d"], ["x-a", "e"], ["Set-Cookie", "f=g"]],
};
const TYPED: ResponseInit = { headers: { "Content-Type": "text/csv" } };

/** Known responses, and the platform's own of the same. */
const PAIRS: [what: string, known: () => Response, native: () => Response][] = [
  ["text()", () => text("abc é"), () => new Response("abc é")],
  ["text() of nothing", () => text(""), () => new Response("")],
  ["text() with init", () => text("a", INIT), () => new Response("a", INIT)],
  ["text() with a type", () => text("a,b", TYPED), () => new Response("a,b", TYPED)],
  [
    "an own field",
    () => withOwn(text("a"), ["x-a", "b"]),
    () => new Response("a", { headers: { "x-a": "b" } }),
  ],
  [
    "own fields, twice",
    () => withOwn(withOwn(text("a", INIT), ["x-b", "c"]), ["x-d", "e", "set-cookie", "h"]),
    () =>
      new Response("a", {
        ...INIT,
        headers: [...INIT.headers as [string, string][], ["x-b", "c"], ["x-d", "e"], [
          "set-cookie",
          "h",
        ]],
      }),
  ],
  ["json()", () => json({ a: [1, null] }), () => Response.json({ a: [1, null] })],
  ["json() of null", () => json(null), () => Response.json(null)],
  ["json() with init", () => json("a", INIT), () => Response.json("a", INIT)],
  ["json() with a type", () => json([], TYPED), () => Response.json([], TYPED)],
  ["html()", () => html("<p>é"), () => typed("<p>é", "text/html;charset=UTF-8")],
  ["bytes()", () => bytes(OCTETS), () => typed(OCTETS, "application/octet-stream")],
  [
    "redirect()",
    () => redirect("/a?b#c"),
    () => new Response(null, { status: 302, headers: { location: "/a?b#c" } }),
  ],
  [
    "redirect() of a URL",
    () => redirect(new URL("http://a/b"), 308),
    () => new Response(null, { status: 308, headers: { location: "http://a/b" } }),
  ],
];

type Question = (response: Response) => unknown;

const QUESTIONS: Readonly<Record<string, Question>> = {
  status: (response) => response.status,
  statusText: (response) => response.statusText,
  ok: (response) => response.ok,
  type: (response) => response.type,
  url: (response) => response.url,
  redirected: (response) => response.redirected,
  "converted to text": (response) => String(response),
  "instanceof Response": (response) => response instanceof Response,
  headers: (response) => [...response.headers].sort(),
  "headers are the same ones": (response) => response.headers === response.headers,
  "headers.getSetCookie": (response) => response.headers.getSetCookie(),
  "headers.set": (response) => {
    response.headers.set("x-a", "z");
    response.headers.append("x-b", "y");
    return [...response.headers].sort();
  },
  "body is null": (response) => response.body === null,
  bodyUsed: (response) => response.bodyUsed,
  text: (response) => response.text(),
  bytes: async (response) => [...await response.bytes()],
  arrayBuffer: async (response) => [...new Uint8Array(await response.arrayBuffer())],
  json: (response) => response.json(),
  blob: async (response) => {
    const blob = await response.blob();
    return [blob.type, await blob.text()];
  },
  "body in a loop": async (response) => {
    const octets: number[] = [];
    for await (const chunk of response.body ?? []) octets.push(...chunk);
    return octets;
  },
  clone: async (response) => {
    const clone = response.clone();
    const { status, statusText, headers, bodyUsed } = clone;
    return [status, statusText, [...headers].sort(), bodyUsed, await clone.text()];
  },
  "clone, then both": async (response) => {
    const clone = response.clone();
    return [await clone.text(), response.bodyUsed, await response.text()];
  },
  "new Response": async (response) => {
    const copy = new Response(response.body, response);
    return [copy.status, copy.statusText, [...copy.headers].sort(), await copy.text()];
  },
};

const READERS = ["text", "bytes", "json", "blob", "body in a loop", "clone", "new Response"];

for (const [what, known, native] of PAIRS) {
  Deno.test(`${what} answers every question as a Response does`, async () => {
    for (const name of Object.keys(QUESTIONS)) {
      assertEquals(await ask(known(), [name]), await ask(native(), [name]), name);
    }
  });

  Deno.test(`${what} is asked twice as a Response is`, async () => {
    for (const first of [...READERS, "headers.set"]) {
      for (const second of [...READERS, "headers", "status"]) {
        const names = [first, "bodyUsed", second, "bodyUsed"];
        assertEquals(await ask(known(), names), await ask(native(), names), names.join());
      }
    }
  });
}

Deno.test("a known response can be sent from its content, whatever was changed", () => {
  const response = text("a", { status: 201 }) as Known;
  assertEquals([response.content, response.status], ["a", 201]);
  assertEquals(response.fields, ["content-type", "text/plain;charset=UTF-8"]);
  response.headers.set("x-a", "b");
  assertEquals([response.content, response.fields, response.disturbed], ["a", undefined, false]);
});

Deno.test("a known response is disturbed once somebody reads it", async () => {
  const read = text("a") as Known;
  assertEquals([read.disturbed, read.bodyUsed], [false, false]);
  await read.text();
  assertEquals([read.disturbed, read.bodyUsed], [true, true]);
  await assertRejects(() => read.text(), TypeError);
  const locked = text("a") as Known;
  const reader = locked.body!.getReader();
  assertEquals([locked.disturbed, locked.bodyUsed], [true, false]);
  assertThrows(() => locked.clone(), TypeError);
  reader.releaseLock();
  assertEquals(locked.disturbed, false);
  assertEquals(await locked.text(), "a");
});

Deno.test("a known response without content is never disturbed by reading it", async () => {
  const response = redirect("/") as Known;
  assertEquals([await response.text(), response.disturbed], ["", false]);
});

Deno.test("a clone of a known response is one too, and goes its own way", async () => {
  const first = text("a", INIT) as Known;
  const second = first.clone() as Known;
  assertInstanceOf(second, KnownResponse);
  second.headers.set("x-a", "z");
  await second.text();
  assertEquals([first.headers.get("x-a"), first.bodyUsed], ["b, e", false]);
  first.headers.set("x-a", "y");
  assertEquals(first.clone().headers.get("x-a"), "y");
  assertEquals(first.clone().headers.getSetCookie(), ["c=d", "f=g"]);
  assertEquals(second.headers.get("x-a"), "z");
});

Deno.test("a known response makes one native Response", () => {
  const response = text("a") as Known;
  assertStrictEquals(response.native(), response.native());
  assertNotStrictEquals<unknown>(response.native(), response);
  assertStrictEquals(Object.getPrototypeOf(response.native()), Response.prototype);
  assert(Deno.inspect(text("a")).includes("200"));
});

for (const status of [0, 99, 100, 199, 600, 200.5, NaN, "200"]) {
  Deno.test(`a known response cannot have the status ${JSON.stringify(status)}`, () => {
    for (const make of [text, html, json]) {
      assertThrows(() => make("a", { status: status as number }), RangeError, `${status}`);
    }
    assertThrows(() => bytes(OCTETS, { status: status as number }), RangeError);
  });
}

for (const status of [204, 205, 304]) {
  Deno.test(`a known response of ${status} cannot have content (RFC 9110 §15)`, () => {
    for (const make of [text, html, json]) {
      assertThrows(() => make("", { status }), TypeError, `${status}`);
      assertThrows(() => new Response("", { status }), TypeError);
    }
  });
}

for (const malformed of ["a\r\nb", "a\nb", "a\0", "\x7f", "\u0100"]) {
  Deno.test(`a known response refuses ${JSON.stringify(malformed)} in a line (RFC 9112 §11.1)`, () => {
    assertThrows(() => text("", { statusText: malformed }), TypeError);
    if (malformed !== "\x7f") {
      assertThrows(() => text("", { headers: { a: malformed } }), TypeError);
    }
    assertThrows(() => text("", { headers: [[malformed, "a"]] }), TypeError);
  });
}

Deno.test("json() refuses what has no JSON text", () => {
  const cycle: unknown[] = [];
  cycle.push(cycle);
  for (const value of [undefined, () => {}, Symbol(), cycle, 1n]) {
    assertThrows(() => json(value), TypeError);
  }
});

Deno.test("text() and html() send the text of anything", async () => {
  for (const make of [text, html]) {
    assertEquals(await make(7 as unknown as string).text(), "7");
    assertEquals((make(7 as unknown as string) as Known).content, "7");
  }
});

Deno.test("bytes() refuses what is no Uint8Array", () => {
  for (const value of ["a", [1], new ArrayBuffer(1), null]) {
    assertThrows(() => bytes(value as never), TypeError, "not a Uint8Array");
  }
});

Deno.test("redirect() takes only the statuses that redirect (RFC 9110 §15.4)", () => {
  for (const status of [301, 302, 303, 307, 308]) {
    assertEquals(redirect("/", status).status, status);
  }
  for (const status of [200, 300, 304, 305, 306, 309, 404]) {
    assertThrows(() => redirect("/", status), RangeError, `${status}`);
  }
});

Deno.test("redirect() encodes what a URL cannot hold, and nothing else", () => {
  assertEquals(redirect("/é?ü=\u{1f600}").headers.get("location"), "/%C3%A9?%C3%BC=%F0%9F%98%80");
  assertEquals(redirect("/%C3%A9?a=b%20c&d='").headers.get("location"), "/%C3%A9?a=b%20c&d='");
  assertEquals(
    redirect(' /a b"<>\\^`{|}\r\nset-cookie: b=c').headers.get("location"),
    "%20/a%20b%22%3C%3E%5C%5E%60%7B%7C%7D%0D%0Aset-cookie:%20b=c",
  );
  assertEquals(redirect("/\ud800").headers.get("location"), "/%EF%BF%BD");
});

function typed(content: string | Uint8Array<ArrayBuffer>, type: string): Response {
  return new Response(content, { headers: { "content-type": type } });
}

async function ask(response: Response, names: readonly string[]): Promise<unknown[]> {
  const outcomes: unknown[] = [];
  for (const name of names) {
    try {
      outcomes.push(await QUESTIONS[name](response));
    } catch (error) {
      outcomes.push((error as Error).name);
    }
  }
  return outcomes;
}
