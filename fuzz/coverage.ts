import { Session } from "node:inspector";

/** What code ran since the last look; some of it perhaps for the first time. */
export interface Reach {
  /** Whether some of it never ran before. */
  readonly isNew: boolean;
  /** Takes note of it: from now on it is no longer new. */
  note(): void;
}

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

interface Script {
  readonly url: string;
  readonly functions: readonly { readonly ranges: readonly Range[] }[];
}

/** Code of one function: which characters of it ran, and where its blocks begin. */
interface KnownFunction {
  readonly ran: Uint8Array;
  readonly blocks: Set<number>;
}

/**
 * Which code ran, by V8's own count of blocks.
 *
 * V8 leaves a block out that ran as often as the one around it, so that what it lists depends on
 * what ran together. The characters that ran do not: they are what is remembered and compared.
 */
export class Coverage {
  readonly #isWatched: (url: string) => boolean;
  readonly #known = new Map<string, KnownFunction>();

  private constructor(isWatched: (url: string) => boolean) {
    this.#isWatched = isWatched;
  }

  /**
   * Begins to count in the scripts whose URL is watched; nothing counts as having run before.
   *
   * V8 counts the blocks of those functions only that it compiles from the first call on, so what
   * is watched should be imported behind it.
   */
  static async start(isWatched: (url: string) => boolean): Promise<Coverage> {
    await (counting ??= beginToCount());
    const coverage = new Coverage(isWatched);
    await post("Profiler.takePreciseCoverage");
    return coverage;
  }

  /** Blocks that ran, of those that were ever told apart from what is around them. */
  get blocks(): number {
    let total = 0;
    for (const { ran, blocks } of this.#known.values()) {
      for (const start of blocks) total += ran[start];
    }
    return total;
  }

  /** What ran since the last time. */
  async take(): Promise<Reach> {
    const { result } = await post("Profiler.takePreciseCoverage") as { result: Script[] };
    const fresh: (() => void)[] = [];
    for (const { url, functions } of result) {
      if (!this.#isWatched(url)) continue;
      for (const { ranges } of functions) {
        const note = this.#look(url, ranges);
        if (note !== undefined) fresh.push(note);
      }
    }
    return { isNew: fresh.length > 0, note: () => fresh.forEach((note) => note()) };
  }

  /** How to take note of what is new in a function; `undefined` where nothing is. */
  #look(url: string, ranges: readonly Range[]): (() => void) | undefined {
    if (ranges[0].count === 0) return undefined;
    const { startOffset, endOffset } = ranges[0];
    const { ran, blocks } = this.#functionAt(url, startOffset, endOffset);
    const now = new Uint8Array(ran.length);
    for (const range of ranges) {
      const start = range.startOffset - startOffset;
      blocks.add(start);
      now.fill(range.count > 0 ? 1 : 0, start, range.endOffset - startOffset);
    }
    if (!now.some((value, i) => value > ran[i])) return undefined;
    return () => now.forEach((value, i) => ran[i] |= value);
  }

  #functionAt(url: string, start: number, end: number): KnownFunction {
    const key = `${url}:${start}:${end}`;
    let known = this.#known.get(key);
    if (known === undefined) {
      known = { ran: new Uint8Array(end - start), blocks: new Set() };
      this.#known.set(key, known);
    }
    return known;
  }
}

/** One for the whole process: V8 does not count again what it compiled before a session ended. */
const session = new Session();

let counting: Promise<void> | undefined;

async function beginToCount(): Promise<void> {
  session.connect();
  await post("Profiler.enable");
  await post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
}

function post(method: string, parameters: object = {}): Promise<unknown> {
  return new Promise((resolve, reject) => {
    session.post(method, parameters, (error, result) => {
      if (error) reject(error);
      else resolve(result);
    });
  });
}
