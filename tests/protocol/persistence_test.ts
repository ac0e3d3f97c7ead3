import { assertEquals } from "../assert.ts";
import { octetsOf } from "../../src/protocol/octets.ts";
import { noteConnectionOptions } from "../../src/protocol/persistence.ts";
import { headOf } from "./transcript.ts";

const OPTIONS: [value: string, close: boolean, keepAlive: boolean][] = [
  ["", false, false],
  ["close", true, false],
  ["CLOSE", true, false],
  ["keep-alive", false, true],
  ["Keep-Alive", false, true],
  ["keep-alive, close", true, true],
  ["upgrade , close", true, false],
  ["upgrade,\tclose", true, false],
  ["close,upgrade", true, false],
  [", ,close,", true, false],
  ["closed", false, false],
  ["unclose", false, false],
  ["close-it", false, false],
  ["keep-alives, keepalive", false, false],
];

const PERSISTENCE: [version: string, connection: string, persistent: boolean][] = [
  ["1.1", "", true],
  ["1.1", "Connection: keep-alive\r\n", true],
  ["1.1", "Connection: close\r\n", false],
  ["1.1", "Connection: upgrade\r\n", true],
  ["1.1", "Connection: upgrade\r\nconnection: Close\r\n", false],
  ["1.1", "Connection: close\r\nConnection: keep-alive\r\n", false],
  ["1.2", "", true],
  ["1.0", "", false],
  ["1.0", "Connection: keep-alive\r\n", true],
  ["1.0", "Connection: upgrade, Keep-Alive\r\n", true],
  ["1.0", "Connection: keep-alive, close\r\n", false],
  ["1.0", "Keep-Alive: timeout=5\r\n", false],
  ["1.0", "Conjection: keep-alive\r\n", false],
];

for (const [value, close, keepAlive] of OPTIONS) {
  Deno.test(`noteConnectionOptions() reads "${value}" (RFC 9110 §7.6.1)`, () => {
    const options = { close: false, keepAlive: false };
    const bytes = octetsOf(`close${value}close`);
    noteConnectionOptions(bytes, 5, bytes.length - 5, options);
    assertEquals(options, { close, keepAlive });
  });
}

for (const [version, connection, persistent] of PERSISTENCE) {
  const what = `HTTP/${version} with ${connection.trimEnd().replaceAll("\r\n", " and ") || "none"}`;
  Deno.test(`persistsAfter() ${persistent ? "keeps" : "ends"} ${what} (RFC 9112 §9.3)`, () => {
    const head = headOf(`GET / HTTP/${version}\r\nHost: a\r\n${connection}\r\n`);
    assertEquals(head.persistent, persistent);
  });
}
