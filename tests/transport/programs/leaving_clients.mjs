/**
 * Opens connections, each in one of several states, prints `open`, and leaves when it is told to.
 *
 * Arguments: the server's port and how many connections.
 */

import { once } from "node:events";
import net from "node:net";
import process from "node:process";

const [port, count] = process.argv.slice(2).map(Number);

const HEAD = "GET / HTTP/1.1\r\nHost: localhost\r\n";

/** What a connection has sent when it is left, and how it is left. */
const STATES = [
  { why: "nothing", sent: "", leave: (socket) => socket.end() },
  { why: "nothing, reset", sent: "", leave: (socket) => socket.resetAndDestroy() },
  { why: "half a head", sent: HEAD, leave: (socket) => socket.end() },
  { why: "half a head, reset", sent: HEAD, leave: (socket) => socket.resetAndDestroy() },
  {
    why: "in the middle of content",
    sent: "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc",
    leave: (socket) => socket.destroy(),
  },
  {
    why: "in the middle of a chunk, reset",
    sent: "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nabc",
    leave: (socket) => socket.resetAndDestroy(),
  },
  { why: "answered", sent: `${HEAD}\r\n`, leave: (socket) => socket.destroy() },
  { why: "answered, reset", sent: `${HEAD}\r\n`, leave: (socket) => socket.resetAndDestroy() },
  { why: "refused", sent: "no request\r\n\r\n", leave: (socket) => socket.destroy() },
  {
    why: "without an answer, reset",
    sent: HEAD.replace("/", "/never") + "\r\n",
    leave: (socket) => socket.resetAndDestroy(),
  },
  {
    why: "in the middle of an answer that it does not read",
    sent: HEAD.replace("/", "/endless") + "\r\n",
    paused: true,
    leave: (socket) => socket.destroy(),
  },
];

const sockets = await Promise.all(
  Array.from({ length: count }, async (_, i) => {
    const { sent, paused, leave } = STATES[i % STATES.length];
    const socket = net.connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    socket.on("error", () => {});
    if (!paused) socket.resume();
    await once(socket, "connect");
    if (sent !== "") await new Promise((resolve) => socket.write(sent, resolve));
    return { socket, leave };
  }),
);

console.log("open");
await once(process.stdin, "data");
for (const { socket, leave } of sockets) leave(socket);
await Promise.all(sockets.map(({ socket }) => socket.closed || once(socket, "close")));
process.exit(0);
