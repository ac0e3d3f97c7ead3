import { assertEquals, assertStringIncludes, assertThrows } from "../assert.ts";
import { type Middleware, mount, routes, type RouteTable, text } from "../../mod.ts";
import { contextOf } from "./tables.ts";

function request(line: string): Request {
  const [method, path] = line.split(" ");
  return new Request(`http://localhost${path}`, { method });
}

const users = routes({
  "GET /": () => text("all"),
  "GET /:id": (_request, { params }) => text(JSON.stringify(params)),
  "/any/*": { handler: (_request, { params }) => text(params["0"]), limits: { content: 5 } },
});

const MOUNTED: [prefix: string, keys: string[], requests: Record<string, string>][] = [
  ["/users", ["GET /users", "GET /users/:id", "/users/any/*"], {
    "GET /users": "all",
    "GET /users/": "Not Found",
    "GET /users/7": '{"id":"7"}',
    "PUT /users/any/a/b": "a/b",
    "PUT /users/7": "Method Not Allowed",
    "GET /7": "Not Found",
  }],
  ["/:org/v1", ["GET /:org/v1", "GET /:org/v1/:id", "/:org/v1/any/*"], {
    "GET /acme/v1/7": '{"org":"acme","id":"7"}',
  }],
];

for (const [prefix, keys, requests] of MOUNTED) {
  Deno.test(`mount() gives the entries of a table under ${prefix}`, async () => {
    const mounted: Record<string, unknown> = { ...mount(prefix, users) };
    assertEquals(Object.keys(mounted), keys);
    const table = routes<Record<string, unknown>>(mounted as never);
    for (const [line, content] of Object.entries(requests)) {
      assertEquals([line, await (await table.fetch(request(line))).text()], [line, content]);
    }
  });
}

Deno.test("mount() keeps limits and names the whole pattern", async () => {
  const context = contextOf(request("GET /"));
  await routes({ ...mount("/users", users) }).fetch(request("GET /users/any/a"), context);
  assertEquals([context.limits.content, context.route], [5, "/users/any/*"]);
});

Deno.test("the use of a mounted table wraps its own entries", async () => {
  const notes: string[] = [];
  const noting = (name: string): Middleware => (next) => {
    notes.push(`apply ${name}`);
    return (request, context) => {
      notes.push(`${name} of ${context.route}`);
      return next(request, context);
    };
  };
  const inner = routes({ "GET /a": () => text("a"), "GET /b": () => text("b") }, {
    use: [noting("inner")],
  });
  const middle = routes({ ...mount("/inner", inner) }, { use: [noting("middle")] });
  const outer = routes({ ...mount("/middle", middle), "GET /b": () => text("b") });
  notes.splice(0);

  await outer.fetch(request("GET /middle/inner/a"));
  assertEquals(notes.splice(0), [
    "middle of /middle/inner/a",
    "inner of /middle/inner/a",
  ]);
  for (const line of ["GET /b", "PUT /middle/inner/a", "GET /middle/none"]) {
    await outer.fetch(request(line));
    assertEquals(notes.splice(0), []);
  }
});

for (const prefix of ["", "/", "users", "/users/"]) {
  Deno.test(`mount() refuses the prefix "${prefix}"`, () => {
    const { message } = assertThrows(() => mount(prefix, users), TypeError);
    assertStringIncludes(message, `Cannot mount under "${prefix}": `);
  });
}

Deno.test("mount() refuses a table that routes() did not make", () => {
  assertThrows(
    () => mount("/users", { ...users } as RouteTable),
    TypeError,
    'Cannot mount under "/users": routes() did not make the table',
  );
});

Deno.test("routes() names the whole key where a prefix does not fit", () => {
  const mounted = mount("/:id", users) as Record<string, unknown>;
  assertThrows(
    () => routes<Record<string, unknown>>(mounted as never),
    TypeError,
    'Cannot add route "GET /:id/:id": the name "id" is repeated',
  );
});
