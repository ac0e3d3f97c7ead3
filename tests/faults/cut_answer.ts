import { assert, assertEquals } from "../assert.ts";
import { toText, type WireClient } from "../transport/wire_client.ts";

/** Reads an answer that ends in its middle: the connection is over, and nobody takes it for whole. */
export async function assertCut(client: WireClient, target: string): Promise<void> {
  await client.send(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`);
  const answer = toText(await client.rest());
  const end = answer.indexOf("\r\n\r\n") + 4;
  assertEquals(answer.split("\r\n")[0], "HTTP/1.1 200 OK");
  const [head, content] = [answer.slice(0, end), answer.slice(end)];
  const length = /^content-length: (\d+)\r$/mi.exec(head);
  if (length !== null) return assert(content.length < Number(length[1]), content);
  assert(/^transfer-encoding: chunked\r$/mi.test(head), head);
  assert(/^[1-9a-f]/.test(content) && !/(?:^|\n)0+\r\n/.test(content), content.slice(-100));
}
