import process from "node:process";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Handler } from "../../handler.ts";
import { globToRegExp } from "../../std/glob.ts";

/** A content coding that files may have been compressed with beforehand. */
export type FileCoding = "br" | "zstd" | "gzip";

/** How files are served. */
export interface StaticFilesOptions {
  /**
   * Name of the file that stands for its folder; `false` where none does.
   *
   * @default {"index.html"}
   */
  readonly index?: string | false;
  /**
   * Whether a folder without an index is answered with a page that lists it.
   *
   * @default {false}
   */
  readonly listing?: boolean;
  /**
   * Name of a file below the root that answers, with 200, where nothing is found and the client
   * asks for a document (`text/html` in its `Accept`): the page of an application that does its own
   * routing. None by default.
   */
  readonly fallback?: string;
  /** Answers where nothing is found, in place of a short 404. */
  readonly notFound?: Handler;
  /**
   * Content codings of files that lie beside a file, as `app.js.br`, `.zst` or `.gz`, best one
   * first; `true` for all of them. Then every answer has `Vary: Accept-Encoding`.
   *
   * @default {false}
   */
  readonly precompressed?: boolean | readonly FileCoding[];
  /**
   * `Cache-Control` of all files, or by globs over names below the root (`assets/**`); the first
   * that matches holds. None by default.
   */
  readonly cacheControl?: string | Readonly<Record<string, string>>;
  /**
   * Whether names that begin with a dot are served. `.well-known` is, in the root itself
   * (RFC 8615).
   *
   * @default {false}
   */
  readonly dotfiles?: boolean;
  /** `Content-Type` by extension (`.glb`), before the usual ones. */
  readonly mediaTypes?: Readonly<Record<string, string>>;
  /** Tells the time, in milliseconds since the epoch; `Date.now` by default. */
  readonly now?: () => number;
}

/** Options, checked, with their defaults. */
export interface Settings {
  /** Name of the index; `undefined` where there is none. */
  readonly index: string | undefined;
  /** Whether folders are listed. */
  readonly listing: boolean;
  /** Name of the file that stands for what is not found. */
  readonly fallback: string | undefined;
  /** Answers where nothing is found. */
  readonly notFound: Handler | undefined;
  /** Codings in the order of preference. */
  readonly codings: readonly FileCoding[];
  /** `Cache-Control` by names below the root. */
  readonly cacheControl: readonly CacheRule[];
  /** Whether names that begin with a dot are served. */
  readonly dotfiles: boolean;
  /** `Content-Type` by extension, in lower case. */
  readonly mediaTypes: ReadonlyMap<string, string>;
  /** Tells the time. */
  readonly now: () => number;
}

/** A `Cache-Control` for some files. */
export interface CacheRule {
  /** Matches their names below the root. */
  readonly pattern: RegExp;
  /** The field's value. */
  readonly value: string;
}

const ALL_CODINGS: readonly FileCoding[] = ["br", "zstd", "gzip"];

type Kind = "boolean" | "string" | "function" | "object";

/** What each option may be. */
const KINDS: Readonly<Record<keyof StaticFilesOptions, readonly Kind[]>> = {
  index: ["string", "boolean"],
  listing: ["boolean"],
  fallback: ["string"],
  notFound: ["function"],
  precompressed: ["boolean", "object"],
  cacheControl: ["string", "object"],
  dotfiles: ["boolean"],
  mediaTypes: ["object"],
  now: ["function"],
};

/** The absolute path of a root. */
export function resolveRoot(root: string | URL): string {
  if (root instanceof URL) {
    if (root.protocol === "file:") return resolve(fileURLToPath(root));
  } else if (typeof root === "string" && root !== "" && !root.includes("\0")) {
    return resolve(process.cwd(), root);
  }
  throw new TypeError("Cannot serve files: the root must be a path or a URL of scheme file");
}

/** Checks options, and sets defaults. */
export function resolveOptions(options: StaticFilesOptions): Settings {
  checkKinds(options);
  const { index = "index.html", listing = false, dotfiles = false, now = Date.now } = options;
  const { fallback, notFound, precompressed = false } = options;
  if (index !== false) checkName("index", index);
  if (fallback !== undefined) checkName("fallback", fallback);
  return {
    index: index === false ? undefined : index,
    listing,
    fallback,
    notFound,
    codings: resolveCodings(precompressed),
    cacheControl: resolveCacheControl(options.cacheControl ?? {}),
    dotfiles,
    mediaTypes: resolveMediaTypes(options.mediaTypes ?? {}),
    now,
  };
}

function checkKinds(options: StaticFilesOptions): void {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(KINDS, name)) {
      throw new TypeError(`Cannot serve files: there is no option ${JSON.stringify(name)}`);
    }
    const kinds = KINDS[name as keyof StaticFilesOptions];
    if (value !== undefined && (value === null || !kinds.includes(typeof value as Kind))) {
      throw new TypeError(`Cannot serve files: ${name} must be of type ${kinds.join(" or ")}`);
    }
  }
}

function checkName(option: string, name: unknown): void {
  if (typeof name === "string" && /^[^/\\:\0]+(?:\/[^/\\:\0]+)*$/.test(name)) return;
  throw new TypeError(`Cannot serve files: ${option} must be a name below the root`);
}

function resolveCodings(precompressed: boolean | readonly FileCoding[]): readonly FileCoding[] {
  if (typeof precompressed === "boolean") return precompressed ? ALL_CODINGS : [];
  if (Array.isArray(precompressed) && precompressed.every((name) => ALL_CODINGS.includes(name))) {
    return [...precompressed];
  }
  throw new TypeError("Cannot serve files: precompressed must list some of br, zstd and gzip");
}

function resolveCacheControl(
  rules: string | Readonly<Record<string, string>>,
): readonly CacheRule[] {
  if (typeof rules === "string") {
    return [{ pattern: /^/, value: fieldValue("cacheControl", rules) }];
  }
  return Object.entries(rules).map(([glob, value]) => ({
    pattern: globToRegExp(glob),
    value: fieldValue("cacheControl", value),
  }));
}

function resolveMediaTypes(
  types: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(types).map(([extension, type]) => {
      if (!/^\.[^./]+$/.test(extension)) {
        throw new TypeError(
          `Cannot serve files: ${JSON.stringify(extension)} in mediaTypes is no extension (.glb)`,
        );
      }
      return [extension.toLowerCase(), fieldValue("mediaTypes", type)];
    }),
  );
}

/** A field value that can be sent: visible ASCII and spaces. */
function fieldValue(option: string, value: unknown): string {
  if (typeof value === "string" && /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value)) {
    return value;
  }
  throw new TypeError(
    `Cannot serve files: ${JSON.stringify(value)} in ${option} is no field value`,
  );
}
