/** What becomes of answers when files, folders and links are changed. */
import { assertEquals, assertMatch } from "../assert.ts";
import { toText } from "../transport/wire_client.ts";
import { later, makeSite, MODIFIED, serveSite, writeFile } from "./site.ts";

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const TAG = `"1a-${MODIFIED.getTime().toString(16)}"`;

const FILES = { "public/letters.txt": LETTERS };

Deno.test("staticFiles() sees at once what has become of a file it remembers", async () => {
  using site = makeSite(FILES);
  await using server = await serveSite(site.root, { now: later });
  const read = async () => toText((await server.ask("/letters.txt")).content);
  const path = `${site.root}/letters.txt`;
  assertEquals([await read(), await read()], [LETTERS, LETTERS]);
  writeFile(path, "changed");
  assertEquals(await read(), "changed");
  Deno.removeSync(path);
  assertEquals(await read(), "Not Found");
  writeFile(`${site.folder}/secret`, "secret");
  Deno.symlinkSync(`${site.folder}/secret`, path);
  assertEquals(await read(), "Not Found");
  Deno.removeSync(path);
  Deno.mkdirSync(path);
  assertEquals(await read(), "Not Found");
  Deno.removeSync(path);
  writeFile(path, LETTERS);
  assertEquals([await read(), await read()], [LETTERS, LETTERS]);
});

Deno.test("staticFiles() follows a root that is a link to where it leads now", async () => {
  using site = makeSite({ "one/a.txt": "one", "two/a.txt": "two" });
  Deno.symlinkSync("one", `${site.folder}/current`);
  await using server = await serveSite(`${site.folder}/current`, { now: later });
  const read = async () => toText((await server.ask("/a.txt")).content);
  assertEquals([await read(), await read()], ["one", "one"]);
  Deno.symlinkSync("two", `${site.folder}/next`);
  Deno.renameSync(`${site.folder}/next`, `${site.folder}/current`);
  assertEquals([await read(), await read()], ["two", "two"]);
});

Deno.test("staticFiles() has a weak tag while a file may change unseen (RFC 9110 §8.8.1)", async () => {
  using site = makeSite(FILES);
  let time = MODIFIED.getTime() + 1500;
  await using server = await serveSite(site.root, { now: () => time });
  const first = await server.ask("/letters.txt");
  assertEquals(first.headers.get("etag"), `W/${TAG}`);
  const range = { range: "bytes=0-0", "if-range": `W/${TAG}` };
  assertEquals((await server.ask("/letters.txt", range)).status, 200);
  assertEquals((await server.ask("/letters.txt", { "if-none-match": `W/${TAG}` })).status, 304);
  time += 1000;
  assertEquals((await server.ask("/letters.txt")).headers.get("etag"), TAG);
});

Deno.test("staticFiles() has no Last-Modified behind its answer (RFC 9110 §8.8.2.1)", async () => {
  using site = makeSite(FILES);
  const time = MODIFIED.getTime() - 60_000;
  await using server = await serveSite(site.root, { now: () => time });
  const { headers } = await server.ask("/letters.txt");
  assertEquals(headers.get("last-modified"), new Date(time).toUTCString());
  assertMatch(headers.get("etag")!, /^W\//);
});

Deno.test("staticFiles() does not follow a folder that has been moved out of the root", async () => {
  using site = makeSite({ "public/sub/a.txt": "inside" });
  await using server = await serveSite(site.root, { now: later });
  const read = async () => toText((await server.ask("/sub/a.txt")).content);
  assertEquals([await read(), await read()], ["inside", "inside"]);
  Deno.renameSync(`${site.root}/sub`, `${site.folder}/elsewhere`);
  Deno.symlinkSync(`${site.folder}/elsewhere`, `${site.root}/sub`);
  assertEquals(await read(), "Not Found");
});
