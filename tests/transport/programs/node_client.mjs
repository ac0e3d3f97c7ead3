/**
 * Talks to a server the way a program on Node does; prints what it saw as JSON.
 *
 * Arguments: the scenario and the server's origin.
 */

import { Buffer } from "node:buffer";
import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import process from "node:process";

const [scenario, origin] = process.argv.slice(2);
const { hostname, port } = new URL(origin);

const scenarios = {
  /** An agent keeps its connections, and uses each again and again. */
  async agent() {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
    const sockets = new Set();
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) => ask({ agent, sockets }, "POST", `/echo?${i}`, `${i}`)),
    );
    agent.destroy();
    return {
      wrong:
        answers.filter(({ status, content }, i) => status !== 200 || content !== `${i}`).length,
      sockets: sockets.size,
    };
  },

  /** Status, reason and fields, as Node's parser reads them. */
  async fields() {
    const { status, reason, headers } = await ask({}, "GET", "/fields");
    return { status, reason, type: headers["content-type"], cookies: headers["set-cookie"] };
  },

  /** Content that is written piece by piece, one after each piece that came back. */
  async conversation() {
    const request = http.request(`${origin}/stream`, { method: "POST" });
    request.flushHeaders();
    const pieces = [];
    request.write("piece 0");
    const [response] = await once(request, "response");
    for await (const piece of response) {
      pieces.push(String(piece));
      if (pieces.length < 5) request.write(`piece ${pieces.length}`);
      else request.end();
    }
    return { pieces };
  },

  /** Node waits for 100 (Continue) by itself. */
  async expect() {
    const request = http.request(`${origin}/echo`, {
      method: "POST",
      headers: { "content-length": 7, expect: "100-continue" },
    });
    request.flushHeaders();
    await once(request, "continue");
    request.end("content");
    const [response] = await once(request, "response");
    return { content: await contentOf(response) };
  },

  /** Trailers behind chunked content are read, and hurt nobody. */
  async trailers() {
    const request = http.request(`${origin}/echo`, {
      method: "POST",
      headers: { trailer: "x-checksum" },
    });
    request.write("content");
    request.addTrailers({ "x-checksum": "1" });
    request.end();
    const [response] = await once(request, "response");
    return { content: await contentOf(response) };
  },

  /** Many requests in one write; the answers come back in order. */
  async pipeline() {
    const socket = net.connect(port, hostname);
    const one = (i) => `GET /number/${i} HTTP/1.1\r\nHost: localhost\r\n`;
    const requests = Array.from({ length: 50 }, (_, i) => `${one(i)}\r\n`);
    socket.write(`${requests.join("")}${one(50)}Connection: close\r\n\r\n`);
    const text = String(Buffer.concat(await socket.toArray()));
    return { numbers: [...text.matchAll(/^number (\d+);/gm)].map(([, number]) => Number(number)) };
  },

  /** An upload that ends before its content does. */
  async aborted() {
    const request = http.request(`${origin}/read`, {
      method: "POST",
      headers: { "content-length": 1_000_000 },
    });
    // It fails, as it should.
    request.on("error", () => {});
    const closed = new Promise((resolve) => request.on("close", resolve));
    request.write("x".repeat(1_000));
    await ask({}, "GET", "/reading");
    request.destroy();
    await closed;
    return { reason: (await ask({}, "GET", "/reason")).content };
  },

  /** A connection that is reset in the middle of an upload. */
  async reset() {
    const socket = net.connect(port, hostname);
    socket.write("POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc");
    await ask({}, "GET", "/reading");
    socket.resetAndDestroy();
    await once(socket, "close");
    return { reason: (await ask({}, "GET", "/reason")).content };
  },

  /** A request, then a half-close: the answer comes all the same. */
  async halfClose() {
    const socket = net.connect({ port, host: hostname, allowHalfOpen: true });
    socket.end("GET /number/7 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const text = String(Buffer.concat(await socket.toArray()));
    return { content: text.slice(text.indexOf("\r\n\r\n") + 4) };
  },
};

console.log(JSON.stringify(await scenarios[scenario]()));

async function ask({ agent, sockets }, method, path, content) {
  const request = http.request(`${origin}${path}`, { agent, method });
  request.on("socket", (socket) => sockets?.add(socket));
  request.end(content);
  const [response] = await once(request, "response");
  const { statusCode: status, statusMessage: reason, headers } = response;
  return { status, reason, headers, content: await contentOf(response) };
}

async function contentOf(response) {
  return String(Buffer.concat(await response.toArray()));
}
