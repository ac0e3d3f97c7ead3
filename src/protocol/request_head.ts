import { ProtocolError } from "./errors.ts";
import {
  type FieldListener,
  FieldSection,
  FieldSectionParser,
  type FieldSpan,
} from "./field_section.ts";
import { isPlainAuthority, normaliseAuthority, type Scheme } from "./host.ts";
import type { Limits } from "./limits.ts";
import { LineCursor } from "./line_cursor.ts";
import { FramingFields, type MessageFraming, NO_CONTENT } from "./message_framing.ts";
import { equalsIgnoringCase, isRunAt, type Run, textOf } from "./octets.ts";
import { noteConnectionOptions, persistsAfter } from "./persistence.ts";
import { parseRequestLine, requestLineBound, requestLineTooLong } from "./request_line.ts";
import {
  isPlainTarget,
  pathnameOf,
  type TargetForm,
  targetForm,
  targetUri,
} from "./request_target.ts";

/** What an `Expect` field asks for (RFC 9110 §10.1.1). */
export type Expectation = "none" | "100-continue" | "unsupported";

/** Methods whose text need not be made anew, by their length. */
const METHODS_BY_LENGTH: readonly (readonly string[] | undefined)[] = [
  undefined,
  undefined,
  undefined,
  ["GET", "PUT"],
  ["POST", "HEAD"],
  ["PATCH", "TRACE"],
  ["DELETE"],
  ["OPTIONS", "CONNECT"],
];

/**
 * A request's head, as offsets into the octets it was read from.
 *
 * The octets are never written over, so the head may be kept as long as somebody wants it.
 */
export class RequestHead implements FieldListener, Run {
  /** The octets that all offsets refer to. */
  readonly bytes: Uint8Array;
  /** Offset of the method. */
  readonly start: number;
  /** Offset behind the method. */
  methodEnd = 0;
  /** Offset behind the request-target, which begins one octet behind the method. */
  targetEnd = 0;
  /** 0 for HTTP/1.0, 1 for HTTP/1.1 and what came after it. */
  minorVersion = 1;
  /** The method, in the case that it was sent in. */
  method = "";
  /** Which form the request-target has. */
  form: TargetForm = "origin-form";
  /** Length of the content. */
  framing: MessageFraming = NO_CONTENT;
  /** What the client expects before it sends content. */
  expectation: Expectation = "none";
  /** Whether the client wants the connection to persist. */
  persistent = false;
  /** Number of field lines. */
  fieldCount = 0;
  /** Whether `Connection` said `close`. */
  close = false;
  /** Whether `Connection` said `keep-alive`. */
  keepAlive = false;
  #parser: FieldSectionParser | undefined;
  #reading = 0;
  #fieldsStart = 0;
  #fieldsEnd = 0;
  #hostStart = -1;
  #hostEnd = 0;
  #framingFields: FramingFields | undefined;
  #fields: FieldSection | undefined;
  #pathname: string | undefined;
  #pathAndQuery: string | undefined;

  /** Refers to a head that begins at `start`. */
  constructor(bytes: Uint8Array, start: number) {
    this.bytes = bytes;
    this.start = start;
  }

  /** The request-target, as it was sent. */
  get target(): string {
    return textOf(this.bytes, this.methodEnd + 1, this.targetEnd);
  }

  /** The field lines. */
  get fields(): FieldSection {
    return this.#fields ??= new FieldSection(
      this.bytes,
      [this.#fieldsStart, this.#fieldsEnd],
      this.fieldCount,
      this.#parser!.indexOf(this.#reading),
    );
  }

  /** The target URI (RFC 9112 §3.3); `fallback` is the authority of a 1.0 request without `Host`. */
  uri(scheme: Scheme, fallback: string): string {
    const authority = this.#authority(scheme, fallback);
    return this.#isPlain()
      ? `${scheme}://${authority}${this.target}`
      : targetUri(this.form, this.target, scheme, authority);
  }

  /** The pathname of the target URI. */
  pathname(): string {
    return this.#pathname ??= this.#readPathname();
  }

  /** The path and query of the target URI. */
  pathAndQuery(): string {
    return this.#pathAndQuery ??= this.#readPathAndQuery();
  }

  #readPathAndQuery(): string {
    if (this.#isPlain()) return this.target;
    const uri = this.uri("http", "localhost");
    return uri.slice(uri.indexOf("/", uri.indexOf("://") + 3));
  }

  #readPathname(): string {
    if (!this.#isPlain()) return pathnameOf(this.uri("http", "localhost"));
    const target = this.target;
    const query = target.indexOf("?");
    return query === -1 ? target : target.slice(0, query);
  }

  /** Whether the octets at `start` are those of this head, all of them before `end`. */
  isRepeatedAt(bytes: Uint8Array, start: number, end: number): boolean {
    const { length } = this;
    if (length > MAX_REPEATED || end - start < length) return false;
    return isRunAt(this, bytes, start);
  }

  /** Octets of the head, its empty line included. */
  get length(): number {
    return this.#fieldsEnd - this.start;
  }

  /** Looks at a field line for what the server itself goes by. */
  noteField(bytes: Uint8Array, span: FieldSpan): void {
    // The length of the name tells nearly all other fields apart at once.
    switch (span.nameEnd - span.nameStart) {
      case 4:
        if (isNamed(bytes, span, "host")) this.#noteHost(span);
        break;
      case 6:
        if (isNamed(bytes, span, "expect")) this.#noteExpectation(span);
        break;
      case 10:
        if (isNamed(bytes, span, "connection")) {
          noteConnectionOptions(bytes, span.valueStart, span.valueEnd, this);
        }
        break;
      case 14:
        if (isNamed(bytes, span, "content-length")) {
          this.#framingOnDemand().noteContentLength(bytes, span.valueStart, span.valueEnd);
        }
        break;
      case 17:
        if (isNamed(bytes, span, "transfer-encoding")) {
          this.#framingOnDemand().noteTransferEncoding(bytes, span.valueStart, span.valueEnd);
        }
        break;
    }
  }

  /** Draws the conclusions that need the whole head. */
  conclude(fieldsStart: number, fieldsEnd: number, parser: FieldSectionParser): void {
    this.#fieldsStart = fieldsStart;
    this.#fieldsEnd = fieldsEnd;
    this.fieldCount = parser.count;
    this.#parser = parser;
    this.#reading = parser.reading;
    this.method = this.#readMethod();
    this.form = targetForm(this.method, this.bytes, this.methodEnd + 1, this.targetEnd);
    if (this.#hostStart === -1 && this.minorVersion === 1) throw new ProtocolError("missing-host");
    if (this.#framingFields !== undefined) {
      this.framing = this.#framingFields.conclude(this.minorVersion);
    }
    // A 1.0 client cannot wait for a 100 (RFC 9110 §10.1.1).
    if (this.minorVersion === 0 && this.expectation === "100-continue") this.expectation = "none";
    this.persistent = persistsAfter(this.minorVersion, this);
  }

  #readMethod(): string {
    const { bytes, start, methodEnd } = this;
    // A short loop, and no text to be made for those that come all the time.
    const known = METHODS_BY_LENGTH[methodEnd - start];
    if (known !== undefined) {
      for (let i = 0; i < known.length; i++) {
        if (startsWith(bytes, start, known[i])) return known[i];
      }
    }
    return textOf(bytes, start, methodEnd);
  }

  /** Both rules hold for HTTP/1.0 too: what is there must be right (§3.2). */
  #noteHost(span: FieldSpan): void {
    if (this.#hostStart !== -1) throw new ProtocolError("repeated-host");
    const { valueStart, valueEnd } = span;
    this.#hostStart = valueStart;
    this.#hostEnd = valueEnd;
    if (isPlainAuthority(this.bytes, valueStart, valueEnd)) return;
    const text = textOf(this.bytes, valueStart, valueEnd);
    if (normaliseAuthority(text, "http") === undefined) throw new ProtocolError("invalid-host");
  }

  #noteExpectation(span: FieldSpan): void {
    const known = equalsIgnoringCase(this.bytes, span.valueStart, span.valueEnd, "100-continue");
    this.expectation = known && this.expectation !== "unsupported" ? "100-continue" : "unsupported";
  }

  #framingOnDemand(): FramingFields {
    return this.#framingFields ??= new FramingFields();
  }

  #isPlain(): boolean {
    return this.form === "origin-form" &&
      isPlainTarget(this.bytes, this.methodEnd + 1, this.targetEnd);
  }

  #authority(scheme: Scheme, fallback: string): string {
    if (this.#hostStart === -1) return fallback;
    const text = textOf(this.bytes, this.#hostStart, this.#hostEnd);
    return isPlainAuthority(this.bytes, this.#hostStart, this.#hostEnd)
      ? text
      : normaliseAuthority(text, scheme)!;
  }
}

/**
 * Octets up to which a head is compared with the last one.
 *
 * Clients repeat themselves, and heads that differ mostly do so in their first line. What is longer
 * might be compared almost to its end for nothing.
 */
const MAX_REPEATED = 1024;

/** Reads request heads, in as many calls as their octets take to arrive. */
export class RequestHeadParser {
  readonly #fields: FieldSectionParser;
  readonly #line = new LineCursor();
  readonly #maxTarget: number;
  #head: RequestHead | undefined;
  #last: RequestHead | undefined;
  #fieldsStart: number | undefined;

  /** Reads heads within the given bounds. */
  constructor(limits: Limits) {
    this.#maxTarget = limits.requestTarget;
    this.#fields = new FieldSectionParser({
      octets: limits.headerSection,
      fields: limits.headerFields,
      tooLarge: "header-section-too-large",
    });
  }

  /** The head that `parse` has read. */
  get head(): RequestHead {
    return this.#head!;
  }

  /** Forgets a head that was read in part; it will be read again from its start. */
  reset(): void {
    this.#head = undefined;
    this.#fieldsStart = undefined;
  }

  /** The offset behind the head that begins at `start`, or `undefined` while it is not whole. */
  parse(bytes: Uint8Array, start: number, end: number): number | undefined {
    if (this.#head === undefined) {
      const last = this.#last;
      if (last?.isRepeatedAt(bytes, start, end) === true) return this.#repeat(last, start);
      this.#begin(bytes, start);
    }
    const head = this.#head!;
    const fieldsStart = this.#fieldsStart ?? this.#parseLine(head, end);
    if (fieldsStart === undefined) return undefined;
    const headEnd = this.#fields.parse(bytes, end, head);
    if (headEnd === undefined) return undefined;
    head.conclude(fieldsStart, headEnd, this.#fields);
    this.#last = head;
    return headEnd;
  }

  /** The same octets say the same: the last head says it all, and its own octets stay. */
  #repeat(last: RequestHead, start: number): number {
    this.#head = last;
    return start + last.length;
  }

  #begin(bytes: Uint8Array, start: number): void {
    this.#head = new RequestHead(bytes, start);
    this.#line.moveTo(start);
  }

  #parseLine(head: RequestHead, end: number): number | undefined {
    const bound = head.start + requestLineBound(this.#maxTarget);
    const stop = Math.min(end, bound);
    if (this.#line.isReady(head.bytes, stop)) {
      const fieldsStart = this.#tryLine(head, stop);
      if (fieldsStart !== undefined) {
        this.#fieldsStart = fieldsStart;
        this.#fields.begin(fieldsStart);
        return fieldsStart;
      }
    }
    if (stop === bound) throw requestLineTooLong(head.bytes, head.start);
    return undefined;
  }

  #tryLine(head: RequestHead, stop: number): number | undefined {
    try {
      const next = parseRequestLine(head.bytes, head.start, stop, head);
      if (next === undefined) this.#line.await(stop);
      else if (head.targetEnd - head.methodEnd - 1 > this.#maxTarget) {
        throw new ProtocolError("request-target-too-long");
      }
      return next;
    } catch (error) {
      if (this.#line.isWhole(head.bytes, stop)) throw error;
      this.#line.await(stop);
      return undefined;
    }
  }
}

function isNamed(bytes: Uint8Array, span: FieldSpan, lowerCaseName: string): boolean {
  return equalsIgnoringCase(bytes, span.nameStart, span.nameEnd, lowerCaseName);
}

function startsWith(bytes: Uint8Array, start: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text.charCodeAt(i)) return false;
  return true;
}
