import type { FieldList } from "../../known_response.ts";
import { contentType } from "../../std/media_types.ts";
import type { FileState } from "./root_folder.ts";
import type { Settings } from "./options.ts";

/** What is known of a file before it is read: what its answers say. */
export interface Representation {
  /** Its length, in octets. */
  readonly size: number;
  /** Its entity tag. */
  readonly etag: string;
  /** When it was last modified, in milliseconds since the epoch. */
  readonly lastModified: number;
  /** Its `Content-Type`. */
  readonly type: string;
  /** Fields of any answer that are not about what it holds (RFC 9110 §15.4.5). */
  readonly cacheFields: FieldList;
  /** All fields of the whole but its length. */
  readonly fields: FieldList;
}

/** Content codings by the extension that a file has with it. */
const CODINGS: Readonly<Record<string, string>> = {
  ".br": "br",
  ".zst": "zstd",
  ".gz": "gzip",
};

/**
 * Milliseconds for which a file may change again and seem the same: file systems count time in
 * steps, some of them as long as two seconds.
 */
const CLOCK_STEP = 2000;

/** Whether a change from now on would be seen in the state of a file. */
export function isSettled({ mtimeMs, ctimeMs }: FileState, now: number): boolean {
  return now - Math.max(mtimeMs, ctimeMs) > CLOCK_STEP;
}

/** Describes a file by its name below the root; `variant` is the extension of its coding. */
export function describeFile(
  name: string,
  variant: string,
  state: FileState,
  settings: Settings,
): Representation {
  const now = settings.now();
  const coding = CODINGS[variant];
  const type = mediaType(name, settings);
  const etag = entityTag(state, coding, now);
  // RFC 9110 §8.8.2.1: never later than the answer.
  const lastModified = Math.min(state.mtimeMs, now);
  const cacheFields = cacheFieldsOf(name, etag, settings);
  return {
    size: state.size,
    etag,
    lastModified,
    type,
    cacheFields,
    // A list that cannot change has its head kept.
    fields: Object.freeze([
      "content-type",
      type,
      ...cacheFields,
      "last-modified",
      new Date(lastModified).toUTCString(),
      "accept-ranges",
      "bytes",
      ...(coding === undefined ? [] : ["content-encoding", coding]),
    ]),
  };
}

/**
 * A tag of the length and the time, which are the same on every server with the same files. It is
 * weak while the file may change again within the same time (RFC 9110 §8.8.1).
 */
function entityTag({ size, mtimeMs }: FileState, coding: string | undefined, now: number): string {
  const suffix = coding === undefined ? "" : `-${coding}`;
  const tag = `"${size.toString(16)}-${Math.floor(mtimeMs).toString(16)}${suffix}"`;
  return now - mtimeMs > CLOCK_STEP ? tag : `W/${tag}`;
}

function cacheFieldsOf(name: string, etag: string, settings: Settings): FieldList {
  const fields = ["etag", etag];
  const rule = settings.cacheControl.find(({ pattern }) => pattern.test(name));
  if (rule !== undefined) fields.push("cache-control", rule.value);
  // RFC 9110 §12.5.5: also where this client got none of the codings.
  if (settings.codings.length > 0) fields.push("vary", "Accept-Encoding");
  return fields;
}

function mediaType(name: string, settings: Settings): string {
  const [extension] = /\.[^./]+$/.exec(name.toLowerCase()) ?? [];
  if (extension === undefined) return "application/octet-stream";
  return settings.mediaTypes.get(extension) ?? contentType(extension) ?? "application/octet-stream";
}

/** The same, where the answer also depends on another field of the request. */
export function varying(representation: Representation, name: string): Representation {
  return {
    ...representation,
    cacheFields: withVary(representation.cacheFields, name),
    fields: withVary(representation.fields, name),
  };
}

function withVary(fields: FieldList, name: string): FieldList {
  const index = fields.indexOf("vary");
  if (index === -1) return [...fields, "vary", name];
  return fields.with(index + 1, `${fields[index + 1]}, ${name}`);
}
