import type { Context } from "../mod.ts";
import { makeApp } from "../src/showcase/app.ts";
import { makeShowcase } from "../src/showcase/routes.ts";
import { type AppSettings, ownFolder, whyNotServed } from "../src/showcase/settings.ts";
import { assert, assertEquals, assertStringIncludes } from "./assert.ts";

const SETTINGS: AppSettings = {
  limit: 100,
  log: false,
  listing: true,
  dotfiles: false,
  cors: false,
};

const folder = ownFolder()!;
const metrics = () => new Response("counted");
const showcase = makeShowcase({ isReady: () => true, limit: 0, folder, metrics });

Deno.test("GET / lists every route of the table", async () => {
  const page = await (await get("/")).text();
  const listed = [...page.matchAll(/<span class="method (\w+)">\1<\/span> <code>([^<]+)<\/code>/g)];
  assertEquals(
    listed.map(([, method, pattern]) => `${method} ${pattern}`),
    showcase.entries().map(({ key }) => key),
  );
});

Deno.test("GET / links only to what the showcase answers with 200", async () => {
  const page = await (await get("/")).text();
  const links = [...page.matchAll(/ href="(\/[^"]*)"/g)].map(([, target]) => target);
  assertEquals(links.length, 7);
  for (const link of links) assertEquals((await get(link)).status, 200, link);
});

Deno.test("GET / loads nothing from elsewhere", async () => {
  const page = await (await get("/")).text();
  assertEquals(/<(script|iframe|img|link rel="stylesheet")|url\(|@import/.exec(page), null);
  assertStringIncludes(page, '<link rel="icon" href="data:image/svg+xml,');
});

Deno.test("GET / escapes what the client sends", async () => {
  const agent = `<script>alert("&'")</script>`;
  const page = await (await get("/?<b>", { "user-agent": agent })).text();
  assertStringIncludes(page, "&#60;script&#62;alert(&#34;&#38;&#39;&#34;)&#60;/script&#62;");
  assertEquals(page.includes("<script>"), false);
});

Deno.test("GET /users/:user_id answers with the decoded id", async () => {
  const response = await get("/users/a%20b");
  assertEquals(await response.json(), { id: "a b", status: "active" });
});

for (const method of ["GET", "POST"]) {
  Deno.test(`${method} /echo answers with the query and the client`, async () => {
    const url = "http://localhost/echo?a=1&b=%C3%A4";
    const headers = { "user-agent": "tests/1" };
    const response = await showcase.fetch(new Request(url, { method, headers }));
    assertEquals(await response.json(), {
      received_query: { a: "1", b: "ä" },
      client_agent: "tests/1",
    });
  });
}

Deno.test("GET /echo says that the client is unknown", async () => {
  const response = await get("/echo");
  assertEquals(await response.json(), { received_query: {}, client_agent: "Unknown" });
});

Deno.test("GET /healthz and /readyz answer 200, and 503 while draining", async () => {
  const draining = makeShowcase({ isReady: () => false, limit: 0 });
  const request = new Request("http://localhost/readyz");
  assertEquals((await get("/healthz")).status, 200);
  assertEquals((await get("/readyz")).status, 200);
  assertEquals((await draining.fetch(request)).status, 503);
  assertEquals((await draining.fetch(new Request("http://localhost/healthz"))).status, 200);
});

Deno.test("GET /files/ serves the showcase's own folder, and lists what has no index", async () => {
  assertStringIncludes(await (await get("/files/")).text(), "<title>Files served by Culvert");
  assertStringIncludes(await (await get("/files/media/")).text(), "notes.txt");
  assertEquals((await get("/files/..%2froutes.ts")).status, 404);
});

Deno.test("the showcase limits /users/* and /echo together, by address, and nothing else", async () => {
  const { handler } = await makeApp({ ...SETTINGS, limit: 2 });
  const ask = async (target: string, hostname: string) => {
    const context = { remoteAddr: { transport: "tcp", hostname, port: 1 } } as Context;
    return (await handler(new Request(`http://localhost${target}`), context)).status;
  };
  assertEquals(await ask("/users/1", "192.0.2.1"), 200);
  assertEquals(await ask("/echo", "192.0.2.1"), 200);
  assertEquals(await ask("/users/1", "192.0.2.2"), 200);
  assertEquals(await ask("/healthz", "192.0.2.1"), 200);
  // Unless more than a second has passed, which no test can rule out.
  const statuses = await Promise.all(
    Array.from({ length: 20 }, () => ask("/users/2", "192.0.2.1")),
  );
  assert(statuses.includes(429), `${statuses}`);
});

Deno.test("the showcase counts its requests, and what its limit decided", async () => {
  const { handler } = await makeApp(SETTINGS);
  const context = { remoteAddr: { transport: "tcp", hostname: "192.0.2.1", port: 1 } } as Context;
  const ask = (target: string) => handler(new Request(`http://localhost${target}`), context);
  await ask("/users/7");
  const scrape = await (await ask("/metrics")).text();
  assertStringIncludes(scrape, "culvert_http_requests_total{");
  assertStringIncludes(
    scrape,
    'culvert_rate_limit_decisions_total{policy="per-address",decision="allowed"} 1',
  );
});

const FILES = new URL("../docs/", import.meta.url);

Deno.test("a folder alone is served at the root, with a listing unless that is turned off", async () => {
  const files = decodeURIComponent(FILES.pathname);
  const status = async (settings: Partial<AppSettings>, target: string) => {
    const { handler } = await makeApp({ ...SETTINGS, files, ...settings });
    return (await handler(new Request(`http://localhost${target}`), {} as Context)).status;
  };
  assertEquals(await status({}, "/limits.md"), 200);
  assertEquals(await status({}, "/"), 200);
  assertEquals(await status({ listing: false }, "/"), 404);
  assertEquals(await status({}, "/metrics"), 404);
});

Deno.test("pages of any origin may read a folder's files where --cors says so", async () => {
  const files = decodeURIComponent(FILES.pathname);
  const { handler } = await makeApp({ ...SETTINGS, files, cors: true });
  const request = new Request("http://localhost/limits.md", { headers: { origin: "http://a" } });
  const response = await handler(request, {} as Context);
  assertEquals(response.headers.get("access-control-allow-origin"), "*");
  await response.body?.cancel();
});

Deno.test("whyNotServed() tells what is no folder", () => {
  assertEquals(whyNotServed(folder), undefined);
  assertEquals(whyNotServed(`${folder}index.html`), "it is not a folder");
  assertEquals(whyNotServed(`${folder}nothing`), "there is none of that name");
});

function get(target: string, headers: HeadersInit = {}): Response | Promise<Response> {
  return showcase.fetch(new Request(`http://localhost${target}`, { headers }));
}
