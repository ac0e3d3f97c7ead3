import { octetsOf } from "../protocol/octets.ts";
import { type FieldLines, responseHeadText } from "../protocol/response_head.ts";
import { isWithoutContent } from "../protocol/status.ts";
import { inspectFields } from "./answer_fields.ts";

/** Contents shorter than this have heads that are kept. */
const LENGTHS = 4096;

/** Heads of one status and one list of fields, by the length of the content. */
interface Heads {
  readonly status: number;
  readonly fields: FieldLines;
  dateLine: string;
  byLength: (Uint8Array | undefined)[];
}

/**
 * Keeps the octets of heads that are sent again and again: same status, same fields, same length.
 *
 * They are made by `responseHeadText` like all others, and forgotten when the second has passed.
 */
export class HeadCache {
  readonly #heads = new Map<FieldLines, Heads[]>();
  #last: Heads | undefined;

  /**
   * The head of an answer of HTTP/1.1 on a connection that persists; `undefined` where it depends on
   * more than these.
   */
  get(
    status: number,
    fields: FieldLines,
    contentLength: number,
    dateLine: string,
  ): Uint8Array | undefined {
    if (contentLength >= LENGTHS) return undefined;
    let heads = this.#last;
    if (heads === undefined || heads.fields !== fields || heads.status !== status) {
      heads = this.#find(status, fields);
      if (heads === undefined) return undefined;
      this.#last = heads;
    }
    if (heads.dateLine !== dateLine) {
      heads.dateLine = dateLine;
      heads.byLength = [];
    }
    return heads.byLength[contentLength] ??= render(heads, contentLength);
  }

  #find(status: number, fields: FieldLines): Heads | undefined {
    // Only what cannot change may be kept, and only for as many lists as there are kinds.
    if (!Object.isFrozen(fields) || inspectFields(fields).lines !== fields) return undefined;
    if (isWithoutContent(status) || status === 205) return undefined;
    let list = this.#heads.get(fields);
    if (list === undefined) this.#heads.set(fields, list = []);
    let heads = list.find((candidate) => candidate.status === status);
    if (heads === undefined) {
      list.push(heads = { status, fields, dateLine: "", byLength: [] });
    }
    return heads;
  }
}

function render({ status, fields, dateLine }: Heads, contentLength: number): Uint8Array {
  const lines = `content-length: ${contentLength}\r\n${dateLine}`;
  return octetsOf(responseHeadText(status, "", fields, lines));
}
