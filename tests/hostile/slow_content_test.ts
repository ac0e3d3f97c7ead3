/** Clients that send content slowly, or never to its end. */
import { assertEquals } from "../assert.ts";
import { toText } from "../transport/wire_client.ts";
import { attackTest, crowd } from "./attack.ts";
import { assertRefused } from "./refused.ts";
import { sendSlowly } from "./slowness.ts";

const CLIENTS = 100;
const POST = "POST /length HTTP/1.1\r\nHost: a\r\n";

const FRAMINGS: [framing: string, head: string, more: string][] = [
  ["of a declared length", `${POST}Content-Length: 1000\r\n\r\n`, "x"],
  ["in chunks", `${POST}Transfer-Encoding: chunked\r\n\r\n`, "1\r\nx\r\n"],
];

for (const [framing, head, more] of FRAMINGS) {
  attackTest(`${CLIENTS} contents ${framing}, slower than the least rate, are 408`, {
    options: {
      limits: { minRate: { octetsPerSecond: 1_000, window: 1_000 } },
      timeouts: { drain: 200 },
    },
    refusals: { "content-too-slow": CLIENTS },
    attack: async (target) => {
      await crowd(CLIENTS, () => target.connect(), (client) =>
        Promise.all([
          sendSlowly(client, head, more, 100),
          assertRefused(client, 408, "content-too-slow"),
        ]));
    },
  });

  attackTest(`${CLIENTS} contents ${framing} that stall are 408`, {
    options: { timeouts: { requestContent: 1_000, drain: 200 } },
    refusals: { "request-content-timeout": CLIENTS },
    attack: async (target) => {
      await crowd(CLIENTS, () => target.connect(), async (client) => {
        await client.send(head, more);
        await assertRefused(client, 408, "request-content-timeout");
      });
    },
  });
}

attackTest(`${CLIENTS} contents that nobody reads, and that stall, are not waited for`, {
  options: { timeouts: { drain: 500 } },
  attack: async (target) => {
    await crowd(CLIENTS, () => target.connect(), async (client) => {
      await client.send("POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nx");
      assertEquals(toText((await client.response()).content), "ignored");
      assertEquals(await client.isOver(), true);
    });
  },
});
