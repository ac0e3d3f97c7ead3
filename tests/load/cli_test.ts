import { text } from "../../mod.ts";
import { readCommandLine } from "../../src/load/flags.ts";
import { VERSION } from "../../src/version.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../assert.ts";
import { runProgram } from "../program.ts";
import { startLocal } from "../transport/servers.ts";

const COMMAND = ["run", "-A", "src/load/cli.ts"];

/** Shorter than its name. */
const URL_ = "http://127.0.0.1:1/";

const MISTAKES: [args: string[], complaint: string][] = [
  [[], "the URL is missing"],
  [[URL_, URL_], `one URL at a time, and not ${URL_}`],
  [["http://"], "http:// is no URL: write http://host:port/path"],
  [["--conections", "4", URL_], "unknown flag --conections"],
  [["-c", "4", URL_], "unknown flag -c"],
  [[URL_, "--connections"], "--connections needs a value"],
  [[URL_, "--connections", "many"], "--connections needs a number"],
  [[URL_, "--connections=-1"], "--connections needs a number"],
  [
    [URL_, "--connections", "0"],
    "Cannot load with connections 0: it must be a whole number from 1 to 65535",
  ],
  [[URL_, "--duration", "10"], "--duration needs a time: 500ms, 10s, 2m, 1h"],
  [[URL_, "--max-p99", "20"], "--max-p99 needs a time: 500ms, 10s, 2m, 1h"],
  [[URL_, "--rate", "1e3"], "--rate needs a number"],
  [[URL_, "--header", "Accept"], '--header needs "Name: value", not Accept'],
  [[URL_, "--header", "a b: c"], 'Cannot send the field "a b": its name is no token'],
  [[URL_, "--body", "a", "--body-file", "b"], "--body and --body-file exclude one another"],
  [[URL_, "--body-size", "2GiB"], "--body-size needs a size up to 1GiB: 512, 64KiB, 1MB"],
  [[URL_, "--html="], "--html needs a value"],
  [["ftp://127.0.0.1/"], "Cannot load ftp://127.0.0.1/: only http: and https: can be"],
  [["mailto:a@b"], "Cannot load a URL with a name or a password: send Authorization instead"],
];

for (const [args, complaint] of MISTAKES) {
  Deno.test(`culvert-load ${args.join(" ")} ends with 2`, async () => {
    const { code, stdout, stderr } = await runProgram([...COMMAND, ...args]);
    assertEquals([code, stdout, stderr.split("\n")[0]], [2, "", complaint]);
    assertEquals(stderr.endsWith("\nTry --help for the flags\n"), !complaint.startsWith("Cannot"));
  });
}

Deno.test("every flag is read", () => {
  const line = "127.0.0.1:8000/a --connections 3 --pipelining 2 --duration 1.5s --requests 9 " +
    "--rate 7.5 --warm-up 1s --timeout 200ms --method PUT --header A:1 --header B:2 --body c " +
    "--unix /s --insecure --json - --html h --max-p50 1ms --max-p90 2ms --max-p99 3ms " +
    "--max-p999 4ms --max-latency 5ms --max-errors 0 --min-rate 10 --quiet";
  const { options, thresholds, json, html, isQuiet, contentFile } = readCommandLine(
    line.split(" "),
  ) as Exclude<ReturnType<typeof readCommandLine>, string>;
  assertEquals(options, {
    url: "http://127.0.0.1:8000/a",
    connections: 3,
    pipelining: 2,
    duration: 1_500,
    requests: 9,
    rate: 7.5,
    warmUp: 1_000,
    timeout: 200,
    method: "PUT",
    headers: [["A", "1"], ["B", "2"]],
    content: "c",
    unix: "/s",
    insecure: true,
  });
  assertEquals(thresholds, {
    maxP50: 1,
    maxP90: 2,
    maxP99: 3,
    maxP999: 4,
    maxLatency: 5,
    maxErrors: 0,
    minRate: 10,
  });
  assertEquals([json, html, isQuiet, contentFile], ["-", "h", true, undefined]);
});

const CONTENTS: [args: string[], expected: string | undefined][] = [
  [["--body="], ""],
  [["--body-size", "3"], "xxx"],
  [["--body-file", "-"], undefined],
];

for (const [args, expected] of CONTENTS) {
  Deno.test(`the content of ${args.join(" ")}`, () => {
    const command = readCommandLine([URL_, ...args]);
    assert(typeof command !== "string");
    const { content } = command.options;
    assertEquals(
      typeof content === "object" ? new TextDecoder().decode(content) : content,
      expected,
    );
    assertEquals(command.contentFile, args[1] === "-" ? "-" : undefined);
  });
}

Deno.test("--help names every flag, --version the version", async () => {
  const { code, stdout } = await runProgram([...COMMAND, "--help"]);
  assertEquals(code, 0);
  for (const flag of ["connections", "rate", "warm-up", "body-file", "json", "html", "min-rate"]) {
    assertMatch(stdout, new RegExp(`^  --${flag} `, "m"));
  }
  const version = await runProgram([...COMMAND, "--version"]);
  assertEquals(version.stdout, `culvert-load ${VERSION}\n`);
});

const THRESHOLDS: [args: string[], code: number, told: string][] = [
  [["--max-errors", "0", "--max-latency", "1h"], 0, ""],
  [["--max-p99", "0s"], 1, "Threshold: p99 is "],
  [["--min-rate", "1000000000"], 1, "Threshold: the rate is "],
];

for (const [args, expected, told] of THRESHOLDS) {
  Deno.test(`thresholds ${args.join(" ")} end with ${expected}`, async () => {
    await using local = await startLocal(() => text("Hi"));
    const { code, stdout } = await runProgram([
      ...COMMAND,
      local.origin,
      "--requests",
      "50",
      ...args,
    ]);
    assertEquals(code, expected, stdout);
    assertStringIncludes(stdout, "answers   50 in");
    assertStringIncludes(stdout, told);
    assertEquals(stdout.includes("Threshold:"), told !== "");
  });
}

Deno.test("a server that cannot be reached, or a file, is one line and exit code 1", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}/`;
  listener.close();
  const refused = await runProgram([...COMMAND, url]);
  assertEquals(refused, {
    code: 1,
    stdout: "",
    stderr: `Cannot load ${url}: nobody listens there (connection refused)\n`,
  });
  const missing = await runProgram([...COMMAND, url, "--body-file", "/nowhere"]);
  assertEquals(missing.code, 1);
  assertMatch(missing.stderr, /^Cannot read \/nowhere: [^\n]+\n$/);
});

Deno.test("reports go where they should: JSON alone to the standard output, a page to a file", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const contents = new Set<string>();
    await using local = await startLocal(async (request) => {
      contents.add(await request.text());
      return text("Hi");
    });
    const page = `${folder}/report.html`;
    const args = [
      local.origin,
      "--requests",
      "20",
      "--json",
      "-",
      "--html",
      page,
      "--body-file",
      "-",
    ];
    const { code, stdout, stderr } = await runProgram([...COMMAND, ...args], "from the input");
    assertEquals(code, 0, stderr);
    assertEquals([...contents], ["from the input"]);
    const report = JSON.parse(stdout);
    assertEquals([report.requests, report.method, report.errors.total], [20, "POST", 0]);
    assertMatch(stderr, /^ {2}p99\.99 /m);
    assertMatch(await Deno.readTextFile(page), /^<!DOCTYPE html>/);
    const unwritable = await runProgram([
      ...COMMAND,
      local.origin,
      "--requests",
      "1",
      "--json",
      folder,
    ]);
    assertEquals(unwritable.code, 1);
    assertMatch(unwritable.stderr, /^Cannot write /m);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("SIGINT prints the summary of what was measured so far", async () => {
  let answered = 0;
  let interrupt = () => {};
  const hasBegun = new Promise<void>((resolve) => interrupt = resolve);
  await using local = await startLocal(() => {
    if (++answered === 50) interrupt();
    return text("Hi");
  });
  const child = new Deno.Command(Deno.execPath(), {
    args: [...COMMAND, local.origin, "--duration", "1h"],
    cwd: new URL("../../", import.meta.url),
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  await hasBegun;
  child.kill("SIGINT");
  const { code, stdout } = await child.output();
  const summary = new TextDecoder().decode(stdout);
  assertEquals(code, 0, summary);
  assertStringIncludes(summary, "Note: it ended early");
  assertMatch(summary, /^ {2}2xx +\d/m);
});
