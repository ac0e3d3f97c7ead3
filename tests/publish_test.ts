/** The files that JSR gets are enough. */
import { assertEquals, assertGreater } from "./assert.ts";
import { readFences } from "./fences.ts";
import { startServer } from "./program.ts";

const ROOT = new URL("../", import.meta.url);

Deno.test("what is published works alone: every export, and the program of README.md", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const files = await publishedFiles();
    assertGreater(files.length, 50);
    for (const file of files) await copy(file, folder);
    const { exports } = JSON.parse(await Deno.readTextFile(`${folder}/deno.json`));
    const names = Object.keys(exports).map((name) => `@culvert/http${name.slice(1)}`);
    assertGreater(names.length, 1);
    const imports = names.map((name) => `await import(${JSON.stringify(name)});\n`).join("");
    const readme = await Deno.readTextFile(`${folder}/README.md`);
    const { code } = readFences(readme).find(({ info }) => info.includes("program"))!;
    await Deno.writeTextFile(
      `${folder}/program.ts`,
      imports + code.replace(/\bport: \d+/, "port: 0"),
    );
    const config = `--config=${folder}/deno.json`;
    await using server = await startServer(
      ["run", "-A", "--check", "--no-lock", config, `${folder}/program.ts`],
    );
    assertEquals(await (await fetch(server.origin)).text(), "Hello, World!");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** Relative to the root, as `deno publish` lists them; slow types make it fail. */
async function publishedFiles(): Promise<string[]> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["publish", "--dry-run", "--allow-dirty"],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const report = new TextDecoder().decode(stderr);
  assertEquals(success, true, report);
  return [...report.matchAll(/^\s*file:\/\/(\S+) \(/gm)]
    .map(([, path]) => decodeURIComponent(path).slice(decodeURIComponent(ROOT.pathname).length));
}

async function copy(file: string, folder: string): Promise<void> {
  const target = `${folder}/${file}`;
  await Deno.mkdir(target.slice(0, target.lastIndexOf("/")), { recursive: true });
  await Deno.copyFile(new URL(file, ROOT), target);
}
