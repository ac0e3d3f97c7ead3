import { type Handler, json, text } from "../../mod.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { Random } from "./random.ts";
import { startLocal } from "./servers.ts";
import { toText, WireClient } from "./wire_client.ts";

const OCTETS = new Random(4).octets(200_000);
const FIELDS = { "content-type": "application/x-own", "x-one": "1" };

/** What another server, or another request, made of a request. */
interface Seen {
  readonly method: string;
  readonly type: string | null;
  readonly one: string | null;
  readonly same: boolean;
}

const HANDED_ON: [what: string, handler: Handler][] = [
  ["new Request(request)", async (request) => json(await see(new Request(request)))],
  [
    "new Request(url, request)",
    async (request) => {
      const other = new Request("http://elsewhere.example/", request);
      assertEquals(other.url, "http://elsewhere.example/");
      return json(await see(other));
    },
  ],
  [
    "new Request(request, init)",
    async (request) => {
      const changed = new Request(request, { headers: { ...FIELDS, "x-one": "2" } });
      assertEquals(changed.headers.get("x-one"), "2");
      return json({ ...await see(changed), one: "1" });
    },
  ],
  ["request.clone()", async (request) => json(await see(request.clone()))],
  [
    "request behind its clone",
    async (request) => {
      const clone = request.clone();
      const [seen, again] = await Promise.all([see(request), see(clone)]);
      assertEquals(seen, again);
      return json(seen);
    },
  ],
  [
    "request.blob()",
    async (request) => {
      const body = await request.blob();
      assertEquals(body.type, "application/x-own");
      return json(await see(new Request(request.url, { method: "PUT", headers: FIELDS, body })));
    },
  ],
  ["request itself", async (request) => json(await see(request))],
];

for (const [what, handler] of HANDED_ON) {
  Deno.test(`hand-on: ${what} has the method, fields and content`, async () => {
    await using local = await startLocal(handler);
    const response = await fetch(local.origin, { method: "PUT", headers: FIELDS, body: OCTETS });
    assertEquals(response.status, 200, String(local.errors[0]));
    assertEquals(await response.json(), {
      method: "PUT",
      type: "application/x-own",
      one: "1",
      same: true,
    });
  });
}

Deno.test("hand-on: requests without content, too", async () => {
  await using local = await startLocal((request) => {
    const copies = [new Request(request), new Request(request.url, request), request.clone()];
    return json(copies.map(({ method, body, url }) => [method, body, url === request.url]));
  });
  assertEquals(
    await (await fetch(local.origin)).json(),
    Array.from({ length: 3 }, () => ["GET", null, true]),
  );
});

Deno.test("hand-on: a request whose content was read cannot be handed on", async () => {
  await using local = await startLocal(async (request) => {
    await request.text();
    assert(request.bodyUsed);
    assertThrows(() => new Request(request), TypeError);
    assertThrows(() => request.clone(), TypeError);
    await assertRejects(() => request.text(), TypeError);
    return text("ok");
  });
  const response = await fetch(local.origin, { method: "POST", body: "content" });
  assertEquals([response.status, await response.text()], [200, "ok"], String(local.errors[0]));
});

Deno.test("hand-on: content that a copy has taken is used", async () => {
  await using local = await startLocal(async (request) => {
    const copy = new Request(request);
    assertEquals(await copy.text(), "content");
    assert(request.bodyUsed);
    await assertRejects(() => request.text(), TypeError);
    return text("ok");
  });
  const response = await fetch(local.origin, { method: "POST", body: "content" });
  assertEquals([response.status, await response.text()], [200, "ok"], String(local.errors[0]));
});

Deno.test("hand-on: new Response(request.body) sends back what comes, as it comes", async () => {
  await using local = await startLocal((request) => new Response(request.body));
  using client = await WireClient.connect(local.addr);
  await client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  await client.send("3\r\none\r\n");
  const marker = "\r\n\r\n3\r\none\r\n";
  let received = "";
  while (!received.endsWith(marker)) received += toText(await client.octets(1));
  await client.send("3\r\ntwo\r\n");
  assertEquals(toText(await client.octets(8)), "3\r\ntwo\r\n");
  await client.send("0\r\n\r\n");
  assertEquals(toText(await client.octets(5)), "0\r\n\r\n");
  await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nagain");
  assertEquals(toText((await client.response("POST")).content), "again");
});

Deno.test("hand-on: request.formData() of a form that fetch sends", async () => {
  await using local = await startLocal(async (request) => {
    const form = await request.formData();
    const file = form.get("file") as File;
    const same = equal(await file.bytes(), OCTETS);
    return json({ name: form.get("name"), file: [file.name, file.type, same] });
  });
  const body = new FormData();
  body.append("name", "Ada");
  body.append("file", new File([OCTETS], "a.bin", { type: "image/png" }));
  const response = await fetch(local.origin, { method: "POST", body });
  assertEquals(await response.json(), { name: "Ada", file: ["a.bin", "image/png", true] });
});

Deno.test("hand-on: a form that is none makes formData() reject, and a 500 of nobody's fault", async () => {
  await using local = await startLocal(async (request) =>
    text(String((await request.formData()).get("a")))
  );
  const response = await fetch(local.origin, { method: "POST", body: "no form" });
  assertEquals([response.status, await response.text()], [500, "failed"]);
  assert(local.errors[0] instanceof TypeError);
});

Deno.test("hand-on: fetch(request) of a proxy takes method, fields and content", async () => {
  await using upstream = await startLocal(async (request) => json(await see(request)));
  // A proxy gets the whole URI of what the client wants (RFC 9112 §3.2.2).
  await using proxy = await startLocal((request) => fetch(request));
  using client = await WireClient.connect(proxy.addr);
  const { host } = new URL(upstream.origin);
  await client.send(
    `PUT ${upstream.origin}/ HTTP/1.1\r\nHost: ${host}\r\n`,
    "Content-Type: application/x-own\r\nX-One: 1\r\nContent-Length: 200000\r\n\r\n",
    OCTETS,
  );
  const { status, content } = await client.response("PUT");
  assertEquals(status, 200, String(proxy.errors[0]));
  assertEquals(JSON.parse(toText(content)), {
    method: "PUT",
    type: "application/x-own",
    one: "1",
    same: true,
  });
});

Deno.test("hand-on: fetch(url, request) of a proxy", async () => {
  await using upstream = await startLocal(async (request) => json(await see(request)));
  await using proxy = await startLocal((request, { url }) =>
    fetch(upstream.origin + url.pathname, request)
  );
  const response = await fetch(proxy.origin, { method: "PUT", headers: FIELDS, body: OCTETS });
  assertEquals(await response.json(), {
    method: "PUT",
    type: "application/x-own",
    one: "1",
    same: true,
  });
  assertEquals((await fetch(`${proxy.origin}/`)).status, 200);
});

Deno.test("hand-on: a proxy streams both ways, before either has ended", async () => {
  await using upstream = await startLocal((request) => new Response(request.body));
  await using proxy = await startLocal((request) => fetch(new Request(upstream.origin, request)));
  const upload = new TransformStream<Uint8Array, Uint8Array>();
  const writer = upload.writable.getWriter();
  const first = writer.write(new TextEncoder().encode("one"));
  const response = await fetch(proxy.origin, { method: "POST", body: upload.readable });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  assertEquals((await reader.read()).value, "one");
  await first;
  const second = writer.write(new TextEncoder().encode("two"));
  assertEquals((await reader.read()).value, "two");
  await second;
  await writer.close();
  assertEquals((await reader.read()).done, true);
});

Deno.test("hand-on: a response of fetch is sent on, its status and fields too", async () => {
  await using upstream = await startLocal(() =>
    new Response("teapot", {
      status: 418,
      headers: [["x-own", "1"], ["set-cookie", "a=1"], ["set-cookie", "b=2"]],
    })
  );
  await using proxy = await startLocal(() => fetch(upstream.origin));
  const response = await fetch(proxy.origin);
  assertEquals([response.status, await response.text()], [418, "teapot"]);
  assertEquals(response.headers.get("x-own"), "1");
  assertEquals(response.headers.getSetCookie(), ["a=1", "b=2"]);
});

Deno.test("hand-on: a client that leaves ends what its proxy fetches", async () => {
  const cancelled = Promise.withResolvers<void>();
  await using upstream = await startLocal(() =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
        cancel: () => cancelled.resolve(),
      }),
    )
  );
  await using proxy = await startLocal((request) => fetch(new Request(upstream.origin, request)));
  {
    using client = await WireClient.connect(proxy.addr);
    await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await client.octets(100_000);
  }
  await cancelled.promise;
});

async function see(request: Request): Promise<Seen> {
  const { method, headers } = request;
  return {
    method,
    type: headers.get("content-type"),
    one: headers.get("x-one"),
    same: equal(await request.bytes(), OCTETS),
  };
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, i) => octet === b[i]);
}
