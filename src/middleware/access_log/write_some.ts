import type { LogSink } from "./sinks.ts";

/** As much of a stream of Node as is used. */
interface NodeStream {
  once(event: string, listener: (error?: unknown) => void): unknown;
  off(event: string, listener: (error?: unknown) => void): unknown;
}

/** Has a sink take octets; gives how many it took, which is one or more. */
export async function writeSome(sink: LogSink, octets: Uint8Array<ArrayBuffer>): Promise<number> {
  const result = await sink.write(octets);
  if (result === false && isNodeStream(sink)) await drained(sink);
  if (typeof result !== "number") return octets.length;
  if (result >= 1 && result <= octets.length) return result;
  throw new RangeError(`Cannot write the log: the sink took ${result} octets`);
}

function isNodeStream(sink: LogSink): sink is LogSink & NodeStream {
  const { once, off } = sink as Partial<NodeStream>;
  return typeof once === "function" && typeof off === "function";
}

/** Resolves once the stream has room; rejects where it never will. */
function drained(stream: NodeStream): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      for (const [event, listener] of Object.entries(listeners)) stream.off(event, listener);
      act();
    };
    const listeners: Record<string, (error?: unknown) => void> = {
      drain: () => settle(resolve),
      error: (error) => settle(() => reject(error)),
      close: () => settle(() => reject(new Error("Cannot write the log: its stream has closed"))),
    };
    for (const [event, listener] of Object.entries(listeners)) stream.once(event, listener);
  });
}
