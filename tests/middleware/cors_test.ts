/** The CORS protocol (Fetch, §3.2), as browsers and servers see it. */
import {
  compose,
  type Context,
  type Handler,
  json,
  type Middleware,
  routes,
  text,
} from "../../mod.ts";
import { cors, type CorsOptions } from "../../src/middleware/cors.ts";
import { assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { readAnswers } from "../server/answers.ts";
import { MemoryServer, request, settle } from "../server/memory_server.ts";
import { startLocal } from "../transport/servers.ts";

const APP = "https://app.example";

const NO_CONTEXT = {} as Context;

function ask(middleware: Middleware, init: RequestInit, handler: Handler = () => text("ok")) {
  return middleware(handler)(new Request("http://localhost/", init), NO_CONTEXT);
}

/** What an origin gets. */
const ORIGINS: [why: string, option: CorsOptions["origin"], origin: string, allowed: boolean][] = [
  ["the same text", APP, APP, true],
  ["another scheme", APP, "http://app.example", false],
  ["another port", APP, `${APP}:8443`, false],
  ["a longer host", APP, `${APP}.evil`, false],
  ["one of a list", ["https://a.example", APP], APP, true],
  ["none of a list", ["https://a.example", "https://b.example"], APP, false],
  ["a pattern", /https:\/\/\w+\.example/, APP, true],
  ["a pattern that matches only a part", /https:\/\/\w+\.example/, `${APP}.evil`, false],
  ["a pattern that matches a shorter alternative first", /https:\/\/app\.ex|.*example/, APP, true],
  ["a pattern that remembers, in a list", [/https:\/\/app\.example/g], APP, true],
  ["a pattern with a prefix", /app\.example/, APP, false],
  ["null, which was not named", APP, "null", false],
  ["null, which was named", "null", "null", true],
  ["a function that says yes", (origin) => origin === APP, APP, true],
  ["a function that says no", () => false, APP, false],
  ["a function that promises yes", () => Promise.resolve(true), APP, true],
  ["a function that promises no", () => Promise.resolve(false), APP, false],
  ["a function that says something", (() => "yes") as unknown as () => boolean, APP, false],
  ["an extension", "chrome-extension://abcdef", "chrome-extension://abcdef", true],
];

for (const [why, option, origin, allowed] of ORIGINS) {
  Deno.test(`cors() ${allowed ? "allows" : "does not allow"} ${why}`, async () => {
    const middleware = cors({ origin: option, credentials: true, exposeHeaders: ["x-total"] });
    // Twice: an expression may remember.
    for (let i = 0; i < 2; i++) {
      const { status, headers } = await ask(middleware, { headers: { origin } });
      assertEquals(status, 200);
      assertEquals(headers.get("vary"), "Origin");
      assertEquals(headers.get("access-control-allow-origin"), allowed ? origin : null);
      assertEquals(headers.get("access-control-allow-credentials"), allowed ? "true" : null);
      assertEquals(headers.get("access-control-expose-headers"), allowed ? "x-total" : null);
      const preflight = await ask(middleware, {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "PUT" },
      }, () => text("not for a preflight", { status: 500 }));
      assertEquals([preflight.status, preflight.body], [204, null]);
      assertEquals(preflight.headers.get("access-control-allow-origin"), allowed ? origin : null);
      assertEquals(preflight.headers.get("access-control-allow-methods") !== null, allowed);
      assertEquals(preflight.headers.get("vary")?.includes("Origin"), true);
    }
  });
}

/** What a preflight is answered: fields but `Vary`. */
const PREFLIGHTS: [why: string, CorsOptions, asked: HeadersInit, answered: object][] = [
  ["anything", {}, {}, {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, HEAD, PUT, PATCH, POST, DELETE",
  }],
  ["fields", {}, { "access-control-request-headers": "x-a,content-type" }, {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, HEAD, PUT, PATCH, POST, DELETE",
    "access-control-allow-headers": "x-a, content-type",
  }],
  ["fields that are none", {}, { "access-control-request-headers": "a b, x-a, (,), é" }, {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, HEAD, PUT, PATCH, POST, DELETE",
    "access-control-allow-headers": "x-a",
  }],
  [
    "what is named",
    { methods: ["QUERY"], allowHeaders: ["x-b", "x-c"], maxAge: 60, origin: [APP] },
    { "access-control-request-headers": "x-a" },
    {
      "access-control-allow-origin": APP,
      "access-control-allow-methods": "QUERY",
      "access-control-allow-headers": "x-b, x-c",
      "access-control-max-age": "60",
    },
  ],
  ["a private network", { privateNetwork: true, methods: [], allowHeaders: [] }, {
    "access-control-request-private-network": "true",
  }, {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "",
    "access-control-allow-private-network": "true",
  }],
  ["a private network, in vain", { methods: ["GET"] }, {
    "access-control-request-private-network": "true",
  }, { "access-control-allow-origin": "*", "access-control-allow-methods": "GET" }],
];

for (const [why, options, asked, answered] of PREFLIGHTS) {
  Deno.test(`cors() answers a preflight for ${why}`, async () => {
    const headers = new Headers(asked);
    headers.set("origin", APP);
    headers.set("access-control-request-method", "GET");
    const response = await ask(cors(options), { method: "OPTIONS", headers });
    const { vary, ...others } = Object.fromEntries(response.headers);
    assertEquals(
      vary,
      "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
    );
    assertEquals(others, { ...answered });
  });
}

Deno.test("cors() lets the handler answer OPTIONS that is no preflight", async () => {
  for (const fields of [[], [["origin", APP]], [["access-control-request-method", "PUT"]]]) {
    const response = await ask(cors(), { method: "OPTIONS", headers: fields as HeadersInit });
    assertEquals(response.status, 200);
  }
});

Deno.test("cors() keeps what an answer varies by", async () => {
  const handler = () => text("ok", { headers: { vary: "accept" } });
  const { headers } = await ask(cors({ origin: APP }), { headers: { origin: APP } }, handler);
  assertEquals(headers.get("vary"), "accept, Origin");
});

Deno.test("cors() answers a request without an origin at once, and says that it varies", () => {
  const response = ask(cors({ origin: APP }), {});
  assertEquals((response as Response).headers.get("vary"), "Origin");
  const open = ask(cors(), {});
  assertEquals((open as Response).headers.get("vary"), null);
  assertEquals((open as Response).headers.get("access-control-allow-origin"), "*");
});

Deno.test("cors() throws on what its handler and its function throw", async () => {
  const error = new Error("of the handler");
  assertThrows(
    () =>
      ask(cors(), {}, () => {
        throw error;
      }),
    Error,
    error.message,
  );
  await assertRejects(async () => await ask(cors(), {}, () => Promise.reject(error)), Error);
  const origin = () => Promise.reject(new Error("of the function"));
  await assertRejects(
    async () => await ask(cors({ origin }), { headers: { origin: APP } }),
    Error,
    "of the function",
  );
});

const MISTAKES: [why: string, options: unknown, message: string][] = [
  ["all with credentials", { credentials: true }, 'credentials need origins other than "*"'],
  ["all in a list", { origin: ["*"] }, 'write origin: "*"'],
  ["a final slash", { origin: `${APP}/` }, `write "${APP}"`],
  ["upper case", { origin: "https://App.Example" }, `write "${APP}"`],
  ["a default port", { origin: `${APP}:443` }, `write "${APP}"`],
  ["a path", { origin: `${APP}/a` }, `write "${APP}"`],
  ["a host alone", { origin: "app.example" }, "it is no origin"],
  ["no origin", { origin: [] }, "name an origin"],
  ["a number", { origin: [5] }, "use text or regular expressions"],
  ["a method that is none", { methods: ["GET, PUT"] }, "no token"],
  ["fields that are no list", { exposeHeaders: "x-a" }, "must be a list"],
  ["a field that is none", { allowHeaders: ["x a"] }, "no token"],
  ["a name that is none", { origins: APP }, 'there is no option "origins"'],
  ["credentials of text", { origin: APP, credentials: "yes" }, "must be a boolean"],
  ["no object", null, "the options are no object"],
];

for (const [why, options, message] of MISTAKES) {
  Deno.test(`cors() objects to ${why}`, () => {
    assertThrows(() => cors(options as CorsOptions), TypeError, message);
  });
}

for (const maxAge of [-1, 1.5, Infinity, NaN]) {
  Deno.test(`cors() objects to a maxAge of ${maxAge}`, () => {
    assertThrows(() => cors({ maxAge }), RangeError, "maxAge must be 0 or more");
  });
}

Deno.test("errors get the fields as well, over sockets", async () => {
  const table = routes({
    "GET /": () => json({ ok: true }),
    "POST /content": async (request) => text(await request.text()),
    "/throws": () => {
      throw new Error("of the handler");
    },
    "/rejects": () => Promise.reject(new Error("of the handler")),
    "/native": () => Response.redirect("http://localhost/"),
    "/unsendable": () => new Response("a", { headers: { "content-length": "9" } }),
  }, { use: [compose(cors({ origin: [APP], credentials: true }), cors({ origin: [APP] }))] });
  await using local = await startLocal(table.fetch, { limits: { content: 5 } });
  const statuses: [path: string, init: RequestInit, status: number][] = [
    ["/", {}, 200],
    ["/throws", {}, 500],
    ["/rejects", {}, 500],
    ["/unsendable", {}, 500],
    ["/nowhere", {}, 404],
    ["/", { method: "DELETE" }, 405],
    ["/", { method: "OPTIONS" }, 204],
    ["/content", { method: "POST", body: "too long" }, 413],
    ["/native", { redirect: "manual" }, 302],
  ];
  for (const [path, init, status] of statuses) {
    const response = await fetch(local.origin + path, { ...init, headers: { origin: APP } });
    await response.body?.cancel();
    assertEquals(response.status, status, path);
    assertEquals(response.headers.get("access-control-allow-origin"), APP, path);
    assertEquals(response.headers.get("vary"), "Origin", path);
  }
  assertEquals(local.errors.length, 3);
});

Deno.test("an error without an answer of its own is answered all the same", async () => {
  await using local = await startLocal((request, context) =>
    cors({ origin: () => true })(() => {
      throw new Error("of the handler");
    })(request, context), {
    onError: () => undefined as unknown as Response,
  });
  const { error } = console;
  console.error = () => {};
  try {
    const response = await fetch(local.origin, { headers: { origin: APP } });
    assertEquals([response.status, await response.text()], [500, "Internal Server Error"]);
  } finally {
    console.error = error;
  }
});

Deno.test("an answer in the place of a handler that takes too long gets the fields, too", async () => {
  const server = new MemoryServer(cors()(() => new Promise(() => {})), {
    timeouts: { handler: 1_000 },
  });
  const client = server.connect();
  client.send(request("GET / HTTP/1.1", [`Origin: ${APP}`]));
  server.clock.advance(3_000);
  await settle();
  const [answer] = readAnswers(client.read(), ["GET"]);
  assertEquals(answer.status, 503);
  assertEquals(answer.fields.filter(([name]) => name.startsWith("access-control")), [
    ["access-control-allow-origin", "*"],
  ]);
});
