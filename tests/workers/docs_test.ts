/** The programs of docs/workers.md, as the files that they are. */
import { assertEquals } from "../assert.ts";
import { readFences } from "../fences.ts";
import { startServer } from "../program.ts";

const PAGE = new URL("../../docs/workers.md", import.meta.url);

Deno.test({
  name: "docs/workers.md: the programs serve, and end at SIGTERM",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const files = readFiles(await Deno.readTextFile(PAGE));
      assertEquals(files.map(({ name }) => name), ["app.ts", "main.ts"]);
      for (const { name, code } of files) await Deno.writeTextFile(`${folder}/${name}`, code);
      const flags = ["--no-prompt", "--allow-net", "--allow-read", "--allow-run", "--allow-env"];
      const args = ["run", "--check", "--config=deno.json", ...flags, `${folder}/main.ts`];
      await using server = await startServer(args);
      assertEquals(await (await fetch(`${server.origin}/`)).text(), "Hello, World!");
      assertEquals(await (await fetch(`${server.origin}/readyz`)).text(), "ready");
      server.signal("SIGTERM");
      assertEquals((await server.ended).code, 0);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

/** The fences that name a file, on a port that the system chooses. */
function readFiles(page: string): { name: string; code: string }[] {
  return readFences(page).flatMap(({ info, code }) => {
    const name = info.find((word) => word.startsWith("file="))?.slice("file=".length);
    return name === undefined ? [] : [{ name, code: code.replace("port: 8080", "port: 0") }];
  });
}
