import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertNotStrictEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "../assert.ts";
import {
  type Context,
  type Handler,
  type Middleware,
  type RouteHandler,
  routes,
  text,
} from "../../mod.ts";
import { PATHNAME } from "../../src/handler.ts";
import { KnownResponse } from "../../src/known_response.ts";
import { contextOf, NotedTable } from "./tables.ts";

const ok: Handler = () => text("ok");

function request(line: string): Request {
  const [method, path] = line.split(" ");
  return new Request(`http://localhost${path}`, { method });
}

/** Requests that no route answers, over one table. */
const REFUSALS: [line: string, status: number, allow: string | null, content: string][] = [
  ["POST /a", 405, "GET, HEAD, OPTIONS, PUT", "Method Not Allowed"],
  ["get /a", 200, null, "ok"],
  ["patch /a", 405, "GET, HEAD, OPTIONS, PUT", "Method Not Allowed"],
  ["OPTIONS /a", 204, "GET, HEAD, OPTIONS, PUT", ""],
  ["DELETE /b", 405, "OPTIONS, PUT", "Method Not Allowed"],
  ["GET /b", 405, "OPTIONS, PUT", "Method Not Allowed"],
  ["HEAD /b", 405, "OPTIONS, PUT", "Method Not Allowed"],
  ["OPTIONS /b", 204, "OPTIONS, PUT", ""],
  ["OPTIONS /own", 200, null, "ok"],
  ["POST /own", 405, "OPTIONS, PUT", "Method Not Allowed"],
  ["OPTIONS /any", 200, null, "ok"],
  ["POST /any", 200, null, "ok"],
  ["GET /no/such", 404, null, "Not Found"],
  ["OPTIONS /no/such", 404, null, "Not Found"],
  ["GET /a/", 404, null, "Not Found"],
  ["GET /%ff", 400, null, "Bad Request: malformed path"],
  ["GET /no/%zz/such", 400, null, "Bad Request: malformed path"],
  ["OPTIONS /%", 400, null, "Bad Request: malformed path"],
  ["GET /%C3%28", 400, null, "Bad Request: malformed path"],
];

for (const [line, status, allow, content] of REFUSALS) {
  Deno.test(`a route table answers ${line} with ${status}`, async () => {
    const table = routes({ "GET /a": ok, "/any": ok, "OPTIONS /own": ok, "PUT /:x": ok });
    const response = await table.fetch(request(line));
    assertEquals(
      [response.status, response.headers.get("allow"), await response.text()],
      [status, allow, content],
    );
  });
}

Deno.test("a route table answers 404 where the URL has no path", async () => {
  const response = await routes({ "/*": ok, "/": ok }).fetch(new Request("data:text/plain,x"));
  assertEquals(response.status, 404);
});

const DECODED: [key: string, path: string, params: object | undefined, segments?: string[]][] = [
  ["/", "/", {}],
  ["/a/b", "/a/b", {}],
  ["/a/b", "/a/./x/../b", {}],
  ["/a/b", "/a/%2e%2e/a\\b", {}],
  ["/a/b", "/%61/b", {}],
  ["/a%2Fb", "/a%2fb", {}],
  ["/a%2Fb", "/a/b", undefined],
  ["/a%25", "/a%25", {}],
  ["/caf\u00e9", "/caf\u00e9", {}],
  ["/a b", "/a b", {}],
  ["//a/", "//a/", {}],
  ["/:a", "/x%2Fy", { a: "x/y" }],
  ["/:a", "/%2525", { a: "%25" }],
  ["/:a", "/%F0%9F%98%80", { a: "\u{1f600}" }],
  ["/:a", "/a+b", { a: "a+b" }],
  ["/:a", "/", undefined],
  ["/:a?", "/", undefined],
  ["/x/:a?", "/x", {}],
  ["/x/:a?", "/x/", undefined],
  ["/x/:a?", "/x/y", { a: "y" }],
  ["/:a?/:b?", "/x", { a: "x" }],
  ["/:a.:b", "/x.y.z", { a: "x", b: "y.z" }],
  ["/:a(\\d)-:b", "/1-%2F", { a: "1", b: "/" }],
  ["/:a+", "/x/y%2Fz", { a: "x/y/z" }, ["x", "y/z"]],
  ["/:a+", "/x//y", undefined],
  ["/:a(\\d*)+", "/1//2", { a: "1//2" }, ["1", "", "2"]],
  ["/:a+/z", "/x/y/z", { a: "x/y" }, ["x", "y"]],
  ["/x/:a*", "/x", {}, []],
  ["/x/:a*", "/x/1/2", { a: "1/2" }, ["1", "2"]],
  ["/x/*", "/x", undefined],
  ["/x/*", "/x/", { 0: "" }, [""]],
  ["/x/*", "/x/1//%2F2/", { 0: "1///2/" }, ["1", "", "/2", ""]],
  ["/:a/*", "/x/y", { a: "x", 0: "y" }, ["y"]],
  ["/:a+/:b+", "/1/2/3", { a: "1/2", b: "3" }, ["3"]],
  ["/:a+/m/:b/*", "/1/m/2/m/3/4", { a: "1/m/2", b: "3", 0: "4" }, ["4"]],
  ["/:a(\\d)+/:b+", "/1/2/x/3", { a: "1/2", b: "x/3" }, ["x", "3"]],
  ["/:__proto__/:constructor", "/1/2", JSON.parse('{"__proto__": "1", "constructor": "2"}')],
];

for (const [key, path, params, segments = []] of DECODED) {
  Deno.test(`${key} ${params ? "reads" : "leaves"} ${path}`, async () => {
    const seen = await new NotedTable([key]).ask("GET", path);
    assertEquals<unknown>(seen && { ...seen.params }, params);
    if (seen !== undefined) assertEquals(seen.segments, segments);
  });
}

Deno.test("params inherit nothing", async () => {
  for (const key of ["GET /x/:a?", "GET /x"]) {
    const seen = await new NotedTable([key]).ask("GET", "/x");
    for (const name of ["toString", "constructor", "__proto__", "hasOwnProperty"]) {
      assertEquals(seen?.params[name], undefined);
    }
  }
});

Deno.test("params of a route without parameters are one frozen object", async () => {
  const noted = new NotedTable(["/a", "/b%2F"]);
  const [a, b] = [await noted.ask("GET", "/a"), await noted.ask("GET", "/b%2F")];
  assertStrictEquals(a?.params, b?.params);
  assert(Object.isFrozen(a?.params) && Object.isFrozen(a?.segments));
});

Deno.test("a repeated segment costs no more than path times pattern", async () => {
  const noted = new NotedTable(["/:a+/:b+/:c+/:d+/:e+/x", "/:a+/:b(\\w)+/y", "/:z+/*"]);
  const started = performance.now();
  const seen = await noted.ask("GET", "/a".repeat(4_000));
  assertEquals(seen?.key, "/:z+/*");
  assert(performance.now() - started < 1_000);
});

Deno.test("fetch is bound, and the table's own", async () => {
  const table = routes({ "GET /a": ok });
  assert(Object.keys(table).includes("fetch"));
  const { fetch } = table;
  assertEquals(await (await fetch(request("GET /a"))).text(), "ok");
});

Deno.test("fetch takes the path that a request of ours has at hand", () => {
  const ours = Object.assign(request("GET /other"), { [PATHNAME]: "/a" });
  const context = contextOf(ours);
  const { url } = context;
  const response = routes({ "GET /a": ok }).fetch(ours, context) as Response;
  assertEquals(response.status, 200);
  assertStrictEquals(context.url, url);
});

Deno.test("fetch writes what it found to the context that it was given", async () => {
  let seen: Context | undefined;
  const table = routes({ "GET /:a/*": (_request, context) => (seen = context, text("ok")) });
  const context = contextOf(request("GET /"));
  await table.fetch(request("GET /x/y/z"), context);
  assertStrictEquals(seen, context as unknown as Context);
  assertEquals({ ...context.params }, { a: "x", 0: "y/z" });
  assertEquals(context.segments, ["y", "z"]);
  assertEquals(context.route, "/:a/*");
  assertEquals(context.url.pathname, "/x/y/z");
});

Deno.test("fetch goes on where the context does not let its URL be set", async () => {
  const context = contextOf(request("GET /"));
  const { url } = context;
  Object.defineProperty(context, "url", { get: () => url });
  const response = await routes({ "GET /a": ok }).fetch(request("GET /a"), context);
  assertEquals([response.status, context.url], [200, url]);
});

Deno.test("a literal route clears what an outer table wrote", async () => {
  const inner = routes({ "/a/b": ok });
  const context = contextOf(request("GET /a/b"));
  await routes({ "/:x/*": inner }).fetch(request("GET /a/b"), context);
  assertEquals([{ ...context.params }, context.segments, context.route], [{}, [], "/a/b"]);
});

Deno.test("route limits replace the exchange's, the others stay", async () => {
  const table = routes({ "/a": { handler: ok, limits: { content: 7 } }, "/b": { handler: ok } });
  const context = contextOf(request("GET /"));
  const { limits } = context;
  await table.fetch(request("GET /b"), context);
  assertStrictEquals(context.limits, limits);
  await table.fetch(request("GET /a"), context);
  assertEquals(context.limits, { content: 7, drain: 10 });
});

const VALUES: [what: string, value: RouteHandler][] = [
  ["a function", ok],
  ["an object with fetch", { fetch: ok }],
  ["another table", routes({ "GET /a": ok })],
  ["an object with handler", { handler: ok }],
  ["an object with a handler object", { handler: { fetch: ok } }],
  ["every option", { handler: ok, limits: { content: 0, drain: Infinity }, use: [] }],
];

for (const [what, value] of VALUES) {
  Deno.test(`a key may stand for ${what}`, async () => {
    const response = await routes({ "GET /a": value }).fetch(request("GET /a"));
    assertEquals(await response.text(), "ok");
  });
}

Deno.test("a handler object keeps its this", async () => {
  class Application {
    readonly greeting = "hello";
    fetch(): Response {
      return text(this.greeting);
    }
  }
  const response = await routes({ "GET /a": new Application() }).fetch(request("GET /a"));
  assertEquals(await response.text(), "hello");
});

const REFUSED: [key: string, value: unknown, why: string, error?: typeof RangeError][] = [
  ["users", ok, "write METHOD /pattern"],
  ["GET users", ok, "write METHOD /pattern"],
  ["", ok, "write METHOD /pattern"],
  ["GET  /", ok, "write METHOD /pattern"],
  ["get /", ok, "upper case"],
  [" /", ok, "upper case"],
  ["G(T /", ok, "upper case"],
  ["GET /{a}", ok, "braces"],
  ["GET /", undefined, "no handler"],
  ["GET /", null, "no handler"],
  ["GET /", "text", "no handler"],
  ["GET /", {}, "no handler"],
  ["GET /", { handler: { fetch: "text" } }, "no handler"],
  ["GET /", { handler: ok, limit: {} }, '"limit" is no option'],
  ["GET /", { handler: ok, use: ok }, "array of middlewares"],
  ["GET /", { handler: ok, use: [ok, 1] }, "array of middlewares"],
  ["GET /", { handler: ok, limits: { contents: 1 } }, '"contents" is no option'],
  ["GET /", { handler: ok, limits: { content: -1 } }, "limits.content is -1", RangeError],
  ["GET /", { handler: ok, limits: { drain: 0.5 } }, "limits.drain is 0.5", RangeError],
];

for (const [key, value, why, error = TypeError] of REFUSED) {
  Deno.test(`routes() refuses ${JSON.stringify({ [key]: value })}: ${why}`, () => {
    const { message } = assertThrows(
      () => routes<Record<string, unknown>>({ [key]: value } as never),
      error,
    );
    assertStringIncludes(message, `Cannot add route "${key}": `);
    assertStringIncludes(message, why);
  });
}

Deno.test("routes() refuses middlewares that are none", () => {
  const use = [ok, "text"] as unknown as Middleware[];
  assertThrows(() => routes({}, { use }), TypeError, "Cannot make a route table: ");
});

/** Notes when it is applied, and when a request passes. */
function noting(notes: string[], name: string): Middleware {
  return (next) => {
    notes.push(`apply ${name}`);
    return (request, context) => {
      notes.push(name);
      return next(request, context);
    };
  };
}

Deno.test("use wraps the whole table, the first outermost, and is applied once", async () => {
  const notes: string[] = [];
  const table = routes(
    { "GET /a": { handler: ok, use: [noting(notes, "c"), noting(notes, "d")] } },
    { use: [noting(notes, "a"), noting(notes, "b")] },
  );
  assertEquals(notes.splice(0).sort(), ["apply a", "apply b", "apply c", "apply d"]);
  for (
    const [line, expected] of [
      ["GET /a", ["a", "b", "c", "d"]],
      ["PUT /a", ["a", "b"]],
      ["OPTIONS /a", ["a", "b"]],
      ["GET /b", ["a", "b"]],
      ["GET /%", ["a", "b"]],
    ] as const
  ) {
    await table.fetch(request(line));
    assertEquals<readonly string[]>(notes.splice(0), expected);
  }
});

Deno.test("use reads the route behind next, and may rewrite the request", async () => {
  const seen: unknown[] = [];
  const rewrite: Middleware = (next) => (_request, context) => {
    const answer = next(request("GET /new/7"), context);
    seen.push(context.route, { ...context.params }, context.url.pathname);
    return answer;
  };
  const table = routes({ "GET /new/:id": ok, "GET /old": ok }, { use: [rewrite] });
  await table.fetch(request("GET /old"));
  assertEquals(seen, ["/new/:id", { id: "7" }, "/new/7"]);
});

Deno.test("an answer stays as synchronous as its handler", () => {
  const answers = { "/now": ok, "/later": async () => await Promise.resolve(text("ok")) };
  const table = routes(answers, { use: [(next) => next] });
  const context = contextOf(request("GET /"));
  for (const path of ["/now", "/none", "/%"]) {
    assertInstanceOf(table.fetch(request(`GET ${path}`), context), Response);
    assertInstanceOf(table.fetch(request(`GET ${path}`)), Response);
  }
  assertInstanceOf(table.fetch(request("GET /later")), Promise);
});

Deno.test("a handler's error is passed on", () => {
  const table = routes({
    "/a": () => {
      throw new RangeError("mine");
    },
  });
  assertThrows(() => table.fetch(request("GET /a")), RangeError, "mine");
});

Deno.test("what is no response is passed on", () => {
  const table = routes({ "/a": (() => undefined) as unknown as Handler });
  assertEquals(table.fetch(request("GET /a")) as unknown, undefined);
});

Deno.test("entries() lists what was written", () => {
  const table = routes({ "POST /b/:c?": ok, "/a": { handler: ok } });
  assertEquals(table.entries(), [
    { key: "POST /b/:c?", method: "POST", pattern: "/b/:c?" },
    { key: "/a", method: undefined, pattern: "/a" },
  ]);
});

Deno.test("a server of ours gets known responses, others get native ones", async () => {
  const shared = text("ok");
  const table = routes({ "/a": () => shared, "/b": () => Promise.resolve(shared) });
  const context = contextOf(request("GET /a"));
  assertStrictEquals(table.fetch(request("GET /a"), context) as Response, shared);
  for (const path of ["/a", "/b", "/a"]) {
    const native = await table.fetch(request(`GET ${path}`));
    assert(!(native instanceof KnownResponse));
    assertNotStrictEquals(native, shared);
    assertEquals(await native.text(), "ok");
  }
});

Deno.test("a response that was read is not copied", async () => {
  const used = text("ok");
  await used.text();
  const native = await routes({ "/": () => used }).fetch(request("GET /"));
  assertEquals(native.bodyUsed, true);
});

Deno.test("a native response is passed on as it is", () => {
  const native = new Response("ok");
  assertStrictEquals(routes({ "/": () => native }).fetch(request("GET /")) as Response, native);
});

const INFOS: [what: string, info: unknown, hostname: string][] = [
  ["nothing", undefined, ""],
  ["null", null, ""],
  ["a text", "info", ""],
  ["an object without an address", { env: {}, params: {} }, ""],
  [
    "an address",
    { remoteAddr: { transport: "tcp", hostname: "192.0.2.7", port: 1 } },
    "192.0.2.7",
  ],
];

for (const [what, info, hostname] of INFOS) {
  Deno.test(`a table makes its own context of ${what}`, async () => {
    let seen: Context | undefined;
    const table = routes({ "/:a": (_request, context) => (seen = context, text("ok")) });
    await table.fetch(request("GET /b"), info);
    assertEquals(seen?.remoteAddr, {
      transport: "tcp",
      hostname,
      port: hostname === "" ? 0 : 1,
    });
    assertEquals(seen?.localAddr, { transport: "tcp", hostname: "", port: 0 });
    assertEquals(seen?.url.href, "http://localhost/b");
    assertEquals(seen?.limits, { content: Infinity, drain: Infinity });
  });
}

Deno.test("a context of the table's own parses the URL on first use", async () => {
  const seen: (string | undefined)[] = [];
  const before: Middleware = (next) => (request, context) => {
    seen.push(context.url.pathname, context.route);
    return next(request, context);
  };
  await routes({ "/a": ok }, { use: [before] }).fetch(request("GET /a"));
  assertEquals(seen, ["/a", undefined]);
});

Deno.test("a context of the table's own cannot tell how the answer ended", async () => {
  let context: Context | undefined;
  await routes({ "/": (_request, given) => (context = given, text("ok")) }).fetch(request("GET /"));
  const { completed } = context!;
  assertStrictEquals(completed, context!.completed);
  await assertRejects(() => completed, Error, "Cannot tell how the answer ended");
});

Deno.test("a route table of no routes answers 404", async () => {
  assertEquals((await routes({}).fetch(request("GET /"))).status, 404);
});
