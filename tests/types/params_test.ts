import type { Handler, ParamsOf } from "@culvert/http";
import type { RouteHandlerOf } from "../../src/routing/params.ts";
import type { RouteHandler } from "../../src/routing/route.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true
  : false;

function assertType<_Holds extends true>(): void {}

type Params = Readonly<Record<string, string | undefined>>;

Deno.test("ParamsOf names the parameters of a key", () => {
  assertType<Equal<ParamsOf<"GET /orgs/:org/repos/:repo?">, { org: string; repo?: string }>>();
  assertType<Equal<ParamsOf<"/orgs/:org">, { org: string }>>();
  assertType<Equal<ParamsOf<"GET /">, Record<never, never>>>();
  assertType<Equal<keyof ParamsOf<"GET /a/b">, never>>();
  assertType<Equal<ParamsOf<"GET /:from-:to.json">, { from: string; to: string }>>();
  assertType<Equal<ParamsOf<"/:a:b">, { a: string; b: string }>>();
  assertType<Equal<ParamsOf<"/:Ab_9/x">, { Ab_9: string }>>();
  assertType<Equal<ParamsOf<"M-SEARCH /:a">, { a: string }>>();
});

Deno.test("ParamsOf knows constraints, modifiers and the wildcard", () => {
  assertType<Equal<ParamsOf<"/:id(\\d+)">, { id: string }>>();
  assertType<Equal<ParamsOf<"/:id(\\d+)?">, { id?: string }>>();
  assertType<Equal<ParamsOf<"/:id((?:a|b):\\)/)/:c">, { id: string; c: string }>>();
  assertType<Equal<ParamsOf<"/:path+">, { path: string }>>();
  assertType<Equal<ParamsOf<"/:path*">, { path?: string }>>();
  assertType<Equal<ParamsOf<"/files/*">, { "0": string }>>();
  assertType<Equal<ParamsOf<"/:a/:b?/*">, { a: string; b?: string; "0": string }>>();
});

Deno.test("ParamsOf allows any name where the key is not known", () => {
  assertType<Equal<ParamsOf<string>, Params>>();
  assertType<Equal<RouteHandlerOf<string>, RouteHandler>>();
});

Deno.test("ParamsOf is never for what is no key", () => {
  assertType<Equal<ParamsOf<"GET /{a}">, never>>();
  assertType<Equal<ParamsOf<"get /:a">, never>>();
});

/** Keys that are no route: they stand for nothing but the reason. */
interface NoRoutes {
  "GET users": string;
  "users": string;
  "": string;
  "get /": string;
  "Get /": string;
  "GET  /": string;
  " /": string;
  "G(T /": string;
  "GET /a{b}": string;
  "GET /a}": string;
  "GET /a\\b": string;
  "GET /(\\d+)": string;
  "GET /a)": string;
  "GET /:": string;
  "GET /:1": string;
  "GET /:a/:a": string;
  "GET /:a(\\d": string;
  "GET /:a(\\": string;
  "GET /:a(\\d)(b)": string;
  "GET /x:a?": string;
  "GET /:a+x": string;
  "GET /a?": string;
  "GET /a+": string;
  "GET /a*": string;
  "GET /*/b": string;
  "GET /:a**": string;
}

Deno.test("routes() refuses a handler for what is no key", () => {
  type Accepted = { [Key in keyof NoRoutes]: Handler extends RouteHandlerOf<Key> ? Key : never };
  type Reasons = { [Key in keyof NoRoutes]: RouteHandlerOf<Key> extends string ? never : Key };
  assertType<Equal<Accepted[keyof NoRoutes], never>>();
  assertType<Equal<Reasons[keyof NoRoutes], never>>();
  assertType<Equal<string extends RouteHandlerOf<keyof NoRoutes> ? true : false, false>>();
});
