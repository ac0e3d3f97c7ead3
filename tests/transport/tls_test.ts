import { json, serve, type ServeOptions, text } from "../../mod.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { type LocalServer, startLocal } from "./servers.ts";
import { curl } from "./tools.ts";
import { WireClient } from "./wire_client.ts";

const FIXTURES = new URL("../fixtures/", import.meta.url);
const cert = Deno.readTextFileSync(new URL("localhost.cert.pem", FIXTURES));
const key = Deno.readTextFileSync(new URL("localhost.key.pem", FIXTURES));

/** What begins a TLS connection: a handshake record, and the first octets of a hello (RFC 8446 §5.1). */
const TLS_HELLO = Uint8Array.of(0x16, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3, ...new Uint8Array(32));

Deno.test("TLS: fetch is answered, and the URL is https", async () => {
  await using local = await startTls();
  using client = Deno.createHttpClient({ caCerts: [cert] });
  const body = "x".repeat(200_000);
  const response = await fetch(`${local.origin}/a?b`, { client, method: "POST", body });
  assertEquals(await response.json(), {
    url: `${local.origin}/a?b`,
    method: "POST",
    octets: 200_000,
  });
});

Deno.test("TLS: curl is answered", async () => {
  await using local = await startTls();
  const cacert = new URL("localhost.cert.pem", FIXTURES).pathname;
  const { code, stdout } = await curl(["--cacert", cacert, "-d", "hi", `${local.origin}/`]);
  assertEquals(code, 0);
  assertEquals(JSON.parse(stdout), { url: `${local.origin}/`, method: "POST", octets: 2 });
});

Deno.test("TLS: pipelined requests are answered in order, then close_notify", async () => {
  await using local = await startTls();
  using client = new WireClient(await connectTls(local));
  const request = (path: string) => `GET /${path} HTTP/1.1\r\nHost: localhost\r\n`;
  await client.send(
    `${request("1")}\r\n${request("2")}\r\n${request("3")}Connection: close\r\n\r\n`,
  );
  for (const path of ["1", "2", "3"]) {
    const { content } = await client.response();
    assertEquals(JSON.parse(new TextDecoder().decode(content)).url, `https://localhost/${path}`);
  }
  // A connection that is cut without close_notify would make this read reject.
  assertEquals((await client.rest()).length, 0);
});

Deno.test("TLS: a request-target of https is served (RFC 9110 §7.4)", async () => {
  await using local = await startTls();
  using client = new WireClient(await connectTls(local));
  await client.send("GET https://localhost/a HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const { status, content } = await client.response();
  assertEquals(status, 200);
  assertEquals(JSON.parse(new TextDecoder().decode(content)).url, "https://localhost/a");
});

Deno.test("plain HTTP on a TLS port gets no answer, and hurts nobody else", async () => {
  await using local = await startTls();
  using plain = await WireClient.connect(local.addr);
  await plain.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const rest = await plain.rest().catch(() => new Uint8Array());
  // An alert (21) at most (RFC 8446 §6).
  assert(rest.length === 0 || rest[0] === 21, String(rest));
  using client = Deno.createHttpClient({ caCerts: [cert] });
  assertEquals((await (await fetch(local.origin, { client })).json()).method, "GET");
  assertEquals(local.errors, []);
});

Deno.test("a client that does not trust the certificate hurts nobody else", async () => {
  await using local = await startTls();
  await assertRejects(() => fetch(local.origin), TypeError);
  using client = Deno.createHttpClient({ caCerts: [cert] });
  assertEquals((await (await fetch(local.origin, { client })).json()).method, "GET");
  assertEquals(local.server.stats().requests.total, 1);
});

Deno.test("a TLS hello on a plain port is answered 400 at once, and the connection closes", async () => {
  await using local = await startLocal(() => text("never"));
  using client = await WireClient.connect(local.addr);
  // No line ends here, and the client does not say that it is done.
  await client.send(TLS_HELLO);
  const { status, headers } = await client.response();
  assertEquals([status, headers.get("connection")], [400, "close"]);
  assertEquals((await client.rest()).length, 0);
  assertEquals(local.refusals, ["not-http"]);
});

Deno.test("shutdown() closes idle TLS connections", async () => {
  await using local = await startTls();
  using client = new WireClient(await connectTls(local));
  await client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  assertEquals((await client.response()).status, 200);
  const stopped = local.server.shutdown();
  assert(await client.isOver());
  client[Symbol.dispose]();
  await stopped;
});

Deno.test("serve() takes cert and key together only, and none that are no PEM", () => {
  const start = (options: ServeOptions) => serve({ port: 0, ...options }, () => text(""));
  assertThrows(() => start({ cert }), TypeError, "both cert and key");
  assertThrows(() => start({ key }), TypeError, "both cert and key");
  assertThrows(() => start({ cert: "no", key: "PEM" }), Error);
});

function startTls(): Promise<LocalServer> {
  return startLocal(async (request) => {
    const { url, method } = request;
    return json({ url, method, octets: (await request.bytes()).length });
  }, { cert, key });
}

function connectTls({ addr: { port } }: LocalServer): Promise<Deno.TlsConn> {
  return Deno.connectTls({ hostname: "localhost", port, caCerts: [cert] });
}
