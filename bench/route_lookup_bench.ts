import type { Context, Handler } from "../mod.ts";
import { routes, text } from "../mod.ts";
import { PATHNAME } from "../src/handler.ts";

const answer = text("ok");
const handler: Handler = () => answer;

let sink = 0;

/** A context as the server's: objects that are made for each request cost it elsewhere. */
const context = {
  params: {},
  segments: [],
  route: undefined,
  url: new URL("http://localhost/"),
  remoteAddr: { transport: "tcp", hostname: "127.0.0.1", port: 1 },
  localAddr: { transport: "tcp", hostname: "127.0.0.1", port: 1 },
  limits: { content: 0, drain: 0 },
  completed: Promise.resolve({ status: 200, contentOctets: 0 }),
} satisfies Context;

/** A request that has its path at hand, as the server's has. */
function requestFor(path: string): Request {
  return { method: "GET", [PATHNAME]: path } as unknown as Request;
}

/** Half the patterns are literal, half have a parameter. */
function patternsOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const kind = `/v1/kind${index >> 1}`;
    return index % 2 === 0 ? `${kind}/all` : `${kind}/:id/parts`;
  });
}

for (const count of [10, 100, 1_000]) {
  const patterns = patternsOf(count);
  const linear = patterns.map((pathname) => new URLPattern({ pathname }));
  const table = routes(Object.fromEntries(patterns.map((each) => [`GET ${each}`, handler])));
  const middle = count >> 2;
  for (
    const [what, path] of [
      ["literal", `/v1/kind${middle}/all`],
      ["parameter", `/v1/kind${middle}/42/parts`],
      ["encoded parameter", `/v1/kind${middle}/%C3%A9t%C3%A9/parts`],
    ]
  ) {
    const group = `route lookup: ${what}, ${count} routes`;
    const request = requestFor(path);
    Deno.bench({
      group,
      name: "URLPattern, one after the other",
      baseline: true,
      fn: () => {
        for (const pattern of linear) {
          const found = pattern.exec({ pathname: path });
          if (found === null) continue;
          sink += Object.keys(found.pathname.groups).length;
          break;
        }
      },
    });
    Deno.bench({
      group,
      name: "route table",
      fn: () => {
        sink += (table.fetch(request, context) as Response).status;
      },
    });
  }
}

globalThis.addEventListener("unload", () => {
  if (sink === 0) throw new Error("Cannot trust the benchmark: nothing was consumed");
});
