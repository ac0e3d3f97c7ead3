import { assertEquals } from "../assert.ts";
import { NotedTable } from "./tables.ts";

/** Keys from the most to the least specific; each request names the key that answers it. */
const ORDERED: [keys: string[], requests: Record<string, string>][] = [
  [
    ["GET /a", "GET /a:x", "GET /:x(a|b|c)", "GET /:x", "GET /:x+", "GET /*"],
    {
      "GET /a": "GET /a",
      "GET /ab": "GET /a:x",
      "GET /b": "GET /:x(a|b|c)",
      "GET /z": "GET /:x",
      "GET /z/z": "GET /:x+",
      "GET /": "GET /*",
      "GET /z/": "GET /*",
    },
  ],
  // Segment by segment from the left, with a way back.
  [
    ["GET /a/b/:x", "GET /a/:x/c", "GET /:x/b/c", "GET /:x/:y/:z"],
    {
      "GET /a/b/c": "GET /a/b/:x",
      "GET /a/z/c": "GET /a/:x/c",
      "GET /z/b/c": "GET /:x/b/c",
      "GET /a/z/z": "GET /:x/:y/:z",
    },
  ],
  // Longer literal text, then longer constraints, then code units.
  [
    ["GET /:x.tar.gz", "GET /:x(\\w+).gz", "GET /:x.gz", "GET /a:x", "GET /:x-:y"],
    {
      "GET /b.tar.gz": "GET /:x.tar.gz",
      "GET /b.gz": "GET /:x(\\w+).gz",
      "GET /b-.gz": "GET /:x.gz",
      "GET /a-b": "GET /:x-:y",
      "GET /ab": "GET /a:x",
    },
  ],
  [
    ["GET /:x([0-9]+)", "GET /:x(\\d+)", "GET /:x(\\w+)"],
    { "GET /1": "GET /:x([0-9]+)", "GET /a": "GET /:x(\\w+)" },
  ],
  // One segment before more of the same constraint.
  [
    ["GET /:x(\\d+)", "GET /:x(\\d+)+", "GET /:x", "GET /:x+"],
    {
      "GET /1": "GET /:x(\\d+)",
      "GET /1/2": "GET /:x(\\d+)+",
      "GET /a": "GET /:x",
      "GET /a/1": "GET /:x+",
    },
  ],
  // What goes on is more specific than what ends.
  [
    ["GET /:x+/a", "GET /:x+/:y", "GET /:x+/*", "GET /:x+"],
    {
      "GET /a/a": "GET /:x+/a",
      "GET /a/b": "GET /:x+/:y",
      "GET /a/b/": "GET /:x+/*",
      "GET /a": "GET /:x+",
    },
  ],
  // The order is that of the patterns, not of what a repeated segment takes.
  [
    ["GET /:x+/long/:y+", "GET /:x+/a/:y+", "GET /:x+/b/:y+", "GET /:x+/:y/z"],
    {
      "GET /1/a/long/2": "GET /:x+/long/:y+",
      "GET /1/b/a/z": "GET /:x+/a/:y+",
      "GET /1/b/2/z": "GET /:x+/b/:y+",
      "GET /1/b/z": "GET /:x+/b/:y+",
      "GET /1/2/z": "GET /:x+/:y/z",
    },
  ],
  // Optional segments are expanded before patterns are compared.
  [
    ["GET /a/:x(\\d+)?", "GET /a/:y", "GET /:x?/:y*/b"],
    {
      "GET /a": "GET /a/:x(\\d+)?",
      "GET /a/1": "GET /a/:x(\\d+)?",
      "GET /a/b": "GET /a/:y",
      "GET /b": "GET /:x?/:y*/b",
      "GET /a/a/b": "GET /:x?/:y*/b",
    },
  ],
  // The first that has the method; a method before none.
  [
    ["GET /a", "/a", "POST /:x", "/:x", "DELETE /*"],
    {
      "GET /a": "GET /a",
      "HEAD /a": "GET /a",
      "POST /a": "/a",
      "POST /b": "POST /:x",
      "PUT /b": "/:x",
      "DELETE /b": "/:x",
      "DELETE /b/c": "DELETE /*",
    },
  ],
  [
    ["GET /a", "HEAD /:x", "OPTIONS /:x", "GET /:x"],
    {
      "HEAD /a": "GET /a",
      "HEAD /b": "HEAD /:x",
      "OPTIONS /a": "OPTIONS /:x",
      "GET /b": "GET /:x",
    },
  ],
];

for (const [keys, requests] of ORDERED) {
  for (const order of [keys, keys.toReversed()]) {
    Deno.test(`routes() finds the most specific of ${order.join(", ")}`, async () => {
      const noted = new NotedTable(order);
      for (const [line, key] of Object.entries(requests)) {
        const [method, path] = line.split(" ");
        assertEquals([line, (await noted.ask(method, path))?.key], [line, key]);
      }
    });
  }
}
