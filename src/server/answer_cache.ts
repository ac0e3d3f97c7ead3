import { octetsOf } from "../protocol/octets.ts";
import { type FieldLines, responseHeadText } from "../protocol/response_head.ts";
import { isWithoutContent } from "../protocol/status.ts";
import { inspectFields } from "./answer_fields.ts";

/** Contents shorter than this have answers that are kept: with their heads they fit one buffer. */
const LONGEST = 15_360;

/** Lengths of which heads are kept at once, for each kind. */
const LENGTHS = 1024;

/** Lists of fields whose answers are kept. */
const MOST_LISTS = 1024;

/** The octets of a head, and those of the whole answer once the same content came twice. */
export class KeptAnswer {
  /** The octets of the head. */
  readonly head: Uint8Array;
  /** The octets of the head in front of the server's own lines, where other fields may stand. */
  readonly headStart: Uint8Array;
  /** The octets of the head behind them. */
  readonly headEnd: Uint8Array;
  #content: string | undefined;
  #octets: Uint8Array | undefined;
  #end: Uint8Array | undefined;

  /** Keeps a head, whose lines of the server's own begin at an offset. */
  constructor(head: Uint8Array, serverLines: number) {
    this.head = head;
    this.headStart = head.subarray(0, serverLines);
    this.headEnd = head.subarray(serverLines);
  }

  /** The octets of the head and the content, where they were kept. */
  octetsWith(content: string): Uint8Array | undefined {
    return this.#content === content ? this.#octets : undefined;
  }

  /** The octets of the head behind other fields, and the content, where they were kept. */
  endWith(content: string): Uint8Array | undefined {
    return this.#content === content ? this.#end : undefined;
  }

  /** Notes a content that was sent, all ASCII; the second time in a row, its octets are kept. */
  note(content: string): void {
    const isKept = this.#content === content;
    this.#octets = isKept ? join(this.head, octetsOf(content)) : undefined;
    this.#end = this.#octets?.subarray(this.headStart.length);
    this.#content = content;
  }
}

/** Answers of one status and one list of fields, by the length of the content. */
interface Kind {
  readonly status: number;
  readonly fields: FieldLines;
  dateLine: string;
  readonly byLength: Map<number, KeptAnswer>;
}

/**
 * Keeps the octets of what is sent again and again: heads of the same status, fields and length, and
 * whole answers that are the same.
 *
 * They are made by `responseHeadText` like all others, and forgotten when the second has passed.
 */
export class AnswerCache {
  readonly #kinds = new Map<FieldLines, Kind[]>();
  #last: Kind | undefined;

  /**
   * An answer of HTTP/1.1 on a connection that persists; `undefined` where its head depends on more
   * than these.
   */
  get(
    status: number,
    fields: FieldLines,
    contentLength: number,
    dateLine: string,
  ): KeptAnswer | undefined {
    return contentLength < LONGEST
      ? this.getHead(status, fields, contentLength, dateLine)
      : undefined;
  }

  /** The same for a content of any length, whose head alone may be kept. */
  getHead(
    status: number,
    fields: FieldLines,
    contentLength: number,
    dateLine: string,
  ): KeptAnswer | undefined {
    const last = this.#last;
    const isSame = last !== undefined && last.fields === fields && last.status === status;
    const kind = isSame ? last : this.#find(status, fields);
    if (kind === undefined) return undefined;
    this.#last = kind;
    if (kind.dateLine !== dateLine) {
      kind.dateLine = dateLine;
      kind.byLength.clear();
    }
    const kept = kind.byLength.get(contentLength);
    return kept ?? keep(kind, contentLength);
  }

  #find(status: number, fields: FieldLines): Kind | undefined {
    // Only what cannot change may be kept, and only for as many lists as there are kinds.
    if (!Object.isFrozen(fields) || inspectFields(fields).lines !== fields) return undefined;
    if (isWithoutContent(status) || status === 205) return undefined;
    let kinds = this.#kinds.get(fields);
    if (kinds === undefined) {
      // Whoever makes lists without end must not fill the memory.
      if (this.#kinds.size >= MOST_LISTS) this.#kinds.clear();
      this.#kinds.set(fields, kinds = []);
    }
    let kind = kinds.find((candidate) => candidate.status === status);
    if (kind === undefined) {
      kinds.push(kind = { status, fields, dateLine: "", byLength: new Map() });
    }
    return kind;
  }
}

function keep(kind: Kind, contentLength: number): KeptAnswer {
  if (kind.byLength.size >= LENGTHS) kind.byLength.clear();
  const kept = render(kind, contentLength);
  kind.byLength.set(contentLength, kept);
  return kept;
}

function render({ status, fields, dateLine }: Kind, contentLength: number): KeptAnswer {
  const lines = `content-length: ${contentLength}\r\n${dateLine}`;
  const head = octetsOf(responseHeadText(status, "", fields, lines));
  return new KeptAnswer(head, head.length - lines.length - EMPTY_LINE);
}

/** Octets of the line that ends a head. */
const EMPTY_LINE = 2;

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  const octets = new Uint8Array(first.length + second.length);
  octets.set(first);
  octets.set(second, first.length);
  return octets;
}
