/** Clients that send a head slowly, or only half of it, or nothing. */
import { assertEquals } from "../assert.ts";
import { toText, type WireClient } from "../transport/wire_client.ts";
import { attackTest, crowd } from "./attack.ts";
import { assertRefused } from "./refused.ts";
import { sendSlowly } from "./slowness.ts";
import { ADDRESSES } from "./target.ts";

/** Connections that do next to nothing. */
const MANY = 1_000;

const CLIENTS = 100;
const SHORT = { timeouts: { requestHead: 1_000, drain: 200 } };
const HALF = "GET /hello/1 HTTP/1.1\r\nHost: a\r\n";

attackTest(`${CLIENTS} slow heads, a field line now and then, are 408`, {
  options: SHORT,
  refusals: { "request-head-timeout": CLIENTS },
  attack: async (target) => {
    await crowd(CLIENTS, () => target.connect(), (client) =>
      Promise.all([
        sendSlowly(client, HALF, "X-Slow: 1\r\n", 100),
        assertTimeout(client),
      ]));
  },
});

attackTest(`${CLIENTS} slow heads, an octet now and then, are 408`, {
  options: SHORT,
  refusals: { "request-head-timeout": CLIENTS },
  attack: async (target) => {
    await crowd(
      CLIENTS,
      () => target.connect(),
      (client) => Promise.all([sendSlowly(client, "G", "E", 50), assertTimeout(client)]),
    );
  },
});

attackTest("requests that come one octet at a time are answered", {
  attack: async (target) => {
    const message = "POST /length HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" +
      "1\r\nx\r\n".repeat(20) + "0\r\nX: y\r\n\r\n";
    await crowd(20, () => target.connectFrom(ADDRESSES.attacker), async (client) => {
      for (const octet of message) await client.send(octet);
      assertEquals(toText((await client.response()).content), "20");
    });
  },
});

attackTest(`${MANY} connections that send nothing are closed without a word`, {
  options: SHORT,
  attack: async (target) => {
    await crowd(MANY, () => target.connect(), async (client) => {
      assertEquals(await client.isOver(), true);
    });
  },
});

attackTest(`${MANY} halves of a head are 408`, {
  options: SHORT,
  refusals: { "request-head-timeout": MANY },
  attack: async (target) => {
    await crowd(MANY, () => target.connect(), async (client) => {
      await client.send(HALF);
      await assertTimeout(client);
    });
  },
});

attackTest(`${MANY} halves of a head, then half-closed, are closed without a word`, {
  attack: async (target) => {
    await crowd(MANY, () => target.connect(), async (client) => {
      await client.send(HALF);
      await client.end();
      assertEquals(await client.isOver(), true);
    });
  },
});

function assertTimeout(client: WireClient): Promise<void> {
  return assertRefused(client, 408, "request-head-timeout");
}
