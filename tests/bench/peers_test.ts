import { fetchHandlers } from "../../bench/peers/apps/fetch_handlers.mjs";
import { checkAnswer, requestText } from "../../bench/peers/check.ts";
import { CONTESTANTS, contestantsOf } from "../../bench/peers/contestants.ts";
import { withOthers } from "../../bench/peers/publish.ts";
import type { Report } from "../../bench/peers/report.ts";
import { type Workload, WORKLOADS } from "../../bench/peers/workloads.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";

type Handler = (request: Request) => Response | Promise<Response>;

const FILE = WORKLOADS.find(({ name }) => name === "file")!.answer as Uint8Array<ArrayBuffer>;
const handlers = fetchHandlers({ openFile: () => new Blob([FILE]).stream() }) as Readonly<
  Record<string, Handler>
>;

function workloadOf(wanted: string): Workload {
  return WORKLOADS.find(({ name }) => name === wanted)!;
}

/** What a handler of web standards answers to the request of a workload. */
async function answerOf({ kind, load }: Workload) {
  const { method, path = "/", fields, content } = load;
  const body = content && content.text.repeat(content.times);
  const init = { method, headers: fields, body };
  const handler = handlers[kind === "connection" ? "plaintext" : kind];
  const response = await handler(new Request(`http://localhost${path}`, init));
  const { status, statusText: reason, headers } = response;
  return { status, reason, headers, content: await response.bytes() };
}

for (const workload of WORKLOADS) {
  Deno.test(`bench:peers, ${workload.name}: the right answer passes, others do not`, async () => {
    const answer = await answerOf(workload);
    checkAnswer(answer, workload);
    const wrong = [
      { ...answer, status: 404 },
      { ...answer, headers: new Headers({ "content-type": "image/png" }) },
      { ...answer, content: new Uint8Array([...answer.content.subarray(1), 0x7b]) },
    ];
    for (const one of wrong) assertThrows(() => checkAnswer(one, workload), Error);
  });
}

Deno.test("bench:peers: the head of a browser has 20 fields and about 900 octets", () => {
  const head = requestText(workloadOf("fields").load);
  assertEquals(head.split("\r\n").length - 3, 20);
  assert(Math.abs(head.length - 900) < 50, `${head.length} octets`);
});

Deno.test("bench:peers: the content of JSON has about 1 KB", () => {
  const octets = workloadOf("json").load.content!.text.length;
  assert(Math.abs(octets - 1_000) < 100, `${octets} octets`);
});

Deno.test("bench:peers: bare sockets and servers without Response are left out where they must, but not the runtime's own", () => {
  const serversOf = (name: string) =>
    contestantsOf(workloadOf(name), CONTESTANTS)
      .filter(({ runtime }) => runtime === "node").map(({ server }) => server);
  assertEquals(serversOf("plaintext")[0], "node:net");
  assertEquals(serversOf("json")[0], "node:http");
  assertEquals(serversOf("native"), ["node:http", "Hono", "srvx", "Culvert"]);
});

Deno.test("bench:peers: --add replaces what was measured again, and keeps the rest in order", () => {
  const report = (names: readonly string[], date: string) =>
    ({
      machine: { date } as Report["machine"],
      alternations: 5,
      seconds: 1,
      workloads: names.map((name) => ({ name, title: date, rows: [] })),
    }) as unknown as Report;
  const { machine, workloads } = withOthers(
    report(["b", "d"], "new"),
    report(["a", "b", "c"], "old"),
  );
  assertEquals(machine.date, "new");
  assertEquals(workloads.map(({ name, title }) => `${title} ${name}`), [
    "old a",
    "new b",
    "old c",
    "new d",
  ]);
});
