/** Where ids come from, and who is told. */
import { type Context, routes, text } from "../../mod.ts";
import { requestId, requestIdOf, type RequestIdOptions } from "../../src/middleware/request_id.ts";
import { assertEquals, assertMatch, assertThrows } from "../assert.ts";
import { startLocal } from "../transport/servers.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const INCOMING: [why: string, RequestIdOptions, id: string, taken: boolean][] = [
  ["when nobody is trusted", {}, "abc", false],
  ["when all are trusted", { trust: true }, "abc-1.2_3~4:5+6/7=8@9", true],
  ["that is as long as it may be", { trust: true, maxLength: 3 }, "abc", true],
  ["that is too long", { trust: true, maxLength: 3 }, "abcd", false],
  ["with white space", { trust: true }, "a b", false],
  ["with a quote", { trust: true }, 'a"b', false],
  ["of two lines", { trust: true }, "a, b", false],
  ["that is not ASCII", { trust: true }, "é", false],
  ["of a request that is trusted", { trust: ({ headers }) => headers.has("x-proxy") }, "abc", true],
  ["of a request that is not", { trust: ({ headers }) => headers.has("x-other") }, "abc", false],
  [
    "where the answer is no boolean",
    { trust: (() => 1) as unknown as () => boolean },
    "abc",
    false,
  ],
];

for (const [why, options, id, taken] of INCOMING) {
  Deno.test(`requestId() ${taken ? "takes" : "does not take"} an id ${why}`, async () => {
    const seen: (string | undefined)[] = [];
    const handler = requestId(options)((request, context) => {
      seen.push(requestIdOf(request), requestIdOf(context));
      return text("ok");
    });
    const headers = { "x-request-id": id, "x-proxy": "1" };
    const request = new Request("http://localhost/", { headers });
    const answered = (await handler(request, {} as Context)).headers.get("x-request-id") ?? "";
    assertEquals(seen, [answered, answered]);
    if (taken) assertEquals(answered, id);
    else assertMatch(answered, UUID);
  });
}

const MISTAKES: [why: string, options: unknown, type: typeof TypeError | typeof RangeError][] = [
  ["a header that is none", { header: "a b" }, TypeError],
  ["a trust that is none", { trust: "proxy" }, TypeError],
  ["a maker that is none", { generate: "id" }, TypeError],
  ["a length of nothing", { maxLength: 0 }, RangeError],
  ["a length of text", { maxLength: "9" }, TypeError],
  ["a name that is none", { trusted: true }, TypeError],
];

for (const [why, options, type] of MISTAKES) {
  Deno.test(`requestId() objects to ${why}`, () => {
    assertThrows(() => requestId(options as RequestIdOptions), type, "Cannot give requests ids");
  });
}

Deno.test("each request has an id of its own, its error as well, over sockets", async () => {
  const table = routes({
    "GET /": (request) => text(`${requestIdOf(request)}`),
    "GET /native": (_request, context) => new Response(`${requestIdOf(context)}`),
    "GET /error": () => Promise.reject(new Error("of the handler")),
  }, { use: [requestId({ header: "X-Trace" })] });
  await using local = await startLocal(table.fetch);
  const ids = new Set<string>();
  for (const path of ["/", "/", "/native", "/error", "/nowhere"]) {
    const response = await fetch(local.origin + path);
    const content = await response.text();
    const id = response.headers.get("x-trace") ?? "";
    assertMatch(id, UUID);
    if (response.status === 200) assertEquals(content, id);
    ids.add(id);
  }
  assertEquals(ids.size, 5);
});
