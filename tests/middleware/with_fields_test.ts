/** A response with other fields: what must stay, and what must not be touched. */
import { bytes, html, json, redirect, text } from "../../mod.ts";
import { KnownResponse } from "../../src/known_response.ts";
import {
  addVary,
  fieldEditor,
  fieldSetter,
  withField,
  withFields,
} from "../../src/middleware/with_fields.ts";
import { assert, assertEquals, assertStrictEquals, assertThrows } from "../assert.ts";
import { withOwn } from "../own_fields.ts";

const mark = (headers: Headers) => headers.set("x-mark", "yes");

const RESPONSES: [why: string, make: () => Response | Promise<Response>][] = [
  ["text", () => text("hällo", { status: 404, statusText: "None" })],
  ["json", () => json({ a: 1 }, { headers: [["Set-Cookie", "a=1"], ["Set-Cookie", "b=2"]] })],
  ["html", () => html("<p>")],
  ["octets", () => bytes(Uint8Array.of(1, 2))],
  ["a redirect", () => redirect("/elsewhere")],
  ["a known one that was looked at", () => {
    const response = text("looked at");
    response.headers.set("x-own", "own");
    return response;
  }],
  ["a native text", () => new Response("native", { statusText: "Fine", headers: { etag: '"a"' } })],
  ["a native stream", () => new Response(ReadableStream.from([Uint8Array.of(65)]))],
  [
    "native cookies",
    () => new Response("x", { headers: [["set-cookie", "a=1"], ["set-cookie", "b=2"]] }),
  ],
  ["a native null", () => new Response(null, { headers: { "content-length": "5" } })],
  ["204", () => new Response(null, { status: 204, headers: { etag: '"b"' } })],
  ["304", () => new Response(null, { status: 304 })],
  ["Response.redirect", () => Response.redirect("http://localhost/b", 308)],
  ["Response.json", () => Response.json([1])],
  ["an answer of fetch", () => fetch("data:text/plain,fetched")],
];

for (const [why, make] of RESPONSES) {
  for (
    const [how, edit] of [
      ["withFields", withFields],
      ["withField", (response: Response) => withField(response, "x-mark", "yes")],
      ["fieldEditor", edited],
    ] as const
  ) {
    Deno.test(`${how}() adds a field and keeps the rest: ${why}`, async () => {
      const before = await make();
      const after = edit(await make(), mark);
      assertEquals([after.status, after.statusText], [before.status, before.statusText]);
      before.headers.forEach((value, name) => {
        if (name !== "set-cookie") assertEquals(after.headers.get(name), value, name);
      });
      assertEquals(after.headers.getSetCookie(), before.headers.getSetCookie());
      assertEquals(after.headers.get("x-mark"), "yes");
      assertEquals(before.body === null, after.body === null);
      assertEquals(await after.bytes(), await before.bytes());
    });
  }
}

Deno.test("withFields() leaves a known response as it is, and its content at hand", () => {
  const shared = text("shared");
  const first = withFields(shared, mark);
  assertEquals(shared.headers.get("x-mark"), null);
  assert(first instanceof KnownResponse);
  assertEquals([first.content, first.fields?.at(-1)], ["shared", "yes"]);
});

Deno.test("withFields() leaves a native response without content as it is", () => {
  const shared = new Response(null, { status: 204 });
  for (let i = 0; i < 2; i++) {
    const response = withFields(shared, (headers) => headers.append("x-mark", "yes"));
    assertEquals(response.headers.get("x-mark"), "yes");
  }
  assertEquals(shared.headers.get("x-mark"), null);
});

Deno.test("withFields() gives back what nobody can send", async () => {
  const used = text("used");
  await used.text();
  const usedNative = new Response("used");
  await usedNative.text();
  const locked = new Response("locked");
  locked.body!.getReader();
  for (const response of [Response.error(), used, usedNative, locked]) {
    assertStrictEquals(withFields(response, mark), response);
    assertStrictEquals(fieldEditor(mark)(response), response);
  }
});

Deno.test("fieldEditor() makes the same list of the same frozen list, and only of such", () => {
  let edits = 0;
  const edit = fieldEditor((headers) => headers.set("x-edits", String(++edits)));
  const fieldsOf = (response: Response) => (response as unknown as KnownResponse).fields;
  const first = fieldsOf(edit(text("a")));
  assertStrictEquals(fieldsOf(edit(text("b", {}))), first);
  assert(Object.isFrozen(first));
  assertEquals(edits, 1);
  edit(text("c", { headers: { "x-own": "1" } }));
  edit(text("d", { headers: { "x-own": "2" } }));
  assertEquals(edits, 3);
});

Deno.test("withField() takes the place of what there is, and keeps to what a value may be", () => {
  const fields = { "x-mark": "old", "x-other": "other" };
  const marked = withField(text("a", { headers: fields }), "x-mark", "new");
  assertEquals(marked.headers.get("x-mark"), "new");
  assertEquals(marked.headers.get("x-other"), "other");
  assertEquals(withField(text("a"), "x-mark", " trimmed ").headers.get("x-mark"), "trimmed");
  for (const value of ["a\nb", "a\r\nb: c", "a\0b", "Ā"]) {
    assertThrows(() => withField(text("a"), "x-mark", value), TypeError);
  }
});

Deno.test("withFields() hands on the error of an edit that is none", () => {
  for (const response of [text("a"), new Response("b"), new Response(null)]) {
    assertThrows(() => withFields(response, (headers) => headers.set("x", "a\nb")), TypeError);
  }
});

const VARY: [before: string | undefined, after: string][] = [
  [undefined, "Origin"],
  ["accept", "accept, Origin"],
  ["accept, ORIGIN", "accept, ORIGIN"],
  ["*", "*"],
  ["x-origin", "x-origin, Origin"],
];

for (const [before, after] of VARY) {
  Deno.test(`addVary() makes ${after} of ${before}`, () => {
    const headers = new Headers(before === undefined ? {} : { vary: before });
    addVary(headers, "Origin");
    assertEquals(headers.get("vary"), after);
  });
}

function edited(response: Response, edit: (headers: Headers) => void): Response {
  return fieldEditor(edit)(response);
}

const OWN: [why: string, own: string[]][] = [
  ["no field of its own", []],
  ["one that the edit leaves alone", ["x-id", "7"]],
  ["one that the edit looks at", ["x-mark", "own"]],
  ["both", ["x-id", "7", "x-mark", "own"]],
];

for (const [why, own] of OWN) {
  Deno.test(`fieldEditor() edits an answer alike, named fields or not: ${why}`, () => {
    const edit = (headers: Headers) => {
      if (!headers.has("x-mark")) headers.set("x-mark", "edited");
      headers.append("vary", "X-Mark");
    };
    const named = fieldEditor(edit, ["x-mark", "vary"]);
    for (let i = 0; i < 3; i++) {
      const answer = withOwn(text("known"), own);
      const expected = [...withFields(answer, edit).headers];
      assertEquals([...named(answer).headers], expected);
      assertEquals([...fieldEditor(edit)(answer).headers], expected);
    }
  });
}

Deno.test("fieldEditor() leaves the fields of one exchange apart from those that are shared", () => {
  const named = fieldEditor(mark, ["x-mark"]);
  const edit = (id: string) => named(withOwn(text("known"), ["x-id", id]));
  const [first, second] = [edit("1"), edit("2")] as (Response & KnownResponse)[];
  assertStrictEquals(first.sharedFields, second.sharedFields);
  assertEquals([first.ownFields?.list(), second.ownFields?.list()], [["x-id", "1"], ["x-id", "2"]]);
});

Deno.test("fieldSetter() sets a field in place of others of its name", () => {
  const set = fieldSetter("x-id");
  const answers = [
    text("none"),
    text("shared", { headers: { "x-id": "0" } }),
    withOwn(text("own"), ["x-id", "0"]),
    text("none"),
    set(text("twice"), "1"),
  ];
  for (const answer of answers) {
    for (const value of ["1", "a b", "h\xe4user"]) {
      const headers = new Headers(answer.clone().headers);
      headers.set("x-id", value);
      assertEquals([...set(answer, value).headers], [...headers]);
    }
  }
  assertThrows(() => set(text("refused"), "a\nb"), TypeError);
});
