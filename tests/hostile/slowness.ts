import type { WireClient } from "../transport/wire_client.ts";
import { untilCutOff } from "./refused.ts";

/** Sends the first octets at once, and more of them every so many milliseconds, until it is cut off. */
export function sendSlowly(
  client: WireClient,
  first: string,
  more: string,
  interval: number,
): Promise<void> {
  return untilCutOff(async () => {
    for (let next = first;; next = more) {
      await client.send(next);
      await pause(interval);
    }
  });
}

/** Waits so many milliseconds. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
