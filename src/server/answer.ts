import type { KnownContent, KnownResponse } from "../known_response.ts";
import { lenderOf } from "../lent_octets.ts";
import { LentResponse, type Untouched } from "../lent_response.ts";
import type { OwnFields } from "../own_fields.ts";
import { isWithoutContent } from "../protocol/status.ts";
import { abandon, startContent } from "../web/response_content.ts";
import { quiet } from "../web/quiet.ts";
import type { KeptAnswer } from "./answer_cache.ts";
import { hasOwnServerField, inspectFields, listHeaders } from "./answer_fields.ts";
import {
  type AnswerTerms,
  declaredLength,
  lengthLine,
  type Plan,
  sendHead,
  type Streaming,
  wrongLength,
} from "./answer_head.ts";
import { encodeText, type Outbox } from "./outbox.ts";
import { cameTooLate, sendLent, sendStream } from "./streamed_answer.ts";

const NO_OCTETS = new Uint8Array(0);

/** Sends a response whose content is at hand; gives the octets of its content. */
export function sendKnown(outbox: Outbox, response: KnownResponse, terms: AnswerTerms): number {
  if (sendCommon(outbox, response, terms) || sendWithKeptHead(outbox, response, terms)) {
    return response.content!.length;
  }
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

/** Sends octets behind a head that was made before; whether there was one. */
function sendWithKeptHead(outbox: Outbox, response: KnownResponse, terms: AnswerTerms): boolean {
  const { sharedFields: fields, content, status, statusText } = response;
  if (!(content instanceof Uint8Array) || statusText !== "") return false;
  if (fields === undefined || fields !== response.fields) return false;
  terms.decidePersistence();
  if (!terms.persistent || terms.minorVersion !== 1 || terms.method === "HEAD") return false;
  const kept = terms.answers.getHead(status, fields, content.length, terms.dateLine);
  if (kept === undefined) return false;
  outbox.appendOctets(kept.head);
  outbox.appendOctets(content);
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
  const untouched = response instanceof LentResponse ? response.take() : undefined;
  if (untouched !== undefined) return await sendUntouched(outbox, untouched, terms);
  const { status, statusText, body } = response;
  checkStatus(status);
  if (response.bodyUsed || body?.locked) throw alreadyUsed();
  const plan: Plan = { status, statusText, fields: inspectFields(listHeaders(response.headers)) };
  if (isBare(status, terms)) {
    abandon(response, "The answer has no content");
    return sendBare(outbox, plan, terms, body === null ? null : undefined);
  }
  if (body === null) return sendOctets(outbox, plan, terms, NO_OCTETS);
  const reader = body.getReader();
  return await whileStreaming(outbox, terms, reader, async () => {
    const lender = lenderOf(body);
    if (lender !== undefined) return await sendLent(outbox, plan, terms, lender);
    const { octets, next } = await startContent(reader);
    if (terms.streaming !== reader) throw cameTooLate();
    if (next === undefined) return sendOctets(outbox, plan, terms, octets);
    return await sendStream(outbox, plan, terms, { octets, next, reader });
  });
}

/** Sends lent content that never was a stream. */
async function sendUntouched(
  outbox: Outbox,
  { fields, lender, status }: Untouched,
  terms: AnswerTerms,
): Promise<number> {
  const plan: Plan = { status, statusText: "", fields: inspectFields(fields) };
  if (isBare(status, terms)) {
    quiet(lender.cancel());
    return sendBare(outbox, plan, terms, undefined);
  }
  return await whileStreaming(outbox, terms, lender, () => sendLent(outbox, plan, terms, lender));
}

/** Sends content that comes by and by, unless it is cancelled before. */
async function whileStreaming(
  outbox: Outbox,
  terms: AnswerTerms,
  streaming: Streaming,
  send: () => Promise<number>,
): Promise<number> {
  terms.streaming = streaming;
  try {
    return await send();
  } catch (error) {
    quiet(streaming.cancel(error));
    // What was made is sent, so that its end in the middle is the client's to see.
    if (terms.headSent) outbox.flush();
    throw error;
  } finally {
    if (terms.streaming === streaming) terms.streaming = undefined;
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

function toOctets(content: KnownContent | null): Uint8Array {
  if (content === null) return NO_OCTETS;
  return typeof content === "string" ? encodeText(content) : content;
}

function alreadyUsed(): TypeError {
  return new TypeError("Cannot send the response: its content is used or locked");
}
