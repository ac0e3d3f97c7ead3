/** What `compress` is told, and what it makes of it. */
import type { AnswerEdit } from "../../handler.ts";
import type { FieldList, KnownResponse } from "../../known_response.ts";
import { checkInteger, checkKind, checkNames } from "../options.ts";
import { onceReceived } from "../once_received.ts";
import { addVary, fieldEditor, fieldsEditor } from "../with_fields.ts";
import type { CoderCount } from "./coded_stream.ts";
import { type Coder, CODERS } from "./coders.ts";
import { isCompressible } from "./compressible.ts";
import { type Acceptance, codingChooser, type ContentCoding } from "../content_coding.ts";

/** What is compressed, and how. */
export interface CompressOptions {
  /**
   * Content codings, the preferred one first. One that the runtime lacks is left out: `"zstd"` needs
   * Node 22.15 or Deno.
   *
   * @default {["br", "gzip"]}
   */
  readonly codings?: readonly ContentCoding[];
  /**
   * Octets that content must have to be compressed.
   *
   * @default {1024}
   */
  readonly threshold?: number;
  /**
   * Whether content of a media type, in lower case and without parameters, is compressed; text, JSON,
   * XML, scripts, fonts and the like where absent.
   */
  readonly types?: (mediaType: string) => boolean;
  /**
   * Streams that are compressed at once; others are sent as they are. Each takes up to 1 MiB.
   *
   * @default {256}
   */
  readonly streams?: number;
}

/** One coding, and what it does to fields. */
export interface Choice {
  readonly coder: Coder;
  readonly edit: AnswerEdit;
  readonly fields: (response: KnownResponse) => FieldList;
}

/** Options, as they are used. */
export interface Settings {
  readonly accepts: (request: Request) => Acceptance;
  readonly choices: ReadonlyMap<ContentCoding, Choice>;
  readonly threshold: number;
  readonly types: (mediaType: string) => boolean;
  readonly gate: Gate;
}

/** How many coders there may be. */
export interface Gate extends CoderCount {
  readonly max: number;
}

const ACTION = "compress";

/**
 * Checks options.
 *
 * @throws {TypeError} when one is of another kind, or no coding is left.
 * @throws {RangeError} when a number is out of range.
 */
export function readSettings(options: CompressOptions): Settings {
  checkNames(ACTION, options, ["codings", "threshold", "types", "streams"]);
  const { codings = ["br", "gzip"], types = isCompressible } = options;
  const threshold = checkInteger(ACTION, "threshold", options.threshold ?? 1024);
  const max = checkInteger(ACTION, "streams", options.streams ?? 256, [
    1,
    Number.MAX_SAFE_INTEGER,
  ]);
  checkKind(ACTION, "types", types, "function");
  const choices = readChoices(codings);
  const choose = codingChooser([...choices.keys()]);
  return {
    accepts: onceReceived((request) => choose(request.headers.get("accept-encoding"))),
    choices,
    threshold,
    types,
    gate: { max, active: 0 },
  };
}

function readChoices(codings: unknown): ReadonlyMap<ContentCoding, Choice> {
  if (!Array.isArray(codings)) throw new TypeError(`Cannot ${ACTION}: codings must be a list`);
  const choices = new Map<ContentCoding, Choice>();
  for (const coding of codings) {
    if (coding !== "br" && coding !== "gzip" && coding !== "zstd") {
      throw new TypeError(`Cannot ${ACTION}: there is no coding ${JSON.stringify(coding)}`);
    }
    const coder = CODERS[coding as ContentCoding];
    if (coder !== undefined) choices.set(coding, makeChoice(coding, coder));
  }
  if (choices.size > 0) return choices;
  throw new TypeError(`Cannot ${ACTION}: this runtime has none of the codings`);
}

function makeChoice(coding: ContentCoding, coder: Coder): Choice {
  const edit = (headers: Headers) => {
    headers.set("content-encoding", coding);
    headers.delete("content-length");
    // A range would be one of the plain content.
    headers.delete("accept-ranges");
    editValidators(headers);
  };
  return { coder, edit: fieldEditor(edit), fields: fieldsEditor(edit) };
}

/** The octets are others than those that a strong tag was made for (RFC 9110 §8.8.1). */
export function editValidators(headers: Headers): void {
  const etag = headers.get("etag");
  if (etag?.startsWith('"')) headers.set("etag", `W/${etag}`);
  addVary(headers, "Accept-Encoding");
}
