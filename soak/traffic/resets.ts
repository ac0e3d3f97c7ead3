import { once } from "node:events";
import net from "node:net";
import type { Setting } from "./conversation.ts";

/** What a connection has sent when it is left; some of it is never answered. */
const STATES: readonly string[] = [
  "",
  "GET /healthz HTTP/1.1\r\nHost: localhost\r\n",
  "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
  "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(50),
  "GET /soak/octets/50000000 HTTP/1.1\r\nHost: localhost\r\n\r\n",
  "GET /soak/never HTTP/1.1\r\nHost: localhost\r\n\r\n",
  "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc",
  "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n",
  "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nabc",
  "POST /soak/mirror HTTP/1.1\r\nHost: localhost\r\nContent-Length: 300000\r\n\r\n" +
  "x".repeat(100_000),
  "DELETE /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3000000\r\n\r\n" +
  "x".repeat(200_000),
  "no request\r\n\r\n",
];

/** Leaves a connection in any state, by a reset or a close, at once or a little later. */
export async function reset({ to, random, pause }: Setting): Promise<void> {
  const socket = net.connect({ port: to.port, host: to.hostname, allowHalfOpen: true });
  // A client that is about to leave hears nothing.
  socket.on("error", () => {});
  const closed = new Promise((resolve) => socket.once("close", resolve));
  if (random.below(2) === 0) socket.resume();
  await Promise.race([once(socket, "connect"), closed]);
  const octets = random.one(STATES);
  if (octets !== "") socket.write(octets);
  await pause(random.below(3) * random.below(100));
  if (random.below(4) === 0) socket.destroy();
  else socket.resetAndDestroy();
  await closed;
}
