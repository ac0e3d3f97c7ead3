/** Handlers that stream from and to devices which fail; see `proc(5)` and `full(4)`. */
import type { Handler } from "../../../mod.ts";

const MIB = 1 << 20;
const CHUNK = 65_536;

/** Handlers whose streams fail behind one MiB, with the error of a device. */
export const DEVICES: Readonly<Record<string, Handler>> = {
  "reads-in-vain": async () => new Response(await readInVain()),
  "reads-in-vain-with-length": async () => declared(await readInVain()),
  "copies-in-vain": async () => new Response(await copyInVain()),
  "copies-in-vain-with-length": async () => declared(await copyInVain()),
  // What blocks the event loop blocks everybody; nobody may be charged for it.
  "stalls": () => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 700);
    return new Response("late");
  },
};

function declared(content: ReadableStream<Uint8Array<ArrayBuffer>>): Response {
  return new Response(content, { headers: { "content-length": String(2 * MIB) } });
}

/** Behind a MiB, what the first page of our own memory gives: EIO. */
async function readInVain(): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const memory = await Deno.open("/proc/self/mem");
  return failing(memory, () => memory.read(new Uint8Array(1)));
}

/** Content of which a copy is to be kept where there is no space for it: ENOSPC. */
async function copyInVain(): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const copy = await Deno.open("/dev/full", { write: true });
  return failing(copy, () => copy.write(new Uint8Array(1)));
}

function failing(
  file: Deno.FsFile,
  fail: () => Promise<unknown>,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let given = 0;
  return new ReadableStream({
    async pull(controller) {
      if (given === MIB) await fail().finally(() => file.close());
      controller.enqueue(new Uint8Array(CHUNK));
      given += CHUNK;
    },
    cancel: () => file.close(),
  }, { highWaterMark: 0 });
}
