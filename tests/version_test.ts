import { VERSION } from "../src/version.ts";
import { assertEquals } from "./assert.ts";

Deno.test("VERSION is the version of deno.json", async () => {
  const manifest = JSON.parse(await Deno.readTextFile(new URL("../deno.json", import.meta.url)));
  assertEquals(VERSION, manifest.version);
});
