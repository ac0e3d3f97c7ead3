import { assertEquals } from "../assert.ts";
import { toText, type WireClient } from "../transport/wire_client.ts";

/** Reads the one answer that there is, a refusal, behind which the connection is over. */
export async function assertRefused(
  client: WireClient,
  status: number,
  reason: string,
): Promise<void> {
  const response = await client.response();
  const given = /\(([a-z-]+)\)/.exec(toText(response.content))?.[1];
  assertEquals([response.status, given], [status, reason]);
  assertEquals(response.headers.get("connection"), "close");
  assertEquals(await client.isOver(), true);
}

/** Does something until the server ends the connection, whichever way. */
export async function untilCutOff(action: () => Promise<unknown>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!isCutOff(error)) throw error;
  }
}

function isCutOff(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.NotConnected ||
    ["ECONNRESET", "EPIPE", "ENOTCONN"].includes((error as { code?: string }).code ?? "");
}
