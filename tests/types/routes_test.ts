import { type Handler, type Middleware, mount, routes, text } from "@culvert/http";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true
  : false;

function assertType<_Holds extends true>(): void {}

/** Fails to compile unless `params` is exactly what is expected. */
function expectParams<Expected>() {
  return <Actual>(
    _params: Actual,
    ..._equal: Equal<Expected, Actual> extends true ? [] : [never]
  ) => text("ok");
}

const pass: Middleware = (next) => next;

Deno.test("routes() types params from the key", () => {
  routes({
    "GET /": (_request, { params }) => expectParams<Record<never, never>>()(params),
    "GET /orgs/:org/repos/:repo?": (_request, { params }) =>
      expectParams<{ org: string; repo?: string }>()(params),
    "/files/*": async (_request, { params }) => await expectParams<{ "0": string }>()(params),
    "POST /:id(\\d+)": {
      handler: (_request, { params }) => expectParams<{ id: string }>()(params),
      limits: { content: 1 },
      use: [pass],
    },
    "PUT /:id": {
      fetch: (_request, { params }) => expectParams<{ id: string }>()(params),
    },
    "PATCH /:id": {
      handler: { fetch: (_request, { params }) => expectParams<{ id: string }>()(params) },
    },
  }, { use: [pass] });
});

Deno.test("routes() knows no other names", () => {
  routes({
    // @ts-expect-error: the parameter is called org.
    "GET /:org": (_request, { params }) => text(params.organisation),
    // @ts-expect-error: an optional parameter may be absent.
    "GET /a/:b?": (_request, { params }) => text(params.b),
    // @ts-expect-error: there is no parameter.
    "GET /a/b": (_request, { params }) => text(params.a),
    // @ts-expect-error: the wildcard is called 0.
    "GET /b/*": (_request, { params }) => text(params["1"]),
    "GET /c/:d": {
      // @ts-expect-error: the parameter is called d.
      handler: (_request, { params }) => text(params.c),
    },
  });
});

Deno.test("routes() takes no key that is no route", () => {
  const make = () => text("ok");
  type Build = () => void;
  const builds: Build[] = [
    // @ts-expect-error: braces.
    () => routes({ "GET /{a}": make }),
    // @ts-expect-error: lower case.
    () => routes({ "get /a": make }),
    // @ts-expect-error: no slash.
    () => routes({ "GET a": make }),
    // @ts-expect-error: a name twice.
    () => routes({ "GET /:a/:a": make }),
    // @ts-expect-error: no handler.
    () => routes({ "GET /a": "text" }),
    // @ts-expect-error: no such option.
    () => routes({ "GET /a": { handler: make, limit: 1 } }),
    // @ts-expect-error: an answer that is no response.
    () => routes({ "GET /a": () => "text" }),
  ];
  assertType<Equal<(typeof builds)[number], Build>>();
});

Deno.test("routes() takes an application of another library", () => {
  interface Execution {
    waitUntil(promise: Promise<unknown>): void;
  }
  interface Application {
    fetch: (request: Request, env?: object, execution?: Execution) => Response | Promise<Response>;
  }
  const application: Application = { fetch: () => text("ok") };
  routes({ "/app/*": application, "/:id": application.fetch, "GET /": { handler: application } });
});

Deno.test("routes() takes a table that is only known when the program runs", () => {
  const table: Record<string, Handler> = {};
  assertType<Equal<keyof typeof table, string>>();
  routes(table);
});

Deno.test("routes() and mount() keep the keys", () => {
  const users = routes({
    "GET /": () => text("all"),
    "/:id": (_request, { params }) => expectParams<{ id: string }>()(params),
  });
  assertType<Equal<ReturnType<typeof users.entries>[number]["key"], "GET /" | "/:id">>();

  const mounted = mount("/:org/users", users);
  assertType<Equal<keyof typeof mounted, "GET /:org/users" | "/:org/users/:id">>();

  const api = routes({
    ...mounted,
    "GET /ready/:since?": (_request, { params }) => expectParams<{ since?: string }>()(params),
  });
  type Keys = "GET /:org/users" | "/:org/users/:id" | "GET /ready/:since?";
  assertType<Equal<ReturnType<typeof api.entries>[number]["key"], Keys>>();

  // @ts-expect-error: a handler is no table.
  const mountHandler = () => mount("/api", () => text("ok"));
  void mountHandler;
});

Deno.test("a route table is what `deno serve` and serve() take", () => {
  const table = routes({ "GET /": () => text("ok") });
  table satisfies Deno.ServeDefaultExport;
  table satisfies { fetch: Handler };
});
