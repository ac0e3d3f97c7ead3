import { isTerminal, type OctetFile, openToAppend, standardOutput } from "./platform_files.ts";

/**
 * Where lines go.
 *
 * Anything that has a `write` for octets will do: a file of the platform, a writer of a
 * `WritableStream`, a stream of Node.
 */
export interface LogSink {
  /**
   * Takes octets. What it gives may be a promise; a number is how many octets it took, where it may
   * be fewer. `false`, from a stream of Node, is waited for until it drains.
   */
  write(octets: Uint8Array<ArrayBuffer>): unknown;
  /** Whether people read along. */
  readonly isTerminal?: boolean;
  /** Opens again what it writes to, which has been moved away. Called between lines. */
  reopen?(): unknown;
  /** Lets go of what it has opened itself; called by the log's `close`. */
  release?(): unknown;
}

/**
 * Appends to a file, made where there is none, with mode 0640.
 *
 * `reopen` makes it go on in a new file of that name, once another program has moved the old one away.
 *
 * @throws {TypeError} when the path is empty, or no text.
 *
 * @example
 * ```ts
 * import { file } from "@culvert/http/access-log";
 * import { assertEquals } from "@std/assert";
 * import { mkdtemp, readFile } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 *
 * const path = `${await mkdtemp(`${tmpdir()}/log-`)}/access.log`;
 * const sink = file(path);
 * await sink.write(new TextEncoder().encode("hello\n"));
 * await sink.release?.();
 *
 * assertEquals(await readFile(path, "utf8"), "hello\n");
 * ```
 */
export function file(path: string): LogSink {
  if (typeof path !== "string" || path === "") {
    throw new TypeError("Cannot log to a file: its path must be a text that is not empty");
  }
  return new FileSink(path);
}

/**
 * Writes to the standard output of the process, without holding up the process where nobody reads it.
 *
 * @example
 * ```ts
 * import { stdout } from "@culvert/http/access-log";
 * import { assertEquals } from "@std/assert";
 *
 * const octets = new TextEncoder().encode("\n");
 * assertEquals(await stdout().write(octets), 1);
 * ```
 */
export function stdout(): LogSink {
  return { write: (octets) => standardOutput.write(octets), isTerminal: isTerminal() };
}

class FileSink implements LogSink {
  readonly #path: string;
  #file: OctetFile | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  async write(octets: Uint8Array): Promise<number> {
    this.#file ??= await openToAppend(this.#path);
    try {
      return await this.#file.write(octets);
    } catch (error) {
      // Another one of that name may take it.
      await this.release().catch(() => {});
      throw error;
    }
  }

  reopen(): Promise<void> {
    return this.release();
  }

  async release(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }
}
