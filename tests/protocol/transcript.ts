import { assertEquals } from "../assert.ts";
import { ProtocolError, type ProtocolErrorReason } from "../../src/protocol/errors.ts";
import { Exchange } from "../../src/protocol/exchange.ts";
import type { FieldSection } from "../../src/protocol/field_section.ts";
import { DEFAULT_LIMITS, type Limits } from "../../src/protocol/limits.ts";
import { octetsOf, textOf } from "../../src/protocol/octets.ts";
import type { RequestHead } from "../../src/protocol/request_head.ts";

/** What came of the octets that a client sent: all that an exchange tells, as plain values. */
export type Transcript = readonly TranscriptEntry[];

/** One event; adjoining content is one, since how it is divided is no part of the message. */
export type TranscriptEntry =
  | HeadEntry
  | { readonly event: "content"; readonly content: string }
  | { readonly event: "end"; readonly trailers: readonly string[] }
  | {
    readonly event: "refused";
    readonly reason: ProtocolErrorReason;
    readonly status: number;
  }
  | { readonly event: "waiting" };

/** All that a head says. */
export interface HeadEntry {
  readonly event: "head";
  readonly method: string;
  readonly target: string;
  readonly form: string;
  readonly uri: string;
  readonly pathname: string;
  readonly minorVersion: number;
  readonly fields: readonly string[];
  readonly framing: string;
  readonly expectation: string;
  readonly persistent: boolean;
}

/** A message to be found behind another. */
const FOLLOWER = "GET /follower HTTP/1.1\r\nHost: b\r\n\r\n";
const FOLLOWED: readonly string[] = ["GET /follower", "end"];

/** The default limits, but for some. */
export function limitsWith(changes: Partial<Limits>): Limits {
  return { ...DEFAULT_LIMITS, ...changes };
}

/** Each octet of a text on its own. */
export function singleOctets(wire: string): Uint8Array<ArrayBuffer>[] {
  return Array.from(octetsOf(wire), (octet) => Uint8Array.of(octet));
}

/** Lets an exchange receive octets in pieces, and takes down what it tells. */
export function transcribe(pieces: Iterable<Uint8Array>, limits = DEFAULT_LIMITS): Transcript {
  const scribe = new Scribe(limits);
  for (const piece of pieces) {
    if (!scribe.receive(piece)) break;
  }
  return scribe.finish();
}

/** A transcript as short lines: `POST /`, `content abc`, `end`, `refused 400 malformed-chunk`. */
export function outline(transcript: Transcript): string[] {
  return transcript.flatMap((entry) => {
    switch (entry.event) {
      case "head":
        return [`${entry.method} ${entry.target}`];
      case "content":
        return [`content ${entry.content}`];
      case "end":
        return [...entry.trailers.map((line) => `trailer ${line}`), "end"];
      case "refused":
        return [`refused ${entry.status} ${entry.reason}`];
      case "waiting":
        return ["waiting"];
    }
  });
}

/** Asserts what comes of octets: whole, octet by octet, and either way with a follower behind. */
export function assertAccepted(wire: string, expected: readonly string[], limits?: Limits): void {
  assertEquals(outline(transcribe([octetsOf(wire)], limits)), expected);
  assertEquals(outline(transcribe(singleOctets(wire), limits)), expected);
  const followed = wire + FOLLOWER;
  assertEquals(outline(transcribe([octetsOf(followed)], limits)), [...expected, ...FOLLOWED]);
  assertEquals(outline(transcribe(singleOctets(followed), limits)), [...expected, ...FOLLOWED]);
}

/** Asserts that octets end in a refusal, however they are divided and whatever is behind them. */
export function assertRefused(
  wire: string,
  reason: ProtocolErrorReason,
  status: number,
  limits?: Limits,
): void {
  const transcript = outline(transcribe([octetsOf(wire)], limits));
  assertEquals(transcript.at(-1), `refused ${status} ${reason}`);
  for (const pieces of [singleOctets(wire), [octetsOf(wire + FOLLOWER)]]) {
    assertEquals(outline(transcribe(pieces, limits)), transcript);
  }
}

/** Asserts that octets are neither an event nor a refusal yet, however they are divided. */
export function assertWaits(wire: string, limits?: Limits): void {
  assertEquals(outline(transcribe([octetsOf(wire)], limits)), ["waiting"]);
  assertEquals(outline(transcribe(singleOctets(wire), limits)), ["waiting"]);
}

/** The one head that octets hold. */
export function headOf(wire: string): RequestHead {
  const exchange = new Exchange(DEFAULT_LIMITS);
  exchange.receive(octetsOf(wire));
  assertEquals(exchange.next(), "head");
  return exchange.head;
}

class Scribe {
  readonly #exchange: Exchange;
  readonly #entries: (TranscriptEntry | RequestHead)[] = [];
  #content: string | undefined;

  constructor(limits: Limits) {
    this.#exchange = new Exchange(limits);
  }

  /** Whether the exchange goes on. */
  receive(piece: Uint8Array): boolean {
    try {
      this.#exchange.receive(piece);
      while (this.#note()) { /* until it needs more */ }
      return true;
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#endContent();
      this.#entries.push({ event: "refused", reason: error.reason, status: error.status });
      return false;
    }
  }

  /** Reads heads last: whatever came behind them must have left them as they were. */
  finish(): Transcript {
    const isOver = this.#entries.some((entry) => "event" in entry && entry.event === "refused");
    if (!isOver && (this.#exchange.state !== "between" || this.#exchange.unread > 0)) {
      this.#endContent();
      this.#entries.push({ event: "waiting" });
    }
    return this.#entries.map((entry) => "event" in entry ? entry : headEntry(entry));
  }

  #note(): boolean {
    const event = this.#exchange.next();
    if (event === "head") this.#entries.push(this.#exchange.head);
    if (event === "content") this.#noteContent();
    if (event === "end") {
      this.#endContent();
      this.#entries.push({ event, trailers: fieldLines(this.#exchange.trailers) });
    }
    return event !== undefined;
  }

  #noteContent(): void {
    const { bytes, contentStart, contentEnd } = this.#exchange;
    this.#content = (this.#content ?? "") + textOf(bytes, contentStart, contentEnd);
  }

  #endContent(): void {
    if (this.#content !== undefined) {
      this.#entries.push({ event: "content", content: this.#content });
    }
    this.#content = undefined;
  }
}

function headEntry(head: RequestHead): HeadEntry {
  const { framing } = head;
  return {
    event: "head",
    method: head.method,
    target: head.target,
    form: head.form,
    uri: head.uri("http", "fallback"),
    pathname: head.pathname(),
    minorVersion: head.minorVersion,
    fields: fieldLines(head.fields),
    framing: framing.kind === "length" ? `length ${framing.octets}` : framing.kind,
    expectation: head.expectation,
    persistent: head.persistent,
  };
}

function fieldLines(section: FieldSection | undefined): string[] {
  return Array.from(
    { length: section?.count ?? 0 },
    (_, line) => `${section!.name(line)}: ${section!.value(line)}`,
  );
}
