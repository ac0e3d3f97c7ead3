import { assert, assertEquals, assertNotEquals } from "./assert.ts";
import { type Fence, readFences } from "./fences.ts";
import { type RunningServer, startServer } from "./program.ts";

/**
 * The programs of README.md and docs/, run as processes.
 *
 * A `ts ignore program` fence is a whole program that serves: it runs on a port of its own, and
 * must answer `GET /`. In the `console` fences behind it, a line that starts with `$ ` is a command,
 * run against that program, and the lines below it must be what the command writes.
 */

interface Example {
  readonly name: string;
  readonly program: string;
  /** The port that the program names. */
  readonly port: string;
  readonly sessions: readonly string[];
}

const ROOT = new URL("../", import.meta.url);
const HAS_CURL = await new Deno.Command("curl", { args: ["--version"], stdout: "null" }).output()
  .then(({ success }) => success, () => false);

const documents = [
  ...markdownFiles("").filter((file) => file === "README.md"),
  ...markdownFiles("docs/"),
];
const examples = documents.flatMap((file) => readExamples(file));

Deno.test("README.md has a program", () => {
  assert(examples.some(({ name }) => name.startsWith("README.md")));
});

for (const { name, program, port, sessions } of examples) {
  Deno.test(`${name}: the program answers GET /`, async () => {
    await using server = await runExample(program);
    const response = await fetch(`${server.origin}/`);
    assertEquals(response.status, 200);
    assertNotEquals(await response.text(), "");
  });
  for (const session of sessions) {
    Deno.test({
      name: `${name}: the program answers ${session.split("\n")[0].slice(2)}`,
      ignore: !HAS_CURL,
      async fn() {
        await using server = await runExample(program);
        for (const { command, output } of readSession(session)) {
          const written = await shell(command.replaceAll(`:${port}`, `:${server.port}`));
          assertEquals(plain(written), plain(output), command);
        }
      },
    });
  }
}

Deno.test("the documents name only tasks that exist", async () => {
  const manifest = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  const named = [...markdownFiles(""), ...markdownFiles("docs/")].flatMap((file) => {
    const markdown = Deno.readTextFileSync(new URL(file, ROOT));
    return [...markdown.matchAll(/\b(?:deno|deno@[\d.]+) task ([\w:-]+)/g)].map(([, task]) => task);
  });
  assertNotEquals(named, []);
  assertEquals(named.filter((task) => manifest.tasks[task] === undefined), []);
});

function readExamples(file: string): Example[] {
  const fences = readFences(Deno.readTextFileSync(new URL(file, ROOT)));
  return fences.flatMap((fence, index) => {
    if (!isProgram(fence)) return [];
    const next = fences.findIndex((other, i) => i > index && isProgram(other));
    const behind = fences.slice(index + 1, next === -1 ? undefined : next);
    return [{
      name: `${file}:${fence.line}`,
      program: fence.code,
      port: /\bport: (\d+)/.exec(fence.code)?.[1] ?? "8000",
      sessions: behind.filter(({ info }) => info[0] === "console").map(({ code }) => code),
    }];
  });
}

function isProgram({ info }: Fence): boolean {
  return info[0] === "ts" && info.includes("program");
}

/** Runs a program on a port that the system chooses. */
async function runExample(program: string): Promise<RunningServer> {
  const source = /\bport: \d+/.test(program)
    ? program.replace(/\bport: \d+/, "port: 0")
    : program.replace(/\bserve\(/, "serve({ port: 0 }, ");
  const flags = ["--check", "--no-prompt", "--allow-net", "--allow-read"];
  return await startServer(["run", ...flags, "-"], source);
}

function readSession(session: string): { command: string; output: string }[] {
  return session.split(/^\$ /m).slice(1).map((part) => {
    const [command, ...output] = part.split("\n");
    return { command, output: output.join("\n") };
  });
}

async function shell(command: string): Promise<string> {
  const { stdout } = await new Deno.Command("sh", { args: ["-c", command] }).output();
  return new TextDecoder().decode(stdout);
}

/** Without what differs from run to run, and without the space at its end. */
function plain(output: string): string {
  return output.replaceAll("\r", "").replace(/^date: .*/gim, "date: now").trimEnd();
}

function markdownFiles(folder: string): string[] {
  try {
    return [...Deno.readDirSync(new URL(folder || ".", ROOT))]
      .map(({ name }) => folder + name).filter((name) => name.endsWith(".md")).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
