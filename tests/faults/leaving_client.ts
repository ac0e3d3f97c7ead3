import { connect } from "node:net";
import { eventually } from "../transport/servers.ts";
import { AT_ONCE, type Fault, type FaultyServer, onceForAll } from "./faulty_server.ts";

/** How a client goes away: with a FIN, which might be a half-close, or with an RST. */
export type Departure = "closes" | "resets";

/** Clients that all wait for an answer, and go away without one. */
export function departure(server: FaultyServer, target: string, how: Departure): Fault {
  const wait = onceForAll(() => untilAllWait(server));
  return () => leave(server.port, target, how, wait);
}

function untilAllWait(server: FaultyServer): Promise<unknown> {
  return eventually(() => server.inFlight(), (all) => all >= AT_ONCE, "requests under way");
}

function leave(
  port: number,
  target: string,
  how: Departure,
  wait: () => Promise<unknown>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", reject);
    socket.on("close", () => resolve());
    socket.write(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`, () => {
      wait().then(() => how === "resets" ? socket.resetAndDestroy() : socket.destroy(), reject);
    });
  });
}
