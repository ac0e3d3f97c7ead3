import { assertEquals, assertThrows } from "../assert.ts";
import { DEFAULT_LIMITS } from "../../src/protocol/limits.ts";

Deno.test("DEFAULT_LIMITS are those that the documentation promises", () => {
  assertEquals(DEFAULT_LIMITS, {
    requestTarget: 8_192,
    headerSection: 32_768,
    headerFields: 100,
    content: 4_194_304,
    trailerSection: 8_192,
    chunkExtension: 256,
    drain: 65_536,
    connections: 10_000,
    connectionsPerAddress: Infinity,
    requestsPerConnection: Infinity,
    queue: Infinity,
    eventLoopDelay: Infinity,
    retryAfter: 1,
    minRate: { octetsPerSecond: 240, window: 10_000 },
  });
});

Deno.test("DEFAULT_LIMITS cannot be changed for everybody", () => {
  assertThrows(() => Object.assign(DEFAULT_LIMITS, { drain: 0 }), TypeError);
  assertThrows(() => Object.assign(DEFAULT_LIMITS.minRate, { window: 0 }), TypeError);
});
