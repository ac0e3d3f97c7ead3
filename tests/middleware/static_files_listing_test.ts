import fc from "fast-check";
import {
  escapeHtml,
  listingPage,
  readableSize,
} from "../../src/middleware/static_files/listing_page.ts";
import { assert, assertEquals, assertFalse, assertStringIncludes } from "../assert.ts";
import { toText } from "../transport/wire_client.ts";
import { makeSite, serveSite } from "./site.ts";

const decoder = new TextDecoder();

/** The hrefs of a page, in their order. */
function references(page: string): string[] {
  return [...page.matchAll(/<a href="([^"]*)"/g)].map(([, reference]) => reference);
}

Deno.test("a listing has folders first, names in the order that people expect", async () => {
  using site = makeSite({
    "secret.txt": "secret",
    "public/folder/file-10.txt": "",
    "public/folder/file-9.txt": "",
    "public/folder/Zebra/x": "",
    "public/folder/apple/x": "",
    "public/folder/.hidden": "",
    "public/folder/aux": "",
    "public/folder/<b>&\"'#?% ü.txt": "x".repeat(2048),
  });
  const folder = `${site.root}/folder`;
  Deno.symlinkSync(`${site.folder}/secret.txt`, `${folder}/outside`);
  Deno.symlinkSync("file-9.txt", `${folder}/inside`);
  Deno.symlinkSync("nowhere", `${folder}/dangling`);
  await new Deno.Command("mkfifo", { args: [`${folder}/fifo`] }).output();
  await using server = await serveSite(site.root, { listing: true });

  assertEquals((await server.ask("/folder")).headers.get("location"), "./folder/");
  const { status, headers, content } = await server.ask("/folder/");
  const page = decoder.decode(content);
  assertEquals([status, headers.get("content-type")], [200, "text/html;charset=UTF-8"]);
  assertEquals(references(page), [
    "../",
    "./apple/",
    "./Zebra/",
    "./%3Cb%3E%26%22&#39;%23%3F%25%20%C3%BC.txt",
    "./file-9.txt",
    "./file-10.txt",
    "./inside",
  ]);
  assertStringIncludes(page, "<bdi>&#60;b&#62;&#38;&#34;&#39;#?% ü.txt</bdi></a>");
  assertStringIncludes(page, ">2.0 KiB</td>");
  assertStringIncludes(
    page,
    '<time datetime="2024-06-01T12:00:00.000Z">2024-06-01 12:00 UTC</time>',
  );
  assertFalse(page.includes("<script"));
  assertStringIncludes(headers.get("content-security-policy")!, "default-src 'none'");
});

Deno.test("every link of a listing leads to what it names", async () => {
  const names = [
    "a b",
    "ä.txt",
    "100%",
    "q?x=1",
    "#hash",
    "semi;colon",
    "+plus",
    "&amp;",
    "%2e%2e",
  ];
  using site = makeSite(Object.fromEntries(names.map((name) => [`public/${name}`, name])));
  await using server = await serveSite(site.root, { listing: true });
  const page = decoder.decode((await server.ask("/")).content);
  const links = references(page);
  assertEquals(links.length, names.length);
  for (const link of links) {
    const { pathname } = new URL(link.replaceAll("&#39;", "'"), "http://x/");
    const { status, content } = await server.ask(pathname);
    assertEquals(status, 200);
    assert(names.includes(decoder.decode(content)), link);
  }
});

Deno.test("the root has no folder above it, and an index comes before a listing", async () => {
  using site = makeSite({ "public/a/x": "", "public/b/index.html": "index" });
  await using server = await serveSite(site.root, { listing: true });
  assertEquals(references(toText((await server.ask("/")).content)), ["./a/", "./b/"]);
  assertEquals(toText((await server.ask("/b/")).content), "index");
});

Deno.test("a listing is made for HEAD too, and only where there is a folder", async () => {
  using site = makeSite({ "public/empty.txt": "" });
  Deno.mkdirSync(`${site.root}/empty`);
  await using server = await serveSite(site.root, { listing: true });
  const { status, content } = await server.ask("/empty/", {}, "HEAD");
  assertEquals([status, content.length], [200, 0]);
  assertStringIncludes(toText((await server.ask("/empty/")).content), "This folder is empty.");
  assertEquals((await server.ask("/empty.txt/")).status, 404);
  assertEquals((await server.ask("/none/")).status, 404);
});

Deno.test("a listing of too much says how much it left out", () => {
  const page = listingPage({ path: "/", entries: [], hasParent: false, more: 12 });
  assertStringIncludes(page, "12 more are not shown.");
});

Deno.test("escapeHtml() leaves no markup, whatever the text", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    const escaped = escapeHtml(text);
    assert(!/[<>"']/.test(escaped) && !/&(?!#\d+;)/.test(escaped));
    const back = escaped.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
    assertEquals(back, text);
  }));
});

const SIZES: readonly [octets: number, text: string][] = [
  [0, "0 B"],
  [1023, "1023 B"],
  [1024, "1.0 KiB"],
  [1500, "1.5 KiB"],
  [10 * 1024, "10 KiB"],
  [1024 * 1024 - 1, "1.0 MiB"],
  [5 * 2 ** 30, "5.0 GiB"],
  [2 ** 60, "1024 PiB"],
];

for (const [octets, text] of SIZES) {
  Deno.test(`readableSize() writes ${octets} as ${text}`, () => {
    assertEquals(readableSize(octets), text);
  });
}
