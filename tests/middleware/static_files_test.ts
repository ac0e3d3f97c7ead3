import { routes, text } from "../../mod.ts";
import { staticFiles } from "../../src/middleware/static_files.ts";
import { assertEquals } from "../assert.ts";
import { toText } from "../transport/wire_client.ts";
import {
  type Fields,
  LAST_MODIFIED,
  later,
  makeSite,
  MODIFIED,
  pattern,
  serveHandler,
  serveSite,
} from "./site.ts";

const STAMP = MODIFIED.getTime().toString(16);
const TAG = `"1a-${STAMP}"`;
const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const EARLIER = new Date(MODIFIED.getTime() - 1000).toUTCString();
const LARGE = pattern(300_000);
const LARGE_TAG = `"${LARGE.length.toString(16)}-${STAMP}"`;

const FILES = {
  "public/index.html": "<!doctype html><title>Home</title>",
  "public/letters.txt": LETTERS,
  "public/empty.txt": "",
  "public/large.bin": LARGE,
  "public/app.js": "export {};",
  "public/app.js.br": "br octets",
  "public/app.js.gz": "gzip octets",
  "public/docs/index.html": "<title>Docs</title>",
  "public/bare/file": "no extension",
  "public/ü ber?#.txt": "named",
  "public/.well-known/security.txt": "contact",
  "public/.env": "SECRET=1",
};

/** What a file's answer has, whichever part of it is sent. */
const LETTERS_CACHE = { etag: TAG };
const LETTERS_ALL = {
  ...LETTERS_CACHE,
  "content-type": "text/plain; charset=UTF-8",
  "last-modified": LAST_MODIFIED,
  "accept-ranges": "bytes",
};

type Case = readonly [
  why: string,
  rfc: string,
  fields: Fields,
  status: number,
  content: string,
  answered: Fields,
];

const GETS: readonly Case[] = [
  ["a plain GET", "§15.3.1", {}, 200, LETTERS, LETTERS_ALL],
  ["If-Match of the tag", "§13.1.1", { "if-match": TAG }, 200, LETTERS, LETTERS_ALL],
  ["If-Match of another tag", "§13.1.1", { "if-match": '"x"' }, 412, "Precondition failed", {}],
  ["If-Match of a weak tag", "§13.1.1", { "if-match": `W/${TAG}` }, 412, "Precondition failed", {}],
  [
    "If-Unmodified-Since before",
    "§13.1.4",
    { "if-unmodified-since": EARLIER },
    412,
    "Precondition failed",
    {},
  ],
  [
    "If-Unmodified-Since of the date",
    "§13.1.4",
    { "if-unmodified-since": LAST_MODIFIED },
    200,
    LETTERS,
    LETTERS_ALL,
  ],
  ["If-None-Match of the tag", "§13.1.2", { "if-none-match": TAG }, 304, "", LETTERS_CACHE],
  [
    "If-None-Match of a weak tag",
    "§13.1.2",
    { "if-none-match": `W/${TAG}` },
    304,
    "",
    LETTERS_CACHE,
  ],
  [
    "If-None-Match of another tag",
    "§13.1.2",
    { "if-none-match": '"x"' },
    200,
    LETTERS,
    LETTERS_ALL,
  ],
  ["If-None-Match of any", "§13.1.2", { "if-none-match": "*" }, 304, "", LETTERS_CACHE],
  [
    "If-Modified-Since of the date",
    "§13.1.3",
    { "if-modified-since": LAST_MODIFIED },
    304,
    "",
    LETTERS_CACHE,
  ],
  [
    "If-Modified-Since before",
    "§13.1.3",
    { "if-modified-since": EARLIER },
    200,
    LETTERS,
    LETTERS_ALL,
  ],
  [
    "If-Modified-Since of RFC 850",
    "§5.6.7",
    { "if-modified-since": "Saturday, 01-Jun-24 12:00:00 GMT" },
    304,
    "",
    LETTERS_CACHE,
  ],
  [
    "If-Modified-Since of asctime",
    "§5.6.7",
    { "if-modified-since": "Sat Jun  1 12:00:00 2024" },
    304,
    "",
    LETTERS_CACHE,
  ],
  [
    "If-Match before If-None-Match",
    "§13.2.2",
    { "if-none-match": TAG, "if-match": '"x"' },
    412,
    "Precondition failed",
    {},
  ],
  [
    "preconditions before ranges",
    "§13.2.2",
    { "if-none-match": TAG, range: "bytes=0-0" },
    304,
    "",
    LETTERS_CACHE,
  ],
  [
    "a range",
    "§14.2",
    { range: "bytes=1-3" },
    206,
    "bcd",
    { ...LETTERS_ALL, "content-range": "bytes 1-3/26" },
  ],
  [
    "a suffix",
    "§14.2",
    { range: "bytes=-2" },
    206,
    "yz",
    { ...LETTERS_ALL, "content-range": "bytes 24-25/26" },
  ],
  [
    "a range in another unit",
    "§14.2",
    { range: "letters=1-3" },
    200,
    LETTERS,
    LETTERS_ALL,
  ],
  ["a malformed range", "§14.2", { range: "bytes=3-1" }, 200, LETTERS, LETTERS_ALL],
  [
    "a range behind the end",
    "§15.5.17",
    { range: "bytes=26-" },
    416,
    "Range not satisfiable",
    { "content-range": "bytes */26" },
  ],
  [
    "several of which one is there",
    "§15.3.7.2",
    { range: "bytes=0-0,99-" },
    206,
    "a",
    { ...LETTERS_ALL, "content-range": "bytes 0-0/26" },
  ],
  [
    "If-Range of the tag",
    "§13.1.5",
    { range: "bytes=0-1", "if-range": TAG },
    206,
    "ab",
    { ...LETTERS_CACHE, "content-range": "bytes 0-1/26" },
  ],
  [
    "If-Range of the date",
    "§13.1.5",
    { range: "bytes=0-1", "if-range": LAST_MODIFIED },
    206,
    "ab",
    { ...LETTERS_CACHE, "content-range": "bytes 0-1/26" },
  ],
  [
    "If-Range of another tag",
    "§13.1.5",
    { range: "bytes=0-1", "if-range": '"x"' },
    200,
    LETTERS,
    LETTERS_ALL,
  ],
  [
    "If-Range of a weak tag",
    "§13.1.5",
    { range: "bytes=0-1", "if-range": `W/${TAG}` },
    200,
    LETTERS,
    LETTERS_ALL,
  ],
  [
    "a false If-Range of what is not there",
    "§13.1.5",
    { range: "bytes=99-", "if-range": '"x"' },
    200,
    LETTERS,
    LETTERS_ALL,
  ],
  ["If-Range alone", "§13.1.5", { "if-range": '"x"' }, 200, LETTERS, LETTERS_ALL],
];

/** Fields that the server adds to any answer. */
const SERVER_FIELDS = ["connection", "content-length", "date"];

for (const [why, rfc, fields, status, content, answered] of GETS) {
  Deno.test(`staticFiles() answers ${why} with ${status} (RFC 9110 ${rfc})`, async () => {
    using site = makeSite(FILES);
    await using server = await serveSite(site.root, { now: later });
    for (const _ of ["found", "remembered"]) {
      const response = await server.ask("/letters.txt", fields);
      assertEquals([response.status, toText(response.content)], [status, content]);
      const own = [...response.headers].filter(([name]) => !SERVER_FIELDS.includes(name));
      const type: Fields = status >= 400 ? { "content-type": "text/plain;charset=UTF-8" } : {};
      assertEquals(Object.fromEntries(own), { ...type, ...answered });
      if (status === 304) assertEquals(response.headers.get("content-length"), null);
      else assertEquals(response.headers.get("content-length"), `${content.length}`);
    }
  });
}

for (const [why, , fields, status] of GETS) {
  const expected = status === 206 || status === 416 ? 200 : status;
  Deno.test(`staticFiles() answers HEAD with ${why} with ${expected} (RFC 9110 §14.2)`, async () => {
    using site = makeSite(FILES);
    await using server = await serveSite(site.root);
    const { headers, ...response } = await server.ask("/letters.txt", fields, "HEAD");
    assertEquals([response.status, response.content.length], [expected, 0]);
    if (expected === 200) {
      const own = [...headers].filter(([name]) => name !== "connection" && name !== "date");
      assertEquals(Object.fromEntries(own), { ...LETTERS_ALL, "content-length": "26" });
    }
  });
}

const HTML = "text/html; charset=UTF-8";

const TARGETS: readonly [why: string, target: string, status: number, content: string, Fields][] = [
  ["the root", "/", 200, FILES["public/index.html"], { "content-type": HTML }],
  ["an index by name", "/index.html", 200, FILES["public/index.html"], { "content-type": HTML }],
  ["a folder", "/docs/", 200, FILES["public/docs/index.html"], { "content-type": HTML }],
  ["a folder without a slash", "/docs", 308, "", { location: "./docs/" }],
  ["one with a query", "/docs?a=%2f&b", 308, "", { location: "./docs/?a=%2f&b" }],
  ["a folder with nothing to show", "/bare/", 404, "Not Found", {}],
  ["one without a slash", "/bare", 404, "Not Found", {}],
  ["a file with a slash", "/letters.txt/", 404, "Not Found", {}],
  ["a path below a file", "/letters.txt/x", 404, "Not Found", {}],
  ["what is not there", "/none.txt", 404, "Not Found", {}],
  ["an empty file", "/empty.txt", 200, "", { "content-length": "0" }],
  ["an unknown type", "/bare/file", 200, "no extension", {
    "content-type": "application/octet-stream",
  }],
  ["an encoded name", "/%C3%BC%20ber%3F%23.txt", 200, "named", {}],
  ["a name encoded twice", "/%25C3%25BC%2520ber%253F%2523.txt", 404, "Not Found", {}],
  ["/.well-known/", "/.well-known/security.txt", 200, "contact", {}],
  ["another file with a dot", "/.env", 404, "Not Found", {}],
  ["two slashes", "//letters.txt", 404, "Not Found", {}],
  ["a folder behind two slashes", "//docs", 404, "Not Found", {}],
  ["another host in the path", "//example.com/..", 404, "Not Found", {}],
  ["a malformed escape", "/%zz", 400, "malformed percent-encoding in the path", {}],
];

for (const [why, target, status, content, fields] of TARGETS) {
  Deno.test(`staticFiles() answers ${why} with ${status}`, async () => {
    using site = makeSite(FILES);
    await using server = await serveSite(site.root);
    const response = await server.ask(target);
    assertEquals(response.status, status);
    if (status !== 400) assertEquals(toText(response.content), content);
    for (const [name, value] of Object.entries(fields)) {
      assertEquals(response.headers.get(name), value, name);
    }
  });
}

const SEVERAL: readonly [why: string, target: string, size: number, ranges: [number, number][]][] =
  [
    ["read at once", "/large.bin", LARGE.length, [[0, 9], [100_000, 100_099]]],
    ["streamed", "/large.bin", LARGE.length, [[150_000, 299_999], [0, 99_999]]],
  ];

for (const [why, target, size, ranges] of SEVERAL) {
  Deno.test(`staticFiles() sends several ranges, ${why}, in their order (RFC 9110 §15.3.7.2)`, async () => {
    using site = makeSite(FILES);
    await using server = await serveSite(site.root);
    const range = `bytes=${ranges.map(([first, last]) => `${first}-${last}`).join(", ")}`;
    const { status, headers, content } = await server.ask(target, { range });
    assertEquals([status, headers.get("content-range")], [206, null]);
    assertEquals([headers.get("etag"), headers.get("last-modified")], [LARGE_TAG, LAST_MODIFIED]);
    const [, boundary] = /^multipart\/byteranges; boundary=([\w-]+)$/.exec(
      headers.get("content-type")!,
    )!;
    const expected = ranges.map(([first, last]) =>
      `--${boundary}\r\ncontent-type: application/octet-stream\r\n` +
      `content-range: bytes ${first}-${last}/${size}\r\n\r\n` +
      `${toText(LARGE.subarray(first, last + 1))}\r\n`
    ).join("");
    assertEquals(toText(content) === `${expected}--${boundary}--\r\n`, true);
    assertEquals(headers.get("content-length"), `${content.length}`);
  });
}

Deno.test("staticFiles() sends a single part for ranges that overlap (RFC 9110 §15.3.7.1)", async () => {
  using site = makeSite(FILES);
  await using server = await serveSite(site.root);
  const { status, headers, content } = await server.ask("/letters.txt", { range: "bytes=0-3,2-5" });
  assertEquals([status, toText(content)], [206, "abcdef"]);
  assertEquals(headers.get("content-range"), "bytes 0-5/26");
});

Deno.test("staticFiles() answers more ranges than it sends with the whole (RFC 9110 §14.2)", async () => {
  using site = makeSite(FILES);
  await using server = await serveSite(site.root);
  const range = `bytes=${
    Array.from({ length: 1000 }, (_, i) => `${i * 200}-${i * 200}`).join(",")
  }`;
  const { status, content } = await server.ask("/large.bin", { range });
  assertEquals([status, content.length], [200, LARGE.length]);
});

const CODED: readonly [accepted: string | undefined, content: string, coding: string | null][] = [
  [undefined, "export {};", null],
  ["identity", "export {};", null],
  ["br;q=0, gzip;q=0", "export {};", null],
  ["zstd", "export {};", null],
  ["gzip", "gzip octets", "gzip"],
  ["gzip, deflate, br, zstd", "br octets", "br"],
];

for (const [accepted, content, coding] of CODED) {
  Deno.test(`staticFiles() sends ${coding} to Accept-Encoding: ${accepted} (RFC 9110 §12.5.3)`, async () => {
    using site = makeSite(FILES);
    await using server = await serveSite(site.root, { precompressed: true, now: later });
    const fields: Fields = accepted === undefined ? {} : { "accept-encoding": accepted };
    for (const _ of ["found", "remembered"]) {
      const response = await server.ask("/app.js", fields);
      const { headers } = response;
      assertEquals([response.status, toText(response.content)], [200, content]);
      assertEquals(headers.get("content-encoding"), coding);
      assertEquals(headers.get("content-type"), "text/javascript; charset=UTF-8");
      assertEquals(headers.get("vary"), "Accept-Encoding");
      const suffix = coding === null ? "" : `-${coding}`;
      const etag = `"${content.length.toString(16)}-${STAMP}${suffix}"`;
      assertEquals(headers.get("etag"), etag);
      const again = await server.ask("/app.js", { ...fields, "if-none-match": etag });
      assertEquals([again.status, again.headers.get("vary")], [304, "Accept-Encoding"]);
    }
  });
}

Deno.test("staticFiles() sends ranges of what is compressed (RFC 9110 §14.1)", async () => {
  using site = makeSite(FILES);
  await using server = await serveSite(site.root, { precompressed: ["gzip"] });
  const fields = { "accept-encoding": "br, gzip", range: "bytes=0-3" };
  const { status, headers, content } = await server.ask("/app.js", fields);
  assertEquals([status, toText(content)], [206, "gzip"]);
  assertEquals(headers.get("content-range"), "bytes 0-3/11");
  assertEquals(headers.get("content-encoding"), "gzip");
});

Deno.test("staticFiles() sends a compressed file by its own name as it is", async () => {
  using site = makeSite(FILES);
  await using server = await serveSite(site.root, { precompressed: true, now: later });
  await server.ask("/app.js", { "accept-encoding": "gzip" });
  const { headers, content } = await server.ask("/app.js.gz", { "accept-encoding": "gzip" });
  assertEquals([toText(content), headers.get("content-encoding")], ["gzip octets", null]);
  assertEquals(headers.get("content-type"), "application/gzip");
});

for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
  Deno.test(`staticFiles() answers ${method} with 405 where no table does (RFC 9110 §15.5.6)`, async () => {
    using site = makeSite(FILES);
    await using server = await serveHandler(staticFiles(site.root));
    const { status, headers } = await server.ask("/letters.txt", { "content-length": "0" }, method);
    assertEquals([status, headers.get("allow")], [405, "GET, HEAD"]);
  });
}

Deno.test("staticFiles() takes the whole path where no table has routed", async () => {
  using site = makeSite(FILES);
  await using server = await serveHandler(staticFiles(site.root));
  assertEquals(toText((await server.ask("/letters.txt?a=b")).content), LETTERS);
  assertEquals((await server.ask("/%C3%BC%20ber%3F%23.txt")).status, 200);
  assertEquals((await server.ask("/docs")).headers.get("location"), "./docs/");
  assertEquals((await server.ask("/%c3%28")).status, 400);
});

Deno.test("staticFiles() takes what the wildcard matched, whatever stands before it", async () => {
  using site = makeSite(FILES);
  const files = staticFiles(site.root);
  const table = routes({
    "GET /a/b/*": files,
    "GET /:tenant/files/:path+": files,
    "GET /all/:path*": files,
    "GET /letters.txt": files,
    "GET /*": () => text("other"),
  });
  await using server = await serveHandler(table.fetch);
  const cases: [target: string, status: number, content: string][] = [
    ["/a/b/letters.txt", 200, LETTERS],
    ["/a/b/docs/", 200, FILES["public/docs/index.html"]],
    ["/a/b/", 200, FILES["public/index.html"]],
    ["/acme/files/docs/index.html", 200, FILES["public/docs/index.html"]],
    ["/all/letters.txt", 200, LETTERS],
    ["/letters.txt", 200, LETTERS],
    ["/empty.txt", 200, "other"],
  ];
  for (const [target, status, content] of cases) {
    const response = await server.ask(target);
    assertEquals([target, response.status, toText(response.content)], [target, status, content]);
  }
});
