import { setImmediate } from "node:timers";
import type { Lender } from "../lent_octets.ts";
import { chunkSizeLine, LAST_CHUNK } from "../protocol/chunked_encoder.ts";
import { Patience } from "../web/patience.ts";
import { quiet } from "../web/quiet.ts";
import { checkChunk } from "../web/response_content.ts";
import {
  type AnswerTerms,
  declaredLength,
  lengthLine,
  type Plan,
  sendHead,
  wrongLength,
} from "./answer_head.ts";
import { COALESCE_LIMIT, HIGH_WATER_MARK, type Outbox } from "./outbox.ts";

/** A stream that did not end behind its first chunk. */
export interface OpenStream {
  readonly octets: Uint8Array;
  readonly next: Promise<ReadableStreamReadResult<Uint8Array>>;
  readonly reader: ReadableStreamDefaultReader<Uint8Array>;
}

/** How a stream is framed. */
interface StreamFraming {
  /** The length that the handler declared. */
  readonly declared: number | undefined;
  /** Whether it is chunked; where nothing was declared, the close ends it else. */
  readonly isChunked: boolean;
}

const NO_OCTETS = new Uint8Array(0);

/** Octets behind which others have their turn: a stream and a network that are always ready give none. */
const TURN = 262_144;

/** What a chunk costs besides its octets, in octets. */
const CHUNK_COST = 1_024;

/** Sends a stream as it comes. */
export async function sendStream(
  outbox: Outbox,
  plan: Plan,
  terms: AnswerTerms,
  { octets: first, next, reader }: OpenStream,
): Promise<number> {
  const framing = sendStreamHead(outbox, plan, terms, first);
  // What comes at once leaves together; nothing waits for what does not.
  const patience = new Patience(() => outbox.flush());
  let sinceTurn = 0;
  let result: ReadableStreamReadResult<Uint8Array> = { done: false, value: first };
  for (let following = next; !result.done; following = quiet(reader.read())) {
    const octets = checkChunk(result.value);
    appendPart(outbox, terms, framing, octets);
    if (outbox.isFull) {
      outbox.flush();
      await outbox.whenSent(outbox.appended - HIGH_WATER_MARK / 2);
    }
    if ((sinceTurn += octets.length + CHUNK_COST) > TURN) {
      sinceTurn = 0;
      outbox.flush();
      await nextTurn();
    }
    patience.begin();
    try {
      result = await following;
    } finally {
      patience.end();
    }
  }
  return endStream(outbox, terms, framing);
}

/** Sends what lies behind a stream: each block is sent before the next is read in its place. */
export async function sendLent(
  outbox: Outbox,
  plan: Plan,
  terms: AnswerTerms,
  lender: Lender,
): Promise<number> {
  const { streaming } = terms;
  const first = await lender.read();
  if (terms.streaming !== streaming) throw cameTooLate();
  const framing = sendStreamHead(outbox, plan, terms, first ?? NO_OCTETS);
  for (let octets = first; octets !== undefined; octets = await lender.read()) {
    appendPart(outbox, terms, framing, octets);
    // What is shorter was copied.
    if (octets.length <= COALESCE_LIMIT && !outbox.isFull) continue;
    outbox.flush();
    await outbox.whenSent(outbox.appended);
  }
  return endStream(outbox, terms, framing);
}

/** Sends a head: with the length that the handler declared, chunked, or until the close. */
function sendStreamHead(
  outbox: Outbox,
  plan: Plan,
  terms: AnswerTerms,
  first: Uint8Array,
): StreamFraming {
  const declared = declaredLength(plan.fields);
  if (declared !== undefined && first.length > declared) throw wrongLength(declared);
  const isChunked = declared === undefined && terms.minorVersion === 1;
  // RFC 9112 §6.3, item 8
  terms.endsWithClose = declared === undefined && !isChunked;
  if (terms.endsWithClose) terms.persistent = false;
  sendHead(outbox, plan, terms, framingLine(declared, isChunked));
  return { declared, isChunked };
}

function framingLine(declared: number | undefined, isChunked: boolean): string {
  if (declared !== undefined) return lengthLine(declared);
  return isChunked ? "transfer-encoding: chunked\r\n" : "";
}

function appendPart(
  outbox: Outbox,
  terms: AnswerTerms,
  { declared, isChunked }: StreamFraming,
  octets: Uint8Array,
): void {
  const total = terms.contentOctets + octets.length;
  if (declared !== undefined && total > declared) throw wrongLength(declared);
  if (isChunked) appendChunk(outbox, octets);
  else outbox.appendOctets(octets);
  terms.contentOctets = total;
}

/** Ends the content; gives how many octets it had. */
function endStream(
  outbox: Outbox,
  { contentOctets }: AnswerTerms,
  { declared, isChunked }: StreamFraming,
): number {
  if (declared !== undefined && contentOctets < declared) throw wrongLength(declared);
  if (isChunked) outbox.appendHead(LAST_CHUNK);
  return contentOctets;
}

/** A chunk of no octets would end the content, so it is left out. */
function appendChunk(outbox: Outbox, octets: Uint8Array): void {
  if (octets.length === 0) return;
  outbox.appendHead(chunkSizeLine(octets.length));
  outbox.appendOctets(octets);
  outbox.appendHead("\r\n");
}

/** Nobody waits for the answer any more. */
export function cameTooLate(): TypeError {
  return new TypeError("Cannot send the response: it came too late");
}

/** Lets timers and other connections have their turn. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
