import { setImmediate } from "node:timers";
import type { KnownContent, KnownResponse } from "../known_response.ts";
import { lenderOf } from "../lent_octets.ts";
import type { OwnFields } from "../own_fields.ts";
import { chunkSizeLine, LAST_CHUNK } from "../protocol/chunked_encoder.ts";
import { responseHeadText } from "../protocol/response_head.ts";
import { isWithoutContent } from "../protocol/status.ts";
import { abandon, checkChunk, startContent } from "../web/response_content.ts";
import { Patience } from "../web/patience.ts";
import { quiet } from "../web/quiet.ts";
import {
  type AnswerFields,
  hasOwnServerField,
  inspectFields,
  listHeaders,
} from "./answer_fields.ts";
import type { AnswerCache, KeptAnswer } from "./answer_cache.ts";
import { Loans } from "./loans.ts";
import { encodeText, HIGH_WATER_MARK, type Outbox } from "./outbox.ts";

/** What an answer must heed, and what it decides. */
export interface AnswerTerms {
  /** Method of the request; empty where it could not be read. */
  readonly method: string;
  /** 0 for a client of HTTP/1.0. */
  readonly minorVersion: number;
  /** The server's `Date` line, with its CRLF. */
  readonly dateLine: string;
  /** Answers that were made before. */
  readonly answers: AnswerCache;
  /** Whether no other request waits behind this one. */
  readonly isAlone: boolean;
  /** Whether the connection persists; an answer may decide against it. */
  persistent: boolean;
  /** Whether only the close tells the client that it has all of the content. */
  endsWithClose: boolean;
  /** Whether the head has been handed to the outbox: nothing can be taken back then. */
  headSent: boolean;
  /** The status of an answer whose head was sent; noted where the content may come later. */
  status: number;
  /** Octets of its content that were appended so far. */
  contentOctets: number;
  /** The stream that is being sent; the connection cancels it when the client is gone. */
  streaming: ReadableStreamDefaultReader<Uint8Array> | undefined;
  /** Decides against persistence where too much content was left unread. */
  decidePersistence(): void;
}

/** What is sent behind a head. */
interface Plan {
  readonly status: number;
  readonly statusText: string;
  readonly fields: AnswerFields;
}

/** A stream that did not end behind its first chunk. */
interface OpenStream {
  readonly octets: Uint8Array;
  readonly next: Promise<ReadableStreamReadResult<Uint8Array>>;
  readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  /** Where the stream wants its chunks back. */
  readonly loans: Loans | undefined;
}

const NO_OCTETS = new Uint8Array(0);

/** Octets behind which others have their turn: a stream and a network that are always ready give none. */
const TURN = 262_144;

/** What a chunk costs besides its octets, in octets. */
const CHUNK_COST = 1_024;

/** Sends a response whose content is at hand; gives the octets of its content. */
export function sendKnown(outbox: Outbox, response: KnownResponse, terms: AnswerTerms): number {
  if (sendCommon(outbox, response, terms)) return response.content!.length;
  if (response.disturbed) throw alreadyUsed();
  const { status, statusText, content } = response;
  const fields = inspectFields(response.fields ?? listHeaders(response.native().headers));
  const plan: Plan = { status, statusText, fields };
  if (isBare(status, terms)) return sendBare(outbox, plan, terms, content);
  return sendOctets(outbox, plan, terms, toOctets(content));
}

/** Sends what most answers are, with a head that was made before; whether it was such an answer. */
function sendCommon(outbox: Outbox, response: KnownResponse, terms: AnswerTerms): boolean {
  const { sharedFields: fields, content, statusText } = response;
  if (fields === undefined || typeof content !== "string" || statusText !== "") return false;
  terms.decidePersistence();
  if (!terms.persistent || terms.minorVersion !== 1 || terms.method === "HEAD") return false;
  const kept = terms.answers.get(response.status, fields, content.length, terms.dateLine);
  if (kept === undefined) return false;
  if (response.ownFields !== undefined) {
    if (!sendWithOwn(outbox, kept, response.ownFields, content)) return false;
    return terms.headSent = true;
  }
  const octets = kept.octetsWith(content);
  if (octets !== undefined) outbox.appendLasting(octets, terms.isAlone);
  else if (outbox.appendAscii(kept.head, content)) kept.note(content);
  else return false;
  return terms.headSent = true;
}

/** Puts fields of one exchange into a head that was made before; whether that could be done. */
function sendWithOwn(
  outbox: Outbox,
  kept: KeptAnswer,
  own: OwnFields,
  content: string,
): boolean {
  if (hasOwnServerField(own)) return false;
  const end = kept.endWith(content);
  if (end !== undefined) return outbox.appendParts(kept.headStart, own, end);
  if (!outbox.appendParts(kept.headStart, own, kept.headEnd, content)) return false;
  kept.note(content);
  return true;
}

/** Sends any response, its stream as it comes; gives the octets of its content. */
export async function sendNative(
  outbox: Outbox,
  response: Response,
  terms: AnswerTerms,
): Promise<number> {
  const { status, statusText, body } = response;
  checkStatus(status);
  if (response.bodyUsed || body?.locked) throw alreadyUsed();
  const plan: Plan = { status, statusText, fields: inspectFields(listHeaders(response.headers)) };
  if (isBare(status, terms)) {
    abandon(response, "The answer has no content");
    return sendBare(outbox, plan, terms, body === null ? null : undefined);
  }
  if (body === null) return sendOctets(outbox, plan, terms, NO_OCTETS);
  const reader = terms.streaming = body.getReader();
  try {
    const { octets, next } = await startContent(reader);
    if (terms.streaming !== reader) {
      throw new TypeError("Cannot send the response: it came too late");
    }
    if (next === undefined) return sendOctets(outbox, plan, terms, octets);
    const lender = lenderOf(body);
    const loans = lender && new Loans(lender);
    return await sendStream(outbox, plan, terms, { octets, next, reader, loans });
  } catch (error) {
    quiet(reader.cancel(error));
    // What was made is sent, so that its end in the middle is the client's to see.
    if (terms.headSent) outbox.flush();
    throw error;
  } finally {
    if (terms.streaming === reader) terms.streaming = undefined;
  }
}

/** `Response.error()` has none, and 1xx would be no answer (RFC 9110 §15.2). */
function checkStatus(status: number): void {
  if (Number.isInteger(status) && status >= 200 && status <= 599) return;
  throw new TypeError(`Cannot send a response of status ${status}: it must be 200–599`);
}

/** Whether nothing follows the head, whatever the handler made. */
function isBare(status: number, terms: AnswerTerms): boolean {
  return terms.method === "HEAD" || isWithoutContent(status) || status === 205;
}

/**
 * Sends a head alone: HEAD, 204, 205, 304.
 *
 * `content` is what would have followed; `undefined` where only a stream would tell.
 */
function sendBare(
  outbox: Outbox,
  plan: Plan,
  terms: AnswerTerms,
  content: KnownContent | null | undefined,
): number {
  sendHead(outbox, plan, terms, bareFraming(plan, content));
  return 0;
}

function bareFraming({ status, fields }: Plan, content: KnownContent | null | undefined): string {
  if (status === 205) return "content-length: 0\r\n"; // RFC 9110 §15.3.6
  if (status < 200 || status === 204) return ""; // RFC 9110 §8.6
  // What a GET would have had; the handler knows best (§9.3.2, §15.4.5).
  const declared = declaredLength(fields);
  if (declared !== undefined) return lengthLine(declared);
  if (status === 304 || content === undefined) return "";
  return lengthLine(toOctets(content).length);
}

function sendOctets(outbox: Outbox, plan: Plan, terms: AnswerTerms, octets: Uint8Array): number {
  const declared = declaredLength(plan.fields);
  if (declared !== undefined && declared !== octets.length) throw wrongLength(declared);
  sendHead(outbox, plan, terms, lengthLine(octets.length));
  outbox.appendOctets(octets);
  return octets.length;
}

/** Sends a stream: with the length that the handler declared, chunked, or until the close. */
async function sendStream(
  outbox: Outbox,
  plan: Plan,
  terms: AnswerTerms,
  { octets: first, next, reader, loans }: OpenStream,
): Promise<number> {
  const declared = declaredLength(plan.fields);
  if (declared !== undefined && first.length > declared) throw wrongLength(declared);
  const isChunked = declared === undefined && terms.minorVersion === 1;
  // RFC 9112 §6.3, item 8
  terms.endsWithClose = declared === undefined && !isChunked;
  if (terms.endsWithClose) terms.persistent = false;
  sendHead(outbox, plan, terms, framingLine(declared, isChunked));
  const append = isChunked ? appendChunk : appendPlain;
  // What comes at once leaves together; nothing waits for what does not.
  const patience = new Patience(() => outbox.flush());
  // What is lent comes back sooner where all of it is sent before more is asked for.
  const slack = loans === undefined ? HIGH_WATER_MARK / 2 : 0;
  let total = 0;
  let sinceTurn = 0;
  let result: ReadableStreamReadResult<Uint8Array> = { done: false, value: first };
  for (let following = next; !result.done; following = quiet(reader.read())) {
    const octets = checkChunk(result.value);
    total += octets.length;
    if (declared !== undefined && total > declared) throw wrongLength(declared);
    append(outbox, octets);
    terms.contentOctets = total;
    loans?.note(octets, outbox.appended);
    if (outbox.isFull) {
      outbox.flush();
      await outbox.whenSent(outbox.appended - slack);
    }
    loans?.settle(outbox.sent);
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
  if (declared !== undefined && total < declared) throw wrongLength(declared);
  if (isChunked) outbox.appendHead(LAST_CHUNK);
  return total;
}

function framingLine(declared: number | undefined, isChunked: boolean): string {
  if (declared !== undefined) return lengthLine(declared);
  return isChunked ? "transfer-encoding: chunked\r\n" : "";
}

function appendPlain(outbox: Outbox, octets: Uint8Array): void {
  outbox.appendOctets(octets);
}

/** A chunk of no octets would end the content, so it is left out. */
function appendChunk(outbox: Outbox, octets: Uint8Array): void {
  if (octets.length === 0) return;
  outbox.appendHead(chunkSizeLine(octets.length));
  outbox.appendOctets(octets);
  outbox.appendHead("\r\n");
}

function sendHead(outbox: Outbox, plan: Plan, terms: AnswerTerms, framing: string): void {
  outbox.appendHead(headText(plan, terms, framing));
  terms.headSent = true;
  terms.status = plan.status;
  terms.contentOctets = 0;
}

function headText(
  { status, statusText, fields }: Plan,
  terms: AnswerTerms,
  framing: string,
): string {
  terms.decidePersistence();
  if (fields.close) terms.persistent = false;
  const date = fields.hasDate ? "" : terms.dateLine;
  const serverLines = framing + date + connectionLine(terms, fields.connection);
  return responseHeadText(status, statusText, fields.lines, serverLines);
}

/** `Connection`, where the version does not say it already (RFC 9112 §9.3). */
function connectionLine(terms: AnswerTerms, others: string): string {
  let own = "";
  if (!terms.persistent) own = "close";
  else if (terms.minorVersion === 0) own = "keep-alive";
  if (own === "" && others === "") return "";
  return `connection: ${others}${own !== "" && others !== "" ? ", " : ""}${own}\r\n`;
}

function lengthLine(length: number): string {
  return `content-length: ${length}\r\n`;
}

/** The handler's own length; one that is malformed must not reach the wire. */
function declaredLength({ contentLength }: AnswerFields): number | undefined {
  if (contentLength === undefined) return undefined;
  if (!/^\d{1,15}$/.test(contentLength)) {
    throw new TypeError(`Cannot send a content-length of ${JSON.stringify(contentLength)}`);
  }
  return Number(contentLength);
}

function toOctets(content: KnownContent | null): Uint8Array {
  if (content === null) return NO_OCTETS;
  return typeof content === "string" ? encodeText(content) : content;
}

function alreadyUsed(): TypeError {
  return new TypeError("Cannot send the response: its content is used or locked");
}

function wrongLength(declared: number): TypeError {
  return new TypeError(`Cannot send the content: it does not have the declared ${declared} octets`);
}

/** Lets timers and other connections have their turn. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
