import { lstat, readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { html } from "../../known_response.ts";
import { type ListedEntry, listingPage } from "./listing_page.ts";
import type { Place } from "./root_folder.ts";

/** What a listing asks its root. */
export interface ListingRoot {
  /** Whether a name of the folder may be asked for. */
  isShown(name: string): boolean;
  /** Where a path leads to; `undefined` where that is outside. */
  locate(path: string): Place | undefined;
}

/** Entries beyond which a listing is cut. */
const MOST_ENTRIES = 10_000;

const FIELDS = {
  "cache-control": "no-cache",
  "content-security-policy":
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'",
  "x-content-type-options": "nosniff",
};

const byName = new Intl.Collator("en", { numeric: true });

/**
 * Answers with a page that lists a folder: what can be asked for, folders first. `path` has no
 * links; `hasParent` tells whether the folder above is served, too.
 */
export async function answerWithListing(
  request: Request,
  path: string,
  hasParent: boolean,
  root: ListingRoot,
): Promise<Response> {
  const names = (await readdir(path)).filter((name) => root.isShown(name));
  // Somebody may have put a link in its place meanwhile.
  if (await realpath(path) !== path) throw new Error("Cannot list the folder: it was replaced");
  const entries: ListedEntry[] = [];
  for (const name of names.slice(0, MOST_ENTRIES)) {
    const entry = await describeEntry(join(path, name), name, root);
    if (entry !== undefined) entries.push(entry);
  }
  entries.sort((a, b) => Number(b.isFolder) - Number(a.isFolder) || byName.compare(a.name, b.name));
  const more = Math.max(0, names.length - MOST_ENTRIES);
  return html(listingPage({ path: shownPath(request.url), entries, hasParent, more }), {
    headers: FIELDS,
  });
}

/** What a name is; `undefined` where it cannot be asked for. */
async function describeEntry(
  path: string,
  name: string,
  root: ListingRoot,
): Promise<ListedEntry | undefined> {
  try {
    const own = await lstat(path);
    const stats = own.isSymbolicLink() ? root.locate(path)?.stats : own;
    if (!stats?.isFile() && !stats?.isDirectory()) return undefined;
    const { size, mtimeMs } = stats;
    return { name, isFolder: stats.isDirectory(), size, lastModified: mtimeMs };
  } catch {
    // It is gone, or a link that leads nowhere.
    return undefined;
  }
}

/** The path for people to read. */
function shownPath(url: string): string {
  const { pathname } = new URL(url);
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}
