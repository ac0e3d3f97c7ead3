import { toText, WireClient } from "../../tests/transport/wire_client.ts";
import type { Setting } from "./conversation.ts";

/** The page as it first came, by the length of the client's port. */
const models = new Map<number, string>();

/** Reads the page; all but the date and the client's port is as it was the first time. */
export async function readPage({ to, checked }: Setting): Promise<void> {
  const conn = await Deno.connect({ hostname: to.hostname, port: to.port });
  const { port } = conn.localAddr as Deno.NetAddr;
  using client = new WireClient(conn);
  await client.send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  const page = toText(await client.rest());
  checkPage(page, port, models);
  checked();
}

/** Compares a page with the model for its port's length, or makes it that model. */
export function checkPage(page: string, port: number, known: Map<number, string>): void {
  const place = `127.0.0.1 port ${port}`;
  const isWhole = page.startsWith("HTTP/1.1 200 OK\r\n") && page.endsWith("</html>\n");
  if (!isWhole || page.split(place).length !== 2) {
    throw new Error(`The page is not for ${place}: ${JSON.stringify(page.slice(0, 500))}`);
  }
  const found = page.replace(place, "").replace(/^date: .{29}\r$/m, "date: \r");
  const digits = String(port).length;
  const model = known.get(digits) ?? found;
  known.set(digits, model);
  if (found !== model) throw new Error(`The page has changed: ${JSON.stringify(found)}`);
}
