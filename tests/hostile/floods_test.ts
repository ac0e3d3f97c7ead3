/** More connections than a server admits. */
import { attackTest } from "./attack.ts";
import { pause } from "./slowness.ts";
import type { SocketClient } from "./socket_client.ts";
import { ADDRESSES, type Target } from "./target.ts";

/** Connections that come from each address. */
const FLOOD = 400;

/** Connections that are admitted, from each address and at all. */
const ADMITTED = 100;

/** Milliseconds for which those who were admitted stay. */
const SIEGE = 200;

const { attacker, accomplice } = ADDRESSES;

attackTest("a flood from one address leaves room for the others", {
  options: { limits: { connections: 2 * ADMITTED, connectionsPerAddress: ADMITTED } },
  refusals: { "too-many-connections-from-address": FLOOD - ADMITTED },
  attack: (target) => flood(target, [attacker]),
});

attackTest("a flood from everywhere leaves those alone who were there before", {
  // The neighbour and the observer have a connection each.
  options: { limits: { connections: ADMITTED + 2 } },
  refusals: { "too-many-connections": 2 * FLOOD - ADMITTED },
  newcomers: false,
  attack: (target) => flood(target, [attacker, accomplice]),
});

/** Connects many times at once from each address; those who are admitted leave at the end. */
async function flood(target: Target, addresses: readonly string[]): Promise<void> {
  const clients: SocketClient[] = [];
  try {
    await Promise.all(addresses.flatMap((address) =>
      Array.from({ length: FLOOD }, async () => {
        clients.push(await target.connectFrom(address));
      })
    ));
    await pause(SIEGE);
  } finally {
    for (const client of clients) client[Symbol.dispose]();
  }
  await target.left();
}
