import { ChunkedDecoder } from "../protocol/chunked_decoder.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { DEFAULT_LIMITS } from "../protocol/limits.ts";
import {
  COLON,
  CR,
  equalsIgnoringCase,
  HTAB,
  isDigit,
  LF,
  lowerCaseOctet,
  SP,
  textOf,
} from "../protocol/octets.ts";

/** The server broke HTTP/1.1; nothing after it can be read. */
export class MalformedAnswer extends Error {
  /** Always `"MalformedAnswer"`. */
  override readonly name = "MalformedAnswer";
}

/** Learns of each answer once its last octet has come. */
export interface AnswerListener {
  /** An answer is complete; `persists` tells whether its connection may be used again. */
  answered(status: number, persists: boolean): void;
}

/** Octets that the head of an answer may have. */
const MAX_HEAD = 65_536;

/** The longest content that can be counted exactly has so many digits. */
const MAX_LENGTH_DIGITS = 15;

const VERSION = [0x48, 0x54, 0x54, 0x50, 0x2f, 0x31, 0x2e]; // HTTP/1.
const NO_OCTETS = new Uint8Array(0);
const LOWER_C = 0x63;
const LOWER_T = 0x74;

type State = "head" | "length" | "chunked" | "until-close" | "over";

/**
 * Reads the answers of one connection, however their octets are divided.
 *
 * It reads as much as tells where an answer ends (RFC 9112 §6.3) and whether its connection persists
 * (§9.3), and looks at nothing else: content is counted, not kept.
 */
export class ResponseReader {
  readonly #listener: AnswerListener;
  readonly #isHead: boolean;
  #state: State = "head";
  #carried: Uint8Array = NO_OCTETS;
  /** Octets of the head that hold no line end that was not seen. */
  #searched = 0;
  #remaining = 0;
  #decoder: ChunkedDecoder | undefined;
  #status = 0;
  #persists = false;
  #length = -1;
  #chunked = false;
  #coded = false;

  /** Reads answers to a method; those to HEAD have no content. */
  constructor(method: string, listener: AnswerListener) {
    this.#isHead = method === "HEAD";
    this.#listener = listener;
  }

  /** Whether an answer has begun and has not ended. */
  get isWithin(): boolean {
    return this.#state === "head" ? this.#carried.length > 0 : this.#state !== "over";
  }

  /**
   * Reads what has come. Octets behind an answer that ends its connection are ignored.
   *
   * @throws {MalformedAnswer} when it is no answer.
   */
  read(octets: Uint8Array): void {
    let bytes = octets;
    if (this.#carried.length > 0) {
      bytes = joined(this.#carried, octets);
      this.#carried = NO_OCTETS;
    }
    let offset = 0;
    while (offset < bytes.length && this.#state !== "over") {
      const next = this.#step(bytes, offset);
      if (next === undefined) break;
      offset = next;
    }
    // A copy, since the caller may use its buffer again.
    if (offset < bytes.length && this.#state !== "over") this.#carried = bytes.slice(offset);
  }

  /** The connection has ended: so does an answer that ends with it. Gives whether one was cut. */
  end(): boolean {
    if (this.#state === "until-close") this.#finish();
    return this.isWithin;
  }

  /** The offset behind what could be read, or `undefined` where more must come. */
  #step(bytes: Uint8Array, offset: number): number | undefined {
    switch (this.#state) {
      case "head":
        return this.#readHead(bytes, offset);
      case "length":
        return this.#readLength(bytes, offset);
      case "chunked":
        return this.#readChunked(bytes, offset);
      default:
        return bytes.length;
    }
  }

  #readLength(bytes: Uint8Array, offset: number): number {
    const octets = Math.min(this.#remaining, bytes.length - offset);
    this.#remaining -= octets;
    if (this.#remaining === 0) this.#finish();
    return offset + octets;
  }

  #readChunked(bytes: Uint8Array, offset: number): number | undefined {
    const decoder = this.#decoder!;
    try {
      decoder.decode(bytes, offset, bytes.length);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      throw new MalformedAnswer(`Cannot read the answer: ${error.reason.replaceAll("-", " ")}`);
    }
    if (decoder.done) this.#finish();
    else if (decoder.consumed === offset) {
      // Half a trailer section: it comes again, behind nothing else.
      decoder.reset();
      return undefined;
    }
    return decoder.consumed;
  }

  #finish(): void {
    this.#decoder = undefined;
    this.#state = this.#persists ? "head" : "over";
    this.#listener.answered(this.#status, this.#persists);
  }

  #readHead(bytes: Uint8Array, start: number): number | undefined {
    const end = this.#findHeadEnd(bytes, start);
    if (end === undefined) return undefined;
    this.#readStatusLine(bytes, start);
    let line = bytes.indexOf(LF, start) + 1;
    while (line < end - 2) line = this.#readFieldLine(bytes, line);
    this.#beginContent();
    return end;
  }

  /** The offset behind the empty line, or `undefined` while it is missing. */
  #findHeadEnd(bytes: Uint8Array, start: number): number | undefined {
    let lf = bytes.indexOf(LF, start + this.#searched);
    // A line ends in CR LF; a lone LF is an end to some and none to others.
    for (; lf !== -1; lf = bytes.indexOf(LF, lf + 1)) {
      if (lf === start || bytes[lf - 1] !== CR) throw malformed("a line ends without CR");
      if (lf - 2 > start && bytes[lf - 2] === LF) break;
    }
    const length = (lf === -1 ? bytes.length : lf) - start;
    if (length >= MAX_HEAD) throw malformed("its head is too large");
    if (lf === -1) {
      if (!beginsLikeAnswer(bytes, start)) throw malformed("it begins with no status line");
      this.#searched = length;
      return undefined;
    }
    this.#searched = 0;
    return lf + 1;
  }

  /** `HTTP-version SP status-code SP [ reason-phrase ]` (§4); the second SP is often missing. */
  #readStatusLine(bytes: Uint8Array, start: number): void {
    const minor = bytes[start + VERSION.length];
    const digits = start + VERSION.length + 2;
    const isWhole = beginsLikeAnswer(bytes, start) && isDigit(minor) && bytes[digits - 1] === SP &&
      isDigit(bytes[digits]) && isDigit(bytes[digits + 1]) && isDigit(bytes[digits + 2]) &&
      (bytes[digits + 3] === SP || bytes[digits + 3] === CR);
    if (!isWhole) throw malformed("it begins with no status line");
    this.#status = (bytes[digits] & 15) * 100 + (bytes[digits + 1] & 15) * 10 +
      (bytes[digits + 2] & 15);
    if (this.#status < 100 || this.#status > 599) throw malformed("its status is none");
    this.#persists = minor !== 0x30;
    this.#length = -1;
    this.#chunked = this.#coded = false;
  }

  /** Only the fields that frame are looked at; gives the offset of the next line. */
  #readFieldLine(bytes: Uint8Array, start: number): number {
    const lf = bytes.indexOf(LF, start);
    const letter = lowerCaseOctet(bytes[start]);
    if (letter === LOWER_C || letter === LOWER_T) this.#readFraming(bytes, start, lf - 1);
    else if (letter === SP || letter === HTAB) throw malformed("a field line is folded");
    return lf + 1;
  }

  #readFraming(bytes: Uint8Array, start: number, end: number): void {
    const colon = bytes.indexOf(COLON, start);
    if (colon === -1 || colon >= end) return;
    if (equalsIgnoringCase(bytes, start, colon, "content-length")) {
      this.#readContentLength(bytes, colon + 1, end);
    } else if (equalsIgnoringCase(bytes, start, colon, "transfer-encoding")) {
      this.#coded = true;
      this.#chunked = listOf(bytes, colon + 1, end).at(-1) === "chunked";
    } else if (equalsIgnoringCase(bytes, start, colon, "connection")) {
      const options = listOf(bytes, colon + 1, end);
      if (options.includes("close")) this.#persists = false;
      else if (options.includes("keep-alive")) this.#persists = true;
    }
  }

  #readContentLength(bytes: Uint8Array, start: number, end: number): void {
    let from = start;
    let to = end;
    while (from < to && isBlank(bytes[from])) from++;
    while (to > from && isBlank(bytes[to - 1])) to--;
    let length = 0;
    for (let offset = from; offset < to; offset++) {
      if (!isDigit(bytes[offset])) throw malformed("its Content-Length is no number");
      length = length * 10 + (bytes[offset] & 15);
    }
    if (from === to || to - from > MAX_LENGTH_DIGITS) {
      throw malformed("its Content-Length is no number");
    }
    if (this.#length !== -1 && this.#length !== length) {
      throw malformed("it has two Content-Lengths");
    }
    this.#length = length;
  }

  /** How long the content is: the rules of RFC 9112 §6.3, in their order. */
  #beginContent(): void {
    const status = this.#status;
    // After 101 the connection speaks another protocol; other 1xx announce the answer.
    if (status === 101) this.#persists = false;
    else if (status < 200) return;
    if (this.#isHead || status === 101 || status === 204 || status === 304) return this.#finish();
    if (this.#coded) {
      if (this.#length !== -1) throw malformed("it has both Content-Length and Transfer-Encoding");
      if (this.#chunked) {
        this.#decoder = new ChunkedDecoder(DEFAULT_LIMITS);
        this.#state = "chunked";
        return;
      }
    } else if (this.#length === 0) return this.#finish();
    else if (this.#length > 0) {
      this.#remaining = this.#length;
      this.#state = "length";
      return;
    }
    this.#persists = false;
    this.#state = "until-close";
  }
}

function beginsLikeAnswer(bytes: Uint8Array, start: number): boolean {
  const length = Math.min(VERSION.length, bytes.length - start);
  for (let i = 0; i < length; i++) if (bytes[start + i] !== VERSION[i]) return false;
  return true;
}

function listOf(bytes: Uint8Array, start: number, end: number): string[] {
  return textOf(bytes, start, end).toLowerCase().split(",").map((item) => item.trim())
    .filter((item) => item !== "");
}

function isBlank(octet: number): boolean {
  return octet === SP || octet === HTAB;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

function malformed(why: string): MalformedAnswer {
  return new MalformedAnswer(`Cannot read the answer: ${why}`);
}
