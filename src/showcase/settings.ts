import { existsSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** What the command serves, as its flags say; plain data, so that workers can be told. */
export interface AppSettings {
  /** Folder whose files are all that is served; absent for the showcase. */
  readonly files?: string;
  /** Folder that the showcase serves under `/files/`; absent for none. */
  readonly folder?: string;
  /** Requests a second that one address may make on some routes of the showcase; 0 for any number. */
  readonly limit: number;
  /** Whether each request is a line on the standard output. */
  readonly log: boolean;
  /** Whether folders without an index are listed. */
  readonly listing: boolean;
  /** Whether names that begin with a dot are served. */
  readonly dotfiles: boolean;
  /** Whether pages of any origin may read the files. */
  readonly cors: boolean;
}

/** Where the showcase's own folder may be: beside this module, or at the top of the package. */
const PLACES = ["./site/", "../../site/", "../../../site/"];

/** The folder that the showcase brings along; `undefined` where it is not in a file system. */
export function ownFolder(): string | undefined {
  return PLACES.map((place) => new URL(place, import.meta.url))
    .filter(({ protocol }) => protocol === "file:")
    .map((url) => fileURLToPath(url))
    .find((path) => existsSync(path));
}

/** Why a folder cannot be served; `undefined` where it can. */
export function whyNotServed(path: string): string | undefined {
  try {
    return statSync(path).isDirectory() ? undefined : "it is not a folder";
  } catch (error) {
    const code = error instanceof Error ? Reflect.get(error, "code") : undefined;
    return code === "ENOENT" ? "there is none of that name" : String(error);
  }
}
