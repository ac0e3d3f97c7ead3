import { ProtocolError, type ProtocolErrorReason } from "./errors.ts";
import { LineCursor } from "./line_cursor.ts";
import {
  COLON,
  CR,
  endOfRun,
  equalsIgnoringCase,
  FIELD_OCTET,
  HTAB,
  LF,
  SP,
  TCHAR,
  textOf,
} from "./octets.ts";

/** Where one field line's parts are; reused from line to line. */
export class FieldSpan {
  /** Offset of the field name. */
  nameStart = 0;
  /** Offset behind the field name. */
  nameEnd = 0;
  /** Offset of the field value, white space around it left out. */
  valueStart = 0;
  /** Offset behind the field value. */
  valueEnd = 0;
}

/** Learns of each field line as it is read. */
export interface FieldListener {
  /** Looks at one field line; `span` is valid during the call only. */
  noteField(bytes: Uint8Array, span: FieldSpan): void;
}

/** How much a section may hold, and what is said when it holds more, or cannot be read. */
export interface SectionBounds {
  /** Octets in field lines. */
  readonly octets: number;
  /** Number of field lines. */
  readonly fields: number;
  /** Why a section beyond `octets` is refused. */
  readonly tooLarge: ProtocolErrorReason;
}

/** Reads a field section, in as many calls as its octets take to arrive. */
export class FieldSectionParser {
  /** Field lines read so far. */
  count = 0;
  /** Grows with every section, so that whoever read one knows whether it is still the last. */
  reading = 0;
  readonly #bounds: SectionBounds;
  readonly #lines = new LineCursor();
  readonly #span = new FieldSpan();
  readonly #index: number[] = [];
  #bound = 0;

  /** Reads sections within the given bounds. */
  constructor(bounds: SectionBounds) {
    this.#bounds = bounds;
  }

  /** Begins a section at an offset. */
  begin(start: number): void {
    this.count = 0;
    this.reading++;
    this.#lines.moveTo(start);
    this.#bound = start + this.#bounds.octets + 2;
  }

  /** The offset behind the empty line that ends the section, or `undefined` while it is missing. */
  parse(bytes: Uint8Array, end: number, listener: FieldListener): number | undefined {
    const stop = Math.min(end, this.#bound);
    while (this.#lines.isReady(bytes, stop)) {
      const { line } = this.#lines;
      const next = this.#parseLine(bytes, line, stop);
      if (next === undefined) break;
      if (next === line + 2) return next;
      writeSpan(this.#index, this.count, this.#span);
      if (++this.count > this.#bounds.fields) throw new ProtocolError("too-many-fields");
      listener.noteField(bytes, this.#span);
      this.#lines.moveTo(next);
    }
    if (stop === this.#bound) throw new ProtocolError(this.#bounds.tooLarge);
    return undefined;
  }

  /** The spans of a section, where none was begun since. */
  indexOf(reading: number): FieldIndex | undefined {
    return reading === this.reading ? this.#index.slice(0, this.count * SPAN) : undefined;
  }

  #parseLine(bytes: Uint8Array, line: number, stop: number): number | undefined {
    try {
      const next = parseFieldLine(bytes, line, stop, this.#span);
      if (next === undefined) this.#lines.await(stop);
      return next;
    } catch (error) {
      if (this.#lines.isWhole(bytes, stop)) throw error;
      this.#lines.await(stop);
      return undefined;
    }
  }
}

/**
 * Reads `field-name ":" OWS field-value OWS CRLF` (RFC 9112 §5), or the empty line.
 *
 * Returns the offset of the next line, or `undefined` where the line is not whole.
 */
export function parseFieldLine(
  bytes: Uint8Array,
  start: number,
  end: number,
  span: FieldSpan,
): number | undefined {
  const nameEnd = endOfRun(bytes, start, end, TCHAR);
  if (nameEnd === end) return undefined;
  if (nameEnd === start) return parseEmptyLine(bytes, start, end);
  // No white space before the colon: proxies and servers have disagreed about it (§5.1).
  if (bytes[nameEnd] !== COLON) throw new ProtocolError("malformed-field-line");
  const lineEnd = endOfRun(bytes, nameEnd + 1, end, FIELD_OCTET);
  if (lineEnd === end) return undefined;
  // A bare CR may be replaced by SP (§2.2); refusing is safer.
  if (bytes[lineEnd] !== CR) throw new ProtocolError("malformed-field-line");
  if (lineEnd + 1 === end) return undefined;
  if (bytes[lineEnd + 1] !== LF) throw new ProtocolError("malformed-field-line");
  span.nameStart = start;
  span.nameEnd = nameEnd;
  trimValue(bytes, nameEnd + 1, lineEnd, span);
  return lineEnd + 2;
}

function parseEmptyLine(bytes: Uint8Array, start: number, end: number): number | undefined {
  if (bytes[start] === CR) {
    if (start + 1 === end) return undefined;
    if (bytes[start + 1] === LF) return start + 2;
  }
  const folded = bytes[start] === SP || bytes[start] === HTAB;
  throw new ProtocolError(folded ? "folded-field-line" : "malformed-field-line");
}

function trimValue(bytes: Uint8Array, start: number, end: number, span: FieldSpan): void {
  while (start < end && isOptionalWhiteSpace(bytes[start])) start++;
  while (end > start && isOptionalWhiteSpace(bytes[end - 1])) end--;
  span.valueStart = start;
  span.valueEnd = end;
}

function isOptionalWhiteSpace(octet: number): boolean {
  return octet === SP || octet === HTAB;
}

/** Spans of field lines, flat: name's start and end, value's start and end. */
export type FieldIndex = readonly number[];

/** Numbers that a span has. */
const SPAN = 4;

function writeSpan(index: number[], line: number, span: FieldSpan): void {
  const offset = line * SPAN;
  index[offset] = span.nameStart;
  index[offset + 1] = span.nameEnd;
  index[offset + 2] = span.valueStart;
  index[offset + 3] = span.valueEnd;
}

/** The field lines of a section that was read, as spans into its octets. */
export class FieldSection {
  /** Number of field lines. */
  readonly count: number;
  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #end: number;
  readonly #values: string[] = [];
  #index: FieldIndex | undefined;

  /**
   * Refers to a section that `FieldSectionParser` accepted, its empty line included; `index` is what
   * that still knows of it.
   */
  constructor(
    bytes: Uint8Array,
    [start, end]: readonly [start: number, end: number],
    count: number,
    index?: FieldIndex,
  ) {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    this.count = count;
    this.#index = index;
  }

  /** The name of a field line, in lower case. */
  name(line: number): string {
    const index = this.#spans();
    return textOf(this.#bytes, index[line * SPAN], index[line * SPAN + 1]).toLowerCase();
  }

  /** The value of a field line; a head that is repeated may be asked for it again. */
  value(line: number): string {
    return this.#values[line] ??= this.#readValue(line);
  }

  #readValue(line: number): string {
    const index = this.#spans();
    return textOf(this.#bytes, index[line * SPAN + 2], index[line * SPAN + 3]);
  }

  /** The first line from `from` on that has the name, given in lower case, or `undefined`. */
  find(lowerCaseName: string, from: number = 0): number | undefined {
    const index = this.#spans();
    for (let line = from; line < this.count; line++) {
      const start = index[line * SPAN];
      const end = index[line * SPAN + 1];
      if (equalsIgnoringCase(this.#bytes, start, end, lowerCaseName)) return line;
    }
    return undefined;
  }

  /** Made on first use: most handlers look at no field at all. */
  #spans(): FieldIndex {
    return this.#index ??= indexFieldLines(this.#bytes, this.#start, this.#end, this.count);
  }
}

function indexFieldLines(
  bytes: Uint8Array,
  start: number,
  end: number,
  count: number,
): FieldIndex {
  const index: number[] = [];
  const span = new FieldSpan();
  let line = start;
  for (let i = 0; i < count; i++) {
    line = parseFieldLine(bytes, line, end, span)!;
    writeSpan(index, i, span);
  }
  return index;
}
