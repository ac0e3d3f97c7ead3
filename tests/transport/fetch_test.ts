import { json, routes, text } from "../../mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { Random } from "./random.ts";
import { type LocalServer, startLocal } from "./servers.ts";

const OCTETS = new Random(3).octets(500_000);

Deno.test("fetch: methods, with and without content", async () => {
  await using local = await start();
  for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY", "custom"]) {
    const body = method === "GET" ? undefined : "content";
    const response = await fetch(`${local.origin}/method`, { method, body });
    assertEquals(await response.text(), `${method} ${body ?? ""}`);
  }
  const head = await fetch(`${local.origin}/method`, { method: "HEAD" });
  assertEquals([head.status, head.headers.get("content-length")], [200, "5"]);
  assertEquals(await head.text(), "");
});

Deno.test("fetch: one connection serves many requests", async () => {
  await using local = await start();
  using client = Deno.createHttpClient({});
  for (let i = 0; i < 20; i++) {
    const response = await fetch(`${local.origin}/method`, { client, method: "PUT", body: `${i}` });
    assertEquals(await response.text(), `PUT ${i}`);
  }
  assertEquals(local.server.stats().connections.accepted, 1);
});

Deno.test("fetch: fields reach the handler, and come back", async () => {
  await using local = await start();
  const response = await fetch(`${local.origin}/fields`, {
    headers: [["x-many", "a"], ["x-many", "b"], ["x-latin", "caf\xe9"]],
  });
  assertEquals(await response.json(), { many: "a, b", latin: "caf\xe9" });
  assertEquals(response.headers.getSetCookie(), ["a=1", "b=2"]);
  assertEquals(response.status, 201);
});

Deno.test("fetch: a streamed upload comes back octet for octet", async () => {
  await using local = await start();
  const body = new Blob([OCTETS]).stream();
  const response = await fetch(`${local.origin}/echo`, { method: "POST", body });
  assertEquals(await response.bytes(), OCTETS);
});

Deno.test("fetch: content of every size comes back octet for octet", async () => {
  await using local = await start();
  for (const size of [0, 1, 4_095, 4_096, 65_536, 65_537, 500_000]) {
    const body = OCTETS.slice(0, size);
    const response = await fetch(`${local.origin}/echo`, { method: "POST", body });
    assert(equal(await response.bytes(), body), `${size} octets`);
  }
});

Deno.test("fetch: statuses without content", async () => {
  await using local = await start();
  for (const status of [204, 205, 304]) {
    const response = await fetch(`${local.origin}/status/${status}`);
    assertEquals([response.status, await response.text()], [status, ""]);
  }
  assertEquals((await fetch(`${local.origin}/method`, { method: "PUT" })).status, 200);
});

Deno.test("fetch: a redirect is followed, its content sent again where it must be", async () => {
  await using local = await start();
  const post = { method: "POST", body: "content" };
  const kept = await fetch(`${local.origin}/redirect/307`, post);
  assertEquals([kept.redirected, await kept.text()], [true, "POST content"]);
  const changed = await fetch(`${local.origin}/redirect/303`, post);
  assertEquals([changed.redirected, await changed.text()], [true, "GET "]);
});

Deno.test("fetch: a form of fields and files", async () => {
  await using local = await start();
  const form = new FormData();
  form.append("name", "Ada\r\nLovelace");
  form.append("file", new File([OCTETS], "a.bin", { type: "application/x-own" }));
  const response = await fetch(`${local.origin}/form`, { method: "POST", body: form });
  assertEquals(await response.json(), {
    name: "Ada\r\nLovelace",
    file: ["a.bin", "application/x-own", OCTETS.length],
  });
  const fields = new URLSearchParams({ name: "Ada & Co" });
  const encoded = await fetch(`${local.origin}/form`, { method: "POST", body: fields });
  assertEquals(await encoded.json(), { name: "Ada & Co" });
});

Deno.test("fetch: compressed content is the handler's to undo", async () => {
  await using local = await start();
  const body = new Blob(["hello ".repeat(1_000)]).stream()
    .pipeThrough(new CompressionStream("gzip"));
  const response = await fetch(`${local.origin}/unzip`, { method: "POST", body });
  assertEquals(await response.text(), "hello ".repeat(1_000));
});

Deno.test("fetch: a client that aborts makes the read reject, and the signal abort", async () => {
  const failed = Promise.withResolvers<unknown>();
  const aborted = Promise.withResolvers<void>();
  await using local = await startLocal((request) => {
    request.signal.addEventListener("abort", () => aborted.resolve());
    return request.text().then(text, (error) => {
      failed.resolve(error);
      throw error;
    });
  });
  const controller = new AbortController();
  const pulls: ReadableStreamDefaultController<Uint8Array>[] = [];
  const body = new ReadableStream<Uint8Array>({
    start: (stream) => void pulls.push(stream),
  });
  const answer = fetch(local.origin, { method: "POST", body, signal: controller.signal });
  pulls[0].enqueue(OCTETS.slice(0, 1_000));
  answer.catch(() => {});
  while (local.server.stats().requests.inFlight === 0) await new Promise((go) => setTimeout(go, 5));
  controller.abort();
  await assertRejects(() => answer, DOMException);
  assert(await failed.promise instanceof Error);
  await aborted.promise;
});

Deno.test("fetch: an answer whose stream fails is not taken for a whole one", async () => {
  await using local = await startLocal(() => {
    let chunks = 0;
    return new Response(
      new ReadableStream({
        pull(controller) {
          if (++chunks > 3) throw new Error("no more");
          controller.enqueue(new Uint8Array(1_000));
        },
      }),
    );
  });
  const response = await fetch(local.origin);
  assertEquals(response.status, 200);
  await assertRejects(() => response.bytes());
  assertEquals(local.errors.map((error) => (error as Error).message), ["no more"]);
});

Deno.test("fetch: a handler that throws is a 500, and the connection lives on", async () => {
  await using local = await startLocal(({ url }) => {
    if (url.endsWith("/bad")) throw new Error("bad");
    return text("good");
  });
  using client = Deno.createHttpClient({});
  const bad = await fetch(`${local.origin}/bad`, { client });
  assertEquals([bad.status, await bad.text()], [500, "failed"]);
  assertEquals(await (await fetch(local.origin, { client })).text(), "good");
  assertEquals(local.errors.map((error) => (error as Error).message), ["bad"]);
  assertEquals(local.server.stats().connections.accepted, 1);
});

function start(): Promise<LocalServer> {
  return startLocal(
    routes({
      "/method": async (request) => text(`${request.method} ${await request.text()}`),
      "/fields": ({ headers }) =>
        json({ many: headers.get("x-many"), latin: headers.get("x-latin") }, {
          status: 201,
          statusText: "Made",
          headers: [["set-cookie", "a=1"], ["set-cookie", "b=2"]],
        }),
      "/echo": (request) => new Response(request.body),
      "/status/:status": (_request, { params }) =>
        new Response(null, { status: Number(params.status) }),
      "/redirect/:status": async (request, { params }) => {
        await request.bytes();
        return new Response(null, {
          status: Number(params.status),
          headers: { location: "/method" },
        });
      },
      "/form": async (request) => {
        const entries = [...await request.formData()].map(([name, value]) => [
          name,
          typeof value === "string" ? value : [value.name, value.type, value.size],
        ]);
        return json(Object.fromEntries(entries));
      },
      "/unzip": (request) =>
        new Response(request.body!.pipeThrough(new DecompressionStream("gzip"))),
    }).fetch,
  );
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, i) => octet === b[i]);
}
