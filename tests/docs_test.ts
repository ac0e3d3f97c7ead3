/** What the documentation lists is what the code has. */
import { refusalsTable, withTable } from "../scripts/refusals_table.ts";
import { DEFAULT_LIMITS } from "../src/protocol/limits.ts";
import { DEFAULT_TIMEOUTS } from "../src/server/timeouts.ts";
import { assertEquals, assertNotEquals } from "./assert.ts";

/** The first two cells of every row whose first cell is code. */
async function readRows(document: string): Promise<Map<string, string>> {
  const markdown = await Deno.readTextFile(new URL(`../docs/${document}`, import.meta.url));
  const rows = markdown.matchAll(/^\| `([\w.-]+)` +\| ([^ ]+) +\|/gm);
  return new Map([...rows].map(([, first, second]) => [first, second]));
}

function describe(value: number): string {
  return value === Infinity ? "unlimited" : String(value);
}

Deno.test("refusals.md holds the table that the code makes", async () => {
  const document = await Deno.readTextFile(new URL("../docs/refusals.md", import.meta.url));
  assertEquals(document, withTable(document, refusalsTable()));
  assertNotEquals(document, withTable(document, "| another |\n"));
});

Deno.test("limits.md lists every limit and timeout with its default", async () => {
  const rows = await readRows("limits.md");
  const { minRate, ...sizes } = DEFAULT_LIMITS;
  const expected = Object.entries({
    ...sizes,
    "minRate.octetsPerSecond": minRate.octetsPerSecond,
    "minRate.window": minRate.window,
  }).map(([name, value]) => [name, describe(value)]);
  const times = Object.entries(DEFAULT_TIMEOUTS)
    .map(([name, value]) => [name, value === Infinity ? "off" : describe(value)]);
  const documented = Object.fromEntries(rows);
  assertEquals(documented.drain, "1000");
  // `drain` is both a limit and a timeout; the later row wins.
  assertEquals(documented, Object.fromEntries([...expected, ...times]));
});
