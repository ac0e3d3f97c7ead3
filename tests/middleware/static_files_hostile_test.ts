import { staticFiles, type StaticFilesOptions } from "../../src/middleware/static_files.ts";
import { assert, assertEquals, assertGreater } from "../assert.ts";
import { startLocal } from "../transport/servers.ts";
import { toText, WireClient } from "../transport/wire_client.ts";
import { type Handler, routes } from "../../mod.ts";
import { HOSTILE_PATHS } from "./hostile_paths.ts";
import { later, makeSite, type Site } from "./site.ts";

/** In everything that must not be seen. */
const SECRET = "top secret 7f3a";

/** What may be seen. */
const PUBLIC = ["letters", "docs", "contact"];

/** A root with all that lies in wait in a file system. */
async function makeTrap(): Promise<Site & AsyncDisposable> {
  const site = makeSite({
    "secret.txt": SECRET,
    "secret.txt.br": SECRET,
    "public-sibling/secret.txt": SECRET,
    "public/index.html": "letters",
    "public/letters.txt": "letters",
    "public/docs/index.html": "docs",
    "public/docs/.hidden": SECRET,
    "public/docs/.well-known/security.txt": SECRET,
    "public/.well-known/security.txt": "contact",
    "public/.well-known/.env": SECRET,
    "public/.env": SECRET,
    "public/.env.br": SECRET,
    "public/.br": SECRET,
    "public/.git/config": SECRET,
    "public/.htpasswd": SECRET,
  });
  const { folder, root } = site;
  const links: [target: string, name: string][] = [
    [`${folder}/secret.txt`, "link-to-secret"],
    [folder, "link-to-outside"],
    ["link-to-secret", "link-to-link"],
    ["../secret.txt", "relative-link"],
    ["/", "link-to-root"],
    ["nowhere", "dangling"],
    ["loop", "loop"],
    ["loop-b", "loop-a"],
    ["loop-a", "loop-b"],
    [`${folder}/public-sibling`, "link-to-sibling"],
    ["../..", "docs/link-up"],
    ["/dev/zero", "link-to-device"],
    ["/proc/self/environ", "link-to-proc"],
    ["fifo", "link-to-fifo"],
    [`${folder}/secret.txt.br`, "letters.txt.br"],
    ["letters.txt", "inside-link"],
    [".", "inside-loop"],
  ];
  for (const [target, name] of links) Deno.symlinkSync(target, `${root}/${name}`);
  Deno.mkdirSync(`${root}/outside-index`);
  Deno.symlinkSync(`${folder}/secret.txt`, `${root}/outside-index/index.html`);
  Deno.mkdirSync(`${root}/fifo-index`);
  for (const name of ["fifo", "fifo-index/index.html", "docs/index.html.gz"]) {
    await new Deno.Command("mkfifo", { args: [`${root}/${name}`] }).output();
  }
  const listener = Deno.listen({ transport: "unix", path: `${root}/socket` });
  return {
    ...site,
    // deno-lint-ignore require-await
    async [Symbol.asyncDispose]() {
      listener.close();
      site[Symbol.dispose]();
    },
  };
}

const SITES: readonly [how: string, options: StaticFilesOptions, isRouted: boolean][] = [
  ["behind a wildcard", {}, true],
  ["without a table", {}, false],
  [
    "with everything turned on",
    { listing: true, precompressed: true, fallback: "letters.txt" },
    true,
  ],
];

const PATHS = Object.entries(HOSTILE_PATHS);

Deno.test("there are more than 150 hostile paths, each once", () => {
  const paths = PATHS.flatMap(([, paths]) => paths);
  assertGreater(paths.length, 200);
  assertEquals(new Set(paths).size, paths.length);
});

for (const [how, options, isRouted] of SITES) {
  Deno.test(`staticFiles() ${how}: hostile paths learn nothing`, async (t) => {
    await using site = await makeTrap();
    const files = staticFiles(site.root, { ...options, now: later });
    const handler = isRouted ? routes({ "GET /*": files }).fetch as Handler : files;
    await using server = await startLocal(handler);
    for (const [kind, paths] of PATHS) {
      await t.step(kind, async () => {
        for (const path of paths) {
          for (const accepted of ["", "accept-encoding: br, gzip\r\naccept: text/html\r\n"]) {
            using client = await WireClient.connect(server.addr);
            await client.send(`GET ${path} HTTP/1.1\r\nhost: x\r\n${accepted}\r\n`);
            const { status, headers, content } = await client.response();
            const what = `${path} ${status} ${toText(content)}`;
            assert([200, 308, 400, 404, 414].includes(status), what);
            const text = toText(content);
            const seen = `${[...headers].flat().join(" ")} ${text}`;
            assert(!/top secret|root:.*:0:0|PATH=/.test(seen), what);
            if (status === 308) assert(/^\.\/[\w%.-]*\/$/.test(headers.get("location")!), what);
            if (status === 200 && !options.listing) assert(PUBLIC.includes(text), what);
          }
        }
      });
    }
    // The server is none the worse for it.
    assertEquals(server.errors, []);
    assertEquals(await (await fetch(`${server.origin}/letters.txt`)).text(), "letters");
  });
}

const REFUSED_ALWAYS = [
  "links",
  "what is no file",
  "names that begin with a dot",
  "devices of Windows",
];

Deno.test("staticFiles() finds nothing under names that are refused", async () => {
  await using site = await makeTrap();
  await using server = await startLocal(routes({ "/*": staticFiles(site.root) }).fetch);
  for (const path of REFUSED_ALWAYS.flatMap((kind) => HOSTILE_PATHS[kind])) {
    using client = await WireClient.connect(server.addr);
    await client.send(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
    assertEquals([path, (await client.response()).status], [path, 404]);
  }
});

Deno.test("staticFiles() follows links that stay inside", async () => {
  await using site = await makeTrap();
  await using server = await startLocal(
    routes({ "/*": staticFiles(site.root, { now: later }) }).fetch,
  );
  for (const path of ["inside-link", "inside-loop/letters.txt", "inside-loop/inside-loop/", ""]) {
    for (const _ of ["found", "remembered"]) {
      assertEquals(await (await fetch(`${server.origin}/${path}`)).text(), "letters");
    }
  }
});

Deno.test("staticFiles() takes no neighbour that leads out, or is no file", async () => {
  await using site = await makeTrap();
  const options = { precompressed: true, now: later };
  await using server = await startLocal(routes({ "/*": staticFiles(site.root, options) }).fetch);
  for (const [path, content] of [["letters.txt", "letters"], ["docs/", "docs"]]) {
    const headers = { "accept-encoding": "br, gzip" };
    const response = await fetch(`${server.origin}/${path}`, { headers });
    assertEquals([response.headers.get("content-encoding"), await response.text()], [
      null,
      content,
    ]);
  }
});

Deno.test("staticFiles() serves names with a dot where it is told to, and still nothing outside", async () => {
  await using site = await makeTrap();
  await using server = await startLocal(
    routes({ "/*": staticFiles(site.root, { dotfiles: true }) }).fetch,
  );
  assertEquals(await (await fetch(`${server.origin}/.env`)).text(), SECRET);
  const { status, body } = await fetch(`${server.origin}/..%2fsecret.txt`);
  await body?.cancel();
  assertEquals(status, 404);
});
