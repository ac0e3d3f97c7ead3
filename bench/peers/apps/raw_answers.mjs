import { HELLO, OCTET_STREAM, OCTETS } from "./material.mjs";

/**
 * What bare sockets answer to whatever was read, and whether they close then.
 *
 * No octet is parsed, so these are floors only where one read is one request.
 */
export function rawAnswer(kind) {
  const { content, type, close = false } = ANSWERS[kind];
  const head = `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ncontent-length: ${content.length}\r\n` +
    `date: ${new Date().toUTCString()}\r\n${close ? "connection: close\r\n" : ""}\r\n`;
  const octets = new TextEncoder().encode(head);
  const answer = new Uint8Array(octets.length + content.length);
  answer.set(octets);
  answer.set(content, octets.length);
  return { answer, close };
}

const HELLO_OCTETS = new TextEncoder().encode(HELLO);
const TEXT = "text/plain;charset=UTF-8";

const ANSWERS = {
  plaintext: { content: HELLO_OCTETS, type: TEXT },
  connection: { content: HELLO_OCTETS, type: TEXT, close: true },
  octets: { content: OCTETS, type: OCTET_STREAM },
};
