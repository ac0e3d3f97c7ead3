/** Clients that ask for much, and take it slowly or not at all. */
import type { RefusalReason } from "../../mod.ts";
import type { WireClient } from "../transport/wire_client.ts";
import { attackTest, crowd } from "./attack.ts";
import { untilCutOff } from "./refused.ts";
import { pause } from "./slowness.ts";
import type { Target } from "./target.ts";

const CLIENTS = 20;

/** Clients that send as fast as they can. */
const FLOODS = 4;

const IMPATIENT = { timeouts: { write: 1_000 } };
const GET_ENDLESS = "GET /endless HTTP/1.1\r\nHost: a\r\n\r\n";

attackTest(`${CLIENTS} clients that never take their answer are cut`, {
  options: IMPATIENT,
  refusals: { "answer-timeout": CLIENTS },
  attack: (target) => leaveOnceCut(target, CLIENTS, (client) => client.send(GET_ENDLESS)),
});

attackTest(`${CLIENTS} clients that half-close and never take their answer are cut`, {
  options: IMPATIENT,
  refusals: { "answer-timeout": CLIENTS },
  attack: (target) =>
    leaveOnceCut(target, CLIENTS, async (client) => {
      await client.send(GET_ENDLESS);
      await client.end();
    }),
});

attackTest(`${FLOODS} floods of requests whose answers nobody takes are cut`, {
  options: IMPATIENT,
  refusals: { "answer-timeout": FLOODS },
  attack: (target) =>
    leaveOnceCut(target, FLOODS, (client) => {
      const requests = "GET /hello/1 HTTP/1.1\r\nHost: a\r\n\r\n".repeat(1_000);
      return untilCutOff(async () => {
        for (;;) await client.send(requests);
      });
    }),
});

attackTest(`${CLIENTS} clients that take their answer slower than the least rate are cut`, {
  options: { limits: { minRate: { octetsPerSecond: 20_000_000, window: 1_000 } } },
  refusals: { "answer-too-slow": CLIENTS },
  attack: async (target) => {
    let areCut = false;
    const connect = () => Deno.connect({ port: target.port, hostname: "127.0.0.1" });
    await Promise.all([
      allCut(target, "answer-too-slow", CLIENTS).finally(() => areCut = true),
      crowd(CLIENTS, connect, (conn) => takeSlowly(conn, () => !areCut)),
    ]);
  },
});

/** Has clients play their part, and leave when the server has given all of them up. */
async function leaveOnceCut(
  target: Target,
  count: number,
  play: (client: WireClient) => Promise<void>,
): Promise<void> {
  const cut = allCut(target, "answer-timeout", count);
  await crowd(count, () => target.connect(), (client) => Promise.all([play(client), cut]));
}

/** Waits until so many connections were cut for a reason. */
async function allCut(target: Target, reason: RefusalReason, count: number): Promise<void> {
  const { refused: { [reason]: before = 0 } } = await target.stats();
  await target.until(
    ({ refused: { [reason]: now = 0 } }) => now >= before + count,
    `connections that ${reason} cuts`,
  );
}

/** Takes what there is of an answer, a little now and then. */
async function takeSlowly(conn: Deno.Conn, goesOn: () => boolean): Promise<void> {
  await conn.write(new TextEncoder().encode(GET_ENDLESS));
  const buffer = new Uint8Array(65_536);
  await untilCutOff(async () => {
    while (goesOn() && await conn.read(buffer) !== null) await pause(50);
  });
}
