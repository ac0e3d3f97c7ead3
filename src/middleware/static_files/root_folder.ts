import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  realpathSync,
  type Stats,
} from "node:fs";
import { sep } from "node:path";

/** A file that is open for reading; whoever gets it closes it. */
export interface OpenFile<Details> {
  /** Always `"file"`. */
  readonly kind: "file";
  /** Its descriptor. */
  readonly descriptor: number;
  /** What was made of its name and state. */
  readonly details: Details;
}

/** A folder that is inside the root. */
export interface FoundFolder {
  /** Always `"folder"`. */
  readonly kind: "folder";
  /** Where it is, without any link. */
  readonly path: string;
}

/** Where a path leads to, without any link, and what is there. */
export interface Place {
  /** The path without links. */
  readonly path: string;
  /** What is there. */
  readonly stats: Stats;
}

/** The state of a file, as far as it matters here: octets, and milliseconds since the epoch. */
export type FileState = Pick<Stats, "size" | "mtimeMs" | "ctimeMs">;

/** What is made of files, and how long it can be kept. */
export interface Describer<Details> {
  /** Makes details of a file's name below the root, its extension as a variant, and its state. */
  describe(name: string, variant: string, state: FileState): Details;
  /** Whether the state is old enough for every change to be seen in it. */
  isSettled(state: FileState): boolean;
}

/** A file that was found inside the root, and what was made of it. */
interface KnownFile<Details> {
  readonly stats: Stats;
  readonly details: Details;
  /** Where it is, without any link. */
  readonly path: string;
}

/** Never waits for the writer of a FIFO, nor takes over a terminal; Windows has neither. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

/** The same, and fails where the last name has become a link. */
const READ_RESOLVED = READ | (constants.O_NOFOLLOW ?? 0);

/** How many files are remembered. */
const MOST_KNOWN = 1024;

/** Characters of a name beyond which it is not remembered. */
const LONGEST_KNOWN = 512;

/**
 * The one door to the files below a folder: nothing else opens any.
 *
 * All calls are synchronous: on a local disk each costs a fifth of what a promise from the thread
 * pool does, so that a small file is read before another request could have been looked at.
 */
export class RootFolder<Details> {
  readonly #root: string;
  readonly #describer: Describer<Details>;
  readonly #known = new Map<string, KnownFile<Details>>();

  /** Opens files below `root`, an absolute path, and describes them. */
  constructor(root: string, describer: Describer<Details>) {
    this.#root = root;
    this.#describer = describer;
  }

  /**
   * Opens what has a name below the root; `undefined` where that is neither file nor folder, or
   * leads out of the root. Errors of the file system are thrown.
   *
   * `name` must have been checked, and is divided by `/`; `variant` is the extension of a file
   * beside it that is meant instead.
   */
  open(name: string, variant: string = ""): OpenFile<Details> | FoundFolder | undefined {
    const path = this.pathOf(name + variant);
    // No name that was checked has a colon.
    const key = `${variant}:${name}`;
    const known = this.#known.get(key);
    if (known !== undefined) {
      const descriptor = reopen(path, known);
      if (descriptor !== undefined) return { kind: "file", descriptor, details: known.details };
      this.#known.delete(key);
    }
    const found = this.#resolve(path);
    if (found === undefined || found.kind === "folder") return found;
    const { descriptor, stats, path: resolved } = found;
    const details = this.#describer.describe(name, variant, stats);
    if (this.#describer.isSettled(stats)) this.#remember(key, { stats, details, path: resolved });
    return { kind: "file", descriptor, details };
  }

  /** Where a name is looked for. */
  pathOf(name: string): string {
    return this.#root.endsWith(sep) ? this.#root + name : this.#root + sep + name;
  }

  /** Follows all links of a path; `undefined` where they lead out of the root. */
  locate(path: string): Place | undefined {
    const root = realpathSync(this.#root);
    const resolved = realpathSync(path);
    const inside = root.endsWith(sep) ? root : root + sep;
    if (resolved !== root && !resolved.startsWith(inside)) return undefined;
    return { path: resolved, stats: lstatSync(resolved) };
  }

  #resolve(path: string) {
    const place = this.locate(path);
    if (place?.stats.isDirectory()) return { kind: "folder", path: place.path } as const;
    // Devices, FIFOs and sockets are not even opened: that alone may do something.
    if (!place?.stats.isFile()) return undefined;
    const descriptor = openSync(place.path, READ_RESOLVED);
    try {
      const stats = fstatSync(descriptor);
      // Somebody may have put something else in its place meanwhile.
      if (isSameFile(stats, place.stats) && realpathSync(path) === place.path) {
        return { kind: "file", descriptor, stats, path: place.path } as const;
      }
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
    closeSync(descriptor);
    return undefined;
  }

  #remember(key: string, file: KnownFile<Details>): void {
    if (key.length > LONGEST_KNOWN) return;
    if (this.#known.size >= MOST_KNOWN) this.#known.delete(this.#known.keys().next().value!);
    this.#known.set(key, file);
  }
}

/**
 * Opens a path where it still leads to the very file that was found inside the root, unchanged and in
 * the same place; so nothing needs to be described again.
 */
function reopen(path: string, known: KnownFile<unknown>): number | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, READ);
    // A folder that is moved away takes its files along as they are.
    if (isUnchanged(fstatSync(descriptor), known.stats) && realpathSync(path) === known.path) {
      return descriptor;
    }
  } catch {
    // Whoever resolves the path will meet the same, or better.
  }
  if (descriptor !== undefined) closeSync(descriptor);
  return undefined;
}

function isSameFile(a: Stats, b: Stats): boolean {
  return a.dev === b.dev && a.ino === b.ino && a.isFile();
}

function isUnchanged(a: Stats, b: Stats): boolean {
  return a.dev === b.dev && a.ino === b.ino && a.size === b.size && a.mtimeMs === b.mtimeMs &&
    a.ctimeMs === b.ctimeMs;
}
