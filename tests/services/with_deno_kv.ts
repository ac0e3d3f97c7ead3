/**
 * Limits that processes share in a file of Deno KV. `deno task test:services` runs this.
 *
 * @module
 */
import { assertEquals, assertGreater } from "../assert.ts";
import { crowd, startLimited, statsOf } from "./limited_servers.ts";

Deno.test("two processes share one limit exactly in a file of Deno KV", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const options = { limit: 100, window: 3_600_000, storeTimeout: 60_000 };
    const shared = { kind: "kv", path: `${folder}/limits.sqlite`, options } as const;
    await using first = await startLimited(shared);
    await using second = await startLimited(shared);
    assertEquals(await crowd([first, second], 64, 10), { 200: 100, 429: 540 });
    const stats = await Promise.all([statsOf(first), statsOf(second)]);
    assertEquals(stats.flatMap(({ errors }) => errors), []);
    assertGreater(Math.min(stats[0].allowed, stats[1].allowed), 0);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
