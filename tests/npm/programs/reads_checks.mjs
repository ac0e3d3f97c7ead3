// Content comes the same over plain sockets, which share a buffer, and over TLS, which does not.
import { serve, text } from "@culvert/http";
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { readFileSync } from "node:fs";
import { connect as connectTls } from "node:tls";
import { test } from "node:test";

const cert = readFileSync(process.env.CERT, "utf8");
const key = readFileSync(process.env.KEY, "utf8");

const WAYS = [
  ["plain", {}, (port) => connect(port, "127.0.0.1")],
  [
    "TLS",
    { cert, key },
    (port) => connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false }),
  ],
];

/** Octets of a content, and of the pieces that it is sent in. */
const CONTENTS = [
  [1, 1],
  [300, 7],
  [16_383, 16_383],
  [16_384, 16_384],
  [65_535, 30_000],
  [65_536, 65_536],
  [65_537, 65_536],
  [400_000, 1_000],
  [400_000, 20_000],
  [1_048_576, 1_048_576],
];

/** Chunks are kept until the last has come: what was delivered must not be written over. */
const HANDLERS = {
  async "a loop"(request) {
    const chunks = [];
    for await (const chunk of request.body) {
      // A Buffer would have other methods under the same names.
      assert.equal(chunk.constructor, Uint8Array);
      chunks.push(chunk);
    }
    return text(check(Buffer.concat(chunks)));
  },
  async "a slow loop"(request) {
    const chunks = [];
    for await (const chunk of request.body) {
      chunks.push(chunk);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return text(check(Buffer.concat(chunks)));
  },
  "the whole": async (request) => text(check(await request.bytes())),
};

for (const [way, options, open] of WAYS) {
  for (const [how, handler] of Object.entries(HANDLERS)) {
    test(`${way}: content is read by ${how} as it was sent`, async () => {
      const server = serve(
        { hostname: "127.0.0.1", port: 0, onListen() {}, ...options },
        (request) => request.method === "GET" ? text("next") : handler(request),
      );
      const { port } = await server.listening;
      const socket = open(port);
      let seen = "";
      socket.setEncoding("latin1").on("data", (part) => seen += part);
      for (const [octets, piece] of CONTENTS) {
        seen = "";
        await send(socket, octets, piece);
        // The answer to the request behind it tells that nothing was lost or added.
        while (!seen.endsWith("next")) await once(socket, "data");
        assert.match(seen, new RegExp(`\r\n\r\n${octets}HTTP`), `${octets} octets`);
      }
      socket.destroy();
      await server.shutdown({ deadline: 0 });
    });
  }
}

async function send(socket, octets, piece) {
  const content = pattern(octets);
  socket.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${octets}\r\n\r\n`);
  for (let start = 0; start < octets; start += piece) {
    if (!socket.write(content.subarray(start, start + piece))) await once(socket, "drain");
    else if (start % (16 * piece) === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
}

function pattern(octets) {
  return Uint8Array.from({ length: octets }, (_, i) => (i * 7 + (i >> 8)) % 251);
}

/** How many octets there are, if they are those that were sent. */
function check(octets) {
  assert.equal(Buffer.compare(octets, pattern(octets.length)), 0);
  return `${octets.length}`;
}
