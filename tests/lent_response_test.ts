import { LentResponse, type StreamedLender } from "../src/lent_response.ts";
import { staticFiles } from "../src/middleware/static_files.ts";
import { routes } from "../mod.ts";
import { assert, assertEquals, assertRejects } from "./assert.ts";
import { LAST_MODIFIED, makeSite, pattern } from "./middleware/site.ts";
import { eventually, startLocal } from "./transport/servers.ts";
import { toText, WireClient } from "./transport/wire_client.ts";

const FIELDS = ["content-length", "5", "x-name", "a", "x-name", "b"];

/** Lends five octets, or streams them. */
class Five implements StreamedLender {
  isCancelled = false;
  #isRead = false;

  async read(): Promise<Uint8Array | undefined> {
    await new Promise((resolve) => setTimeout(resolve));
    if (this.#isRead || this.isCancelled) return undefined;
    this.#isRead = true;
    return new TextEncoder().encode("lent!");
  }

  cancel(): Promise<void> {
    this.isCancelled = true;
    return Promise.resolve();
  }

  stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return new ReadableStream({
      pull(controller) {
        controller.enqueue(new TextEncoder().encode("given"));
        controller.close();
      },
      cancel: () => this.cancel(),
    }, { highWaterMark: 0 });
  }
}

function lent(lender: StreamedLender = new Five(), status = 206): LentResponse & Response {
  return new LentResponse(lender, FIELDS, status) as LentResponse & Response;
}

Deno.test("LentResponse is a Response to whoever looks", async () => {
  const response = lent();
  assert(response instanceof Response);
  assertEquals([response.status, response.ok, response.bodyUsed], [206, true, false]);
  assertEquals(response.headers.get("x-name"), "a, b");
  assertEquals(await response.clone().text(), "given");
  assertEquals(await response.text(), "given");
  assertEquals(response.bodyUsed, true);
});

Deno.test("LentResponse cancels its lender where its stream is cancelled", async () => {
  const lender = new Five();
  await lent(lender).body!.cancel();
  assertEquals(lender.isCancelled, true);
});

Deno.test("LentResponse lends once, and only where nobody has looked", async () => {
  const taken = lent();
  assertEquals(taken.take()?.fields, FIELDS);
  assertEquals(taken.take(), undefined);
  assertEquals(taken.bodyUsed, true);
  assertEquals(taken.headers.get("x-name"), "a, b");
  await assertRejects(() => taken.text(), TypeError);
  const touched = lent();
  touched.headers.set("x-name", "c");
  assertEquals(touched.take(), undefined);
});

/** Answers over a socket, and the rest of what came. */
async function ask(respond: () => Response, method = "GET") {
  await using server = await startLocal(respond);
  using client = await WireClient.connect(server.addr);
  await client.send(`${method} / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
  return toText(await client.rest()).replace(/^date: .*\r\n/m, "");
}

const HEAD = "HTTP/1.1 206 Partial Content\r\nx-name: a\r\nx-name: b\r\n" +
  "content-length: 5\r\nconnection: close\r\n\r\n";

Deno.test("a lent response is sent without a stream, one that was looked into with it", async () => {
  assertEquals(await ask(() => lent()), `${HEAD}lent!`);
  const touch = () => {
    const response = lent();
    response.headers.set("x-name", "c");
    return response;
  };
  assertEquals(
    await ask(touch),
    `${HEAD.replace("x-name: a\r\nx-name: b", "x-name: c")}given`,
  );
});

for (const [what, status, method] of [["HEAD", 200, "HEAD"], ["204", 204, "GET"]] as const) {
  Deno.test(`a lent response is cancelled where its content is not sent: ${what}`, async () => {
    const lender = new Five();
    const answer = await ask(() => lent(lender, status), method);
    assertEquals(answer.endsWith("\r\n\r\n"), true);
    await eventually(() => lender.isCancelled, (is) => is, "the cancellation");
  });
}

Deno.test("a lent response is sent once", async () => {
  const response = lent();
  await using server = await startLocal(() => response);
  assertEquals((await (await fetch(server.origin)).text()).length, 5);
  assertEquals((await fetch(server.origin)).status, 500);
  assertEquals(
    String(server.errors),
    "TypeError: Cannot send the response: its content is used or locked",
  );
});

Deno.test("staticFiles() answers alike with large files under other servers", async () => {
  const content = pattern(300_000);
  using site = makeSite({ "public/large.bin": content });
  const table = routes({ "GET /*": staticFiles(site.root) });
  await using other = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, table.fetch);
  await using ours = await startLocal(table.fetch);
  for (const origin of [`http://127.0.0.1:${other.addr.port}`, ours.origin]) {
    const response = await fetch(`${origin}/large.bin`);
    assertEquals(response.headers.get("last-modified"), LAST_MODIFIED);
    assertEquals(response.headers.get("content-length"), "300000");
    assertEquals(toText(await response.bytes()) === toText(content), true);
  }
});
