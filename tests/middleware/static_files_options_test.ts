import { text } from "../../mod.ts";
import { statusOf } from "../../src/middleware/static_files/file_errors.ts";
import { staticFiles, type StaticFilesOptions } from "../../src/middleware/static_files.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { toText } from "../transport/wire_client.ts";
import { type Fields, later, makeSite, serveSite } from "./site.ts";

const FILES = {
  "public/index.html": "app",
  "public/home.htm": "home",
  "public/page.html": "page",
  "public/assets/app.3f2a.js": "app",
  "public/assets/deep/x.CSS": "css",
  "public/model.GLB": "model",
  "public/docs/home.htm": "docs",
};

const WRONG: readonly [why: string, options: unknown, message: string][] = [
  ["an unknown name", { etag: true }, 'there is no option "etag"'],
  ["a name of Object", { toString: true }, 'there is no option "toString"'],
  ["an index that is a number", { index: 1 }, "index must be of type string or boolean"],
  ["an index that is true", { index: true }, "index must be a name below the root"],
  ["an empty index", { index: "" }, "index must be a name below the root"],
  ["an absolute fallback", { fallback: "/index.html" }, "fallback must be a name below the root"],
  ["a listing that is text", { listing: "yes" }, "listing must be of type boolean"],
  ["a notFound that is a response", { notFound: text("no") }, "notFound must be of type function"],
  ["another coding", { precompressed: ["deflate"] }, "precompressed must list some of br, zstd"],
  ["codings that are no list", { precompressed: {} }, "precompressed must list some of br, zstd"],
  ["null", { mediaTypes: null }, "mediaTypes must be of type object"],
  ["an extension without a dot", { mediaTypes: { glb: "x/y" } }, '"glb" in mediaTypes'],
  ["a type with a line break", { mediaTypes: { ".glb": "x/y\r\na: b" } }, "is no field value"],
  ["a Cache-Control with a line break", { cacheControl: "a\nb" }, "is no field value"],
  ["an empty Cache-Control", { cacheControl: { "*": "" } }, "is no field value"],
  ["a Cache-Control that is a number", { cacheControl: { "*": 1 } }, "is no field value"],
  ["a time that is a number", { now: 1 }, "now must be of type function"],
];

for (const [why, options, message] of WRONG) {
  Deno.test(`staticFiles() refuses ${why}`, () => {
    assertThrows(() => staticFiles(".", options as StaticFilesOptions), TypeError, message);
  });
}

for (const root of ["", "a\0b", 1, null, new URL("https://example.com/")]) {
  Deno.test(`staticFiles() refuses the root ${JSON.stringify(root)}`, () => {
    assertThrows(() => staticFiles(root as string), TypeError, "the root must be a path or a URL");
  });
}

/** Asks a site, and gives what was answered, and one field. */
async function ask(options: StaticFilesOptions, target: string, name = "x", fields: Fields = {}) {
  using site = makeSite(FILES);
  await using server = await serveSite(site.root, { now: later, ...options });
  const { status, headers, content } = await server.ask(target, fields);
  return [status, toText(content), headers.get(name)];
}

const HTML = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
const RULES = { "assets/**": "max-age=31536000, immutable", "*.html": "no-cache" };

type Case = readonly [
  why: string,
  options: StaticFilesOptions,
  target: string,
  fields: Fields,
  name: string,
  status: number,
  content: string,
  value: string | null,
];

const CASES: readonly Case[] = [
  ["another index", { index: "home.htm" }, "/", {}, "x", 200, "home", null],
  ["another index of a folder", { index: "home.htm" }, "/docs/", {}, "x", 200, "docs", null],
  ["no index", { index: false }, "/", {}, "x", 404, "Not Found", null],
  [
    "no redirect without an index",
    { index: false },
    "/docs",
    {},
    "location",
    404,
    "Not Found",
    null,
  ],
  [
    "the fallback for a document",
    { fallback: "index.html" },
    "/a/b.c",
    HTML,
    "vary",
    200,
    "app",
    "Accept",
  ],
  [
    "no fallback for others",
    { fallback: "index.html" },
    "/a",
    { accept: "*/*" },
    "vary",
    404,
    "Not Found",
    "Accept",
  ],
  [
    "no fallback without Accept",
    { fallback: "index.html" },
    "/a",
    {},
    "vary",
    404,
    "Not Found",
    "Accept",
  ],
  [
    "files before the fallback",
    { fallback: "index.html" },
    "/page.html",
    HTML,
    "vary",
    200,
    "page",
    null,
  ],
  [
    "a fallback that is missing",
    { fallback: "none.html" },
    "/a",
    HTML,
    "vary",
    404,
    "Not Found",
    "Accept",
  ],
  [
    "both fields that a fallback varies by",
    { fallback: "index.html", precompressed: true },
    "/a",
    HTML,
    "vary",
    200,
    "app",
    "Accept-Encoding, Accept",
  ],
  [
    "what notFound answers",
    { notFound: () => text("mine", { status: 410 }) },
    "/a",
    {},
    "x",
    410,
    "mine",
    null,
  ],
  [
    "Cache-Control for all",
    { cacheControl: "no-cache" },
    "/page.html",
    {},
    "cache-control",
    200,
    "page",
    "no-cache",
  ],
  [
    "Cache-Control by glob",
    { cacheControl: RULES },
    "/page.html",
    {},
    "cache-control",
    200,
    "page",
    "no-cache",
  ],
  [
    "Cache-Control below a folder",
    { cacheControl: RULES },
    "/assets/deep/x.CSS",
    {},
    "cache-control",
    200,
    "css",
    "max-age=31536000, immutable",
  ],
  [
    "no Cache-Control elsewhere",
    { cacheControl: RULES },
    "/model.GLB",
    {},
    "cache-control",
    200,
    "model",
    null,
  ],
  [
    "Cache-Control with 304",
    { cacheControl: RULES },
    "/assets/app.3f2a.js",
    { "if-none-match": "*" },
    "cache-control",
    304,
    "",
    "max-age=31536000, immutable",
  ],
  [
    "a type of one's own",
    { mediaTypes: { ".glb": "model/x" } },
    "/model.GLB",
    {},
    "content-type",
    200,
    "model",
    "model/x",
  ],
  [
    "a usual type",
    {},
    "/assets/deep/x.CSS",
    {},
    "content-type",
    200,
    "css",
    "text/css; charset=UTF-8",
  ],
];

for (const [why, options, target, fields, name, status, content, value] of CASES) {
  Deno.test(`staticFiles() gives ${why}`, async () => {
    assertEquals(await ask(options, target, name, fields), [status, content, value]);
  });
}

Deno.test("staticFiles() takes a URL of scheme file, and a path from the working directory", async () => {
  using site = makeSite({ "public/a b.txt": "found" });
  const root = new URL(`file://${site.root}/`);
  const base = "../".repeat(Deno.cwd().split("/").length);
  for (const place of [root, site.root, `${site.root}/`, base + site.root.slice(1)]) {
    await using server = await serveSite(place as string);
    assertEquals(toText((await server.ask("/a%20b.txt")).content), "found");
  }
});

Deno.test("staticFiles() hands on what notFound throws, and calls it once", async () => {
  using site = makeSite(FILES);
  let calls = 0;
  const error = Object.assign(new Error("of the handler"), { code: "ENOENT" });
  const notFound = () => {
    calls++;
    throw error;
  };
  await using server = await serveSite(site.root, { notFound });
  assertEquals((await server.ask("/none")).status, 500);
  assertEquals([calls, server.local.errors], [1, [error]]);
});

const CODES: readonly [code: unknown, status: number | undefined][] = [
  ["ENOENT", 404],
  ["ENOTDIR", 404],
  ["ELOOP", 404],
  ["ENAMETOOLONG", 404],
  ["ENXIO", 404],
  ["EACCES", 403],
  ["EPERM", 403],
  ["EMFILE", 503],
  ["ENFILE", 503],
  ["EIO", undefined],
  ["toString", undefined],
  [undefined, undefined],
  [20, undefined],
];

for (const [code, status] of CODES) {
  Deno.test(`statusOf() is ${status} for an error of code ${code}`, () => {
    assertEquals(statusOf(Object.assign(new Error(), { code })), status);
  });
}

Deno.test("statusOf() takes anything that was thrown", () => {
  for (const thrown of [undefined, null, "ENOENT", 7]) assertEquals(statusOf(thrown), undefined);
});

Deno.test({
  name: "staticFiles() answers 403 where it has no permission",
  // Root may read everything.
  ignore: Deno.uid() === 0,
  async fn() {
    using site = makeSite(FILES);
    Deno.chmodSync(`${site.root}/page.html`, 0);
    await using server = await serveSite(site.root);
    assertEquals((await server.ask("/page.html")).status, 403);
  },
});

Deno.test("staticFiles() throws other errors to onError", async () => {
  using site = makeSite(FILES);
  const now = () => {
    throw new Error("the clock stands still");
  };
  await using server = await serveSite(site.root, { now });
  assertEquals((await server.ask("/page.html")).status, 500);
  assertEquals(String(server.local.errors[0]), "Error: the clock stands still");
});
