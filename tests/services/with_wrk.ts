/**
 * The load tester beside wrk, on the same servers.
 *
 * @module
 */
import { loadTest } from "../../src/load/load.ts";
import { assert, assertEquals, assertGreater, assertLess } from "../assert.ts";
import { startServer } from "../program.ts";
import { requireTool } from "./tools.ts";

const HAS_WRK = requireTool("wrk");

const CONNECTIONS = 32;
const SECONDS = 2;
const ROUNDS = 7;

/** A server whose answers take time that is nobody's: the client is not what limits. */
const SLOW_SERVER = `
import { serve, text } from "@culvert/http";
const answer = text("Hi");
serve({ hostname: "127.0.0.1", port: 0 }, () =>
  new Promise((resolve) => setTimeout(() => resolve(answer), 40)));
`;

/** Answers octets with octets, so cheaply that whoever asks is what limits. */
const FAST_SERVER = `
import { createServer } from "node:net";
const answer = "HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nHi";
const requestLength = Number(Deno.args[0]);
const answers = [];
const listener = createServer((socket) => {
  let octets = 0;
  socket.on("error", () => {}).on("data", (data) => {
    octets += data.length;
    const count = Math.floor(octets / requestLength);
    octets -= count * requestLength;
    socket.write(answers[count] ??= answer.repeat(count));
  });
}).listen(0, "127.0.0.1", () => {
  console.log("Listening on http://127.0.0.1:" + listener.address().port + "/");
});
`;

const NAME = "throughput is wrk's within a tenth, where the client is not what limits";

Deno.test({ name: NAME, ignore: !HAS_WRK }, async () => {
  await using server = await startServer(["run", "-A", "-"], SLOW_SERVER);
  const url = `${server.origin}/`;
  const ours: number[] = [];
  const theirs: number[] = [];
  await loadTest({ url, connections: CONNECTIONS, duration: 500 });
  // One after the other, so that what else the machine does falls on both.
  for (let round = 0; round < ROUNDS; round++) {
    const report = await loadTest({ url, connections: CONNECTIONS, duration: SECONDS * 1_000 });
    assertEquals(report.errors.total, 0);
    ours.push(report.requestsPerSecond);
    theirs.push(await wrkRate(url));
  }
  const ratio = median(ours.map((rate, i) => rate / theirs[i]));
  console.log(
    `wrk ${rounded(theirs)}, ours ${rounded(ours)}: median ratio ${ratio.toFixed(3)}`,
  );
  assertGreater(ratio, 0.9);
  assertLess(ratio, 1.1);
});

Deno.test("a client that cannot ask as fast as it is answered says so", async () => {
  const request = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
  await using server = await startServer(["run", "-A", "-", `${request.length}`], FAST_SERVER);
  const { client, errors, requests } = await loadTest({
    url: `${server.origin}/`,
    headers: { Host: "127.0.0.1" },
    connections: 16,
    pipelining: 256,
    duration: 3_000,
  });
  console.log(
    `busy for ${(client.utilization * 100).toFixed(1)} % of the time, ${requests} answers`,
  );
  assertEquals(errors.total, 0);
  assert(client.wasBottleneck, `${client.utilization}`);
});

async function wrkRate(url: string): Promise<number> {
  const args = ["-t1", `-c${CONNECTIONS}`, `-d${SECONDS}`, url];
  const { stdout } = await new Deno.Command("wrk", { args }).output();
  const [, rate] = /Requests\/sec:\s+([\d.]+)/.exec(new TextDecoder().decode(stdout)) ?? [];
  assert(rate !== undefined, "wrk tells no rate");
  return Number(rate);
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}

function rounded(values: readonly number[]): string {
  return values.map((value) => Math.round(value)).join(" ");
}
