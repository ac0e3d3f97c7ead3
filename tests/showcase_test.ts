import { makeShowcase } from "../src/showcase.ts";
import { assertEquals, assertStringIncludes } from "./assert.ts";

const showcase = makeShowcase(() => true);

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
  assertEquals(links.length, 5);
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
  const draining = makeShowcase(() => false);
  const request = new Request("http://localhost/readyz");
  assertEquals((await get("/healthz")).status, 200);
  assertEquals((await get("/readyz")).status, 200);
  assertEquals((await draining.fetch(request)).status, 503);
  assertEquals((await draining.fetch(new Request("http://localhost/healthz"))).status, 200);
});

function get(target: string, headers: HeadersInit = {}): Response | Promise<Response> {
  return showcase.fetch(new Request(`http://localhost${target}`, { headers }));
}
