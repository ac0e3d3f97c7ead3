/**
 * A whole site in a browser: pages, modules, styles that were compressed, a video that is sought in,
 * a listing. `deno task test:services` runs this.
 *
 * @module
 */
import type { Browser, Page } from "playwright-core";
import type { Middleware } from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { type Files, later, makeSite, serveSite } from "../middleware/site.ts";
import { launchChromium } from "./chromium.ts";
import { requireTool } from "./tools.ts";

const HAS_CHROMIUM = requireTool("chromium");

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>A site</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="assets/style.css">
<script type="module" src="assets/main.js"></script>
<p id="greeting">…</p>
<video id="video" src="test_card.webm" preload="auto" muted></video>
</html>
`;

const VIDEO = Deno.readFileSync(new URL("../fixtures/test_card.webm", import.meta.url));

const FILES: Files = {
  // A file that is no document of ours makes the browser ask for one.
  "public/favicon.ico": "",
  "public/index.html": PAGE,
  "public/assets/main.js": 'import { greet } from "./greet.mjs";\n' +
    'document.querySelector("#greeting").textContent = greet("files");\n',
  "public/assets/greet.mjs": "export const greet = (name) => `Hello, ${name}`;\n",
  "public/assets/style.css": "p { color: rgb(9, 9, 9); }\n",
  "public/assets/style.css.br": await brotli("p { color: rgb(1, 2, 3); }\n"),
  "public/test_card.webm": VIDEO,
  'public/list/<b>bold & "quoted".txt': "found",
  "public/list/folder/x.txt": "x".repeat(2000),
};

async function brotli(text: string): Promise<Uint8Array> {
  const { brotliCompressSync } = await import("node:zlib");
  return brotliCompressSync(text);
}

/** Opens a page of a site, and fails on whatever it complains about. */
async function withPage(
  use: (page: Page, origin: string, statuses: ReadonlyMap<string, number[]>) => Promise<void>,
): Promise<void> {
  using site = makeSite(FILES);
  const statuses = new Map<string, number[]>();
  const note: Middleware = (next) => async (request, context) => {
    const response = await next(request, context);
    const { pathname } = new URL(request.url);
    statuses.set(pathname, [...statuses.get(pathname) ?? [], response.status]);
    return response;
  };
  const options = { listing: true, precompressed: true, now: later };
  await using server = await serveSite(site.root, options, note);
  const browser: Browser = await launchChromium();
  try {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("requestfailed", (request) => {
      // A video that has enough, or is sought in, stops what it no longer needs.
      if (!request.url().endsWith(".webm")) complaints.push(`failed: ${request.url()}`);
    });
    await use(page, server.local.origin, statuses);
    assertEquals(complaints, []);
    assertEquals(server.local.errors, []);
  } finally {
    await browser.close();
  }
}

Deno.test({
  name: "Chromium loads a site: page, modules, compressed styles",
  ignore: !HAS_CHROMIUM,
  fn: () =>
    withPage(async (page, origin, statuses) => {
      await page.goto(`${origin}/`);
      await page.waitForFunction('document.querySelector("#greeting").textContent !== "…"');
      assertEquals(await page.textContent("#greeting"), "Hello, files");
      const color = await page.evaluate('getComputedStyle(document.querySelector("p")).color');
      assertEquals(color, "rgb(1, 2, 3)");
      await page.reload();
      await page.waitForFunction('document.querySelector("#greeting").textContent !== "…"');
      assertEquals(statuses.get("/"), [200, 304]);
    }),
});

Deno.test({
  name: "Chromium plays a video, and seeks in it",
  ignore: !HAS_CHROMIUM,
  fn: () =>
    withPage(async (page, origin, statuses) => {
      await page.goto(`${origin}/`);
      const seek = (time: number) =>
        page.evaluate(`new Promise((resolve, reject) => {
          const video = document.querySelector("#video");
          video.onerror = () => reject(new Error(video.error.message));
          const seek = () => {
            video.onseeked = () => resolve(Math.round(video.currentTime));
            video.currentTime = ${time};
          };
          if (video.readyState > 0) seek();
          else video.onloadedmetadata = seek;
        })`);
      for (const time of [15, 3, 19]) assertEquals(await seek(time), time);
      const video = statuses.get("/test_card.webm")!;
      assert(video.length > 0 && video.every((status) => status === 206), String(video));
    }),
});

Deno.test({
  name: "Chromium shows a listing, and follows its links by keyboard",
  ignore: !HAS_CHROMIUM,
  fn: () =>
    withPage(async (page, origin) => {
      await page.goto(`${origin}/list`);
      assertEquals(page.url(), `${origin}/list/`);
      assertEquals(await page.locator("a").allTextContents(), [
        "../ (folder above)",
        "folder/",
        '<b>bold & "quoted".txt',
      ]);
      assertEquals(await page.locator("b").count(), 0);
      await page.keyboard.press("Tab");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await page.waitForURL(`${origin}/list/folder/`);
      await page.locator("a", { hasText: "x.txt" }).click();
      await page.waitForURL(`${origin}/list/folder/x.txt`);
      await page.goBack();
      await page.locator("a", { hasText: "folder above" }).click();
      await page.waitForURL(`${origin}/list/`);
      await page.locator("a", { hasText: "bold" }).click();
      assertEquals(await page.textContent("body"), "found");
    }),
});
