/** A TLS connection that ends without a closure alert (RFC 9112 §9.8). */
import { text } from "../../mod.ts";
import { assertEquals } from "../assert.ts";
import { eventually, type LocalServer, startLocal } from "./servers.ts";
import { WireClient } from "./wire_client.ts";

const FIXTURES = new URL("../fixtures/", import.meta.url);
const cert = Deno.readTextFileSync(new URL("localhost.cert.pem", FIXTURES));
const key = Deno.readTextFileSync(new URL("localhost.key.pem", FIXTURES));

const GET = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

/** Passes octets both ways, and ends the server's side without a closure alert. */
class Relay implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #ends: Deno.Conn[] = [];
  readonly #passing: Promise<void>[] = [];

  /** Connects a client of TLS to a server. */
  async connect({ addr }: LocalServer): Promise<WireClient> {
    const { port } = this.#listener.addr as Deno.NetAddr;
    const connecting = Deno.connectTls({ hostname: "localhost", port, caCerts: [cert] });
    const outer = await this.#listener.accept();
    const inner = await Deno.connect({ hostname: addr.hostname, port: addr.port });
    this.#ends.push(inner, outer);
    this.#passing.push(pass(inner, outer), pass(outer, inner));
    return new WireClient(await connecting);
  }

  /** Tells the server that no more octets come: a FIN, and no alert before it. */
  cut(): Promise<void> {
    return this.#ends[0].closeWrite();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const end of this.#ends) end.close();
    await Promise.all(this.#passing);
  }
}

/** Passes octets on until either end is closed. */
async function pass(from: Deno.Conn, to: Deno.Conn): Promise<void> {
  const octets = new Uint8Array(16_384);
  try {
    for (let length = await from.read(octets); length !== null; length = await from.read(octets)) {
      for (let at = 0; at < length;) at += await to.write(octets.subarray(at, length));
    }
  } catch {
    // Closed by the relay, or by the server that had enough.
  }
}

Deno.test("a TLS client that ends an idle connection without close_notify is let go", async () => {
  await using local = await startTls();
  await using relay = new Relay();
  using client = await relay.connect(local);
  await client.send(GET);
  assertEquals((await client.response()).status, 200);
  await relay.cut();
  await isServedStill(local);
});

Deno.test("content that is cut without close_notify is incomplete, and no error of the server", async () => {
  const reads: string[] = [];
  await using local = await startTls(reads);
  await using relay = new Relay();
  using client = await relay.connect(local);
  await client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhel");
  await eventually(
    () => local.server.stats().requests.inFlight,
    (count) => count === 1,
    "requests",
  );
  await relay.cut();
  await eventually(() => reads.length, (count) => count === 1, "reads that ended");
  assertEquals(reads, ["rejected"]);
  await isServedStill(local);
});

/** Answers every request, and notes how the reading of its content ended. */
function startTls(reads: string[] = []): Promise<LocalServer> {
  return startLocal(async (request) => {
    if (request.method === "GET") return text("ok");
    await request.text().then(() => reads.push("whole"), () => reads.push("rejected"));
    return text("read");
  }, { cert, key });
}

/** Another client is answered, no connection is left behind, and nobody heard of an error. */
async function isServedStill(local: LocalServer): Promise<void> {
  await eventually(() => local.server.stats().connections.open, (count) => count === 0, "open");
  using client = Deno.createHttpClient({ caCerts: [cert] });
  assertEquals(await (await fetch(local.origin, { client })).text(), "ok");
  assertEquals(local.errors, []);
}
