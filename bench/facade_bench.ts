import { DEFAULT_LIMITS } from "../src/protocol/limits.ts";
import { type RequestHead, RequestHeadParser } from "../src/protocol/request_head.ts";
import { LazyRequest } from "../src/web/lazy_request.ts";
import { text } from "../mod.ts";
import { BROWSER_FIELDS, BROWSER_GET, JSON_POST } from "./messages.ts";

type Look = (request: Request) => number | Promise<number>;

const GET = parse(BROWSER_GET);
const POST = parse(JSON_POST);
const CONTENT = JSON_POST.slice(-28);

/** What handlers ask for, from little to all. */
const LOOKS: [what: string, message: "GET" | "POST", look: Look][] = [
  ["nothing", "GET", () => 1],
  ["method and url", "GET", (request) => request.method.length + request.url.length],
  ["one field", "GET", (request) => request.headers.get("cookie")!.length],
  ["every field", "GET", (request) => [...request.headers].length],
  ["JSON", "POST", async (request) => (await request.json()).name.length],
  ["a clone", "POST", (request) => request.clone().url.length],
];

let sink = 0;

for (const [what, message, look] of LOOKS) {
  const group = `facade: ${what}`;
  const [lazy, native] = message === "GET" ? [lazyGet, nativeGet] : [lazyPost, nativePost];
  bench(group, "Request", native, look);
  bench(group, "LazyRequest", lazy, look);
}

for (
  const [what, look] of [
    ["status", (response) => response.status],
    ["a field", (response) => response.headers.get("content-type")!.length],
  ] satisfies [string, (response: Response) => number][]
) {
  Deno.bench({
    group: `response: ${what}`,
    name: "new Response()",
    baseline: true,
    fn: () => {
      sink += look(new Response("Hello, World!"));
    },
  });

  Deno.bench({
    group: `response: ${what}`,
    name: "text()",
    fn: () => {
      sink += look(text("Hello, World!"));
    },
  });
}

function bench(group: string, name: string, make: () => Request, look: Look): void {
  const baseline = name === "Request";
  const isAsync = look(make()) instanceof Promise;
  if (isAsync) {
    Deno.bench({
      group,
      name,
      baseline,
      fn: async () => {
        sink += await look(make());
      },
    });
  } else {
    Deno.bench({
      group,
      name,
      baseline,
      fn: () => {
        sink += look(make()) as number;
      },
    });
  }
}

function lazyGet(): Request {
  return facade(GET);
}

function lazyPost(): Request {
  return facade(POST);
}

function nativeGet(): Request {
  return new Request("http://www.example.com/articles/2025/an-article?page=2&sort=new", {
    headers: BROWSER_FIELDS as [string, string][],
  });
}

function nativePost(): Request {
  return new Request("http://localhost:8000/users", {
    method: "POST",
    headers: { "Content-Type": "application/json", "Content-Length": "28" },
    body: CONTENT,
  });
}

function facade(head: RequestHead): Request {
  let piece: Uint8Array | undefined = CONTENT;
  const source = {
    read: () => {
      const now = piece;
      piece = undefined;
      return now;
    },
    cancel: () => {},
  };
  return new LazyRequest(head, {
    scheme: "http",
    authority: "localhost",
    openContent: () => source,
  }) as LazyRequest & Request;
}

function parse(octets: Uint8Array): RequestHead {
  const parser = new RequestHeadParser(DEFAULT_LIMITS);
  if (parser.parse(octets, 0, octets.length) === undefined) {
    throw new Error("The head is not whole");
  }
  return parser.head;
}

globalThis.addEventListener("unload", () => {
  if (sink === 0) throw new Error("Cannot trust the benchmark: nothing was consumed");
});
