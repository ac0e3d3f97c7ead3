import { write } from "node:fs";
import { open } from "node:fs/promises";
import process from "node:process";
import { setTimeout } from "node:timers";
import { isatty } from "node:tty";

/** What is written to, octet by octet. */
export interface OctetFile {
  /** Writes octets without holding up the event loop; gives how many it took. */
  write(octets: Uint8Array): Promise<number>;
  /** Lets go of it. */
  close(): Promise<void>;
}

/** As much of the platform's own object as is used on Deno. */
interface DenoFiles {
  readonly noColor: boolean;
  readonly stdout: { write(octets: Uint8Array): Promise<number>; isTerminal(): boolean };
  open(path: string, options: object): Promise<{
    write(octets: Uint8Array): Promise<number>;
    close(): void;
  }>;
}

/**
 * On Deno, what `node:fs` writes to holds up the event loop until it has taken everything: a pipe
 * that nobody reads would end the service. Its own files do not.
 */
const deno = (globalThis as { readonly Deno?: DenoFiles }).Deno;

/** Who may read a log: its owner, and the owner's group. */
const MODE = 0o640;

const STDOUT = 1;

/** Milliseconds. */
const RETRY_AFTER = 20;

/** Opens a file to append to it; makes it where there is none. */
export function openToAppend(path: string): Promise<OctetFile> {
  return deno === undefined ? openOnNode(path) : openOnDeno(deno, path);
}

/** The standard output of the process. */
export const standardOutput: OctetFile = {
  write: (octets) => deno === undefined ? writeOnNode(octets) : deno.stdout.write(octets),
  // It is not the log's.
  close: () => Promise.resolve(),
};

/** Whether the standard output is a terminal. */
export function isTerminal(): boolean {
  return deno === undefined ? isatty(STDOUT) : deno.stdout.isTerminal();
}

/** Whether the user asks for no colours (no-color.org). */
export function wantsNoColour(): boolean {
  return deno === undefined ? Boolean(process.env.NO_COLOR) : deno.noColor;
}

async function openOnDeno(deno: DenoFiles, path: string): Promise<OctetFile> {
  const file = await deno.open(path, { append: true, create: true, mode: MODE });
  return {
    write: (octets) => file.write(octets),
    close: () => Promise.resolve(file.close()),
  };
}

async function openOnNode(path: string): Promise<OctetFile> {
  const handle = await open(path, "a", MODE);
  return {
    write: async (octets) => (await handle.write(octets)).bytesWritten,
    close: () => handle.close(),
  };
}

/** The stream that Node has for it would hold up the event loop, too, where it is a pipe or file. */
function writeOnNode(octets: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) => {
    write(STDOUT, octets, (error, written) => {
      if (error === null) resolve(written);
      else if (error.code !== "EAGAIN") reject(error);
      // A pipe that is full, and does not wait for its reader.
      else setTimeout(() => resolve(writeOnNode(octets)), RETRY_AFTER).unref();
    });
  });
}
