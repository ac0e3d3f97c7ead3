import { responseHeadText } from "../protocol/response_head.ts";
import type { AnswerCache } from "./answer_cache.ts";
import type { AnswerFields } from "./answer_fields.ts";
import type { Outbox } from "./outbox.ts";

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
  /** What is being sent by and by; the connection cancels it when the client is gone. */
  streaming: Streaming | undefined;
  /** Decides against persistence where too much content was left unread. */
  decidePersistence(): void;
}

/** What content comes from, by and by. */
export interface Streaming {
  /** Nobody wants the rest. */
  cancel(reason: unknown): Promise<void>;
}

/** What is sent behind a head. */
export interface Plan {
  readonly status: number;
  readonly statusText: string;
  readonly fields: AnswerFields;
}

/** Sends the head of an answer; nothing can be taken back then. */
export function sendHead(outbox: Outbox, plan: Plan, terms: AnswerTerms, framing: string): void {
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

/** The field line of a length. */
export function lengthLine(length: number): string {
  return `content-length: ${length}\r\n`;
}

/** The handler's own length; one that is malformed must not reach the wire. */
export function declaredLength({ contentLength }: AnswerFields): number | undefined {
  if (contentLength === undefined) return undefined;
  if (!/^\d{1,15}$/.test(contentLength)) {
    throw new TypeError(`Cannot send a content-length of ${JSON.stringify(contentLength)}`);
  }
  return Number(contentLength);
}

/** The content is not as long as the handler said. */
export function wrongLength(declared: number): TypeError {
  return new TypeError(`Cannot send the content: it does not have the declared ${declared} octets`);
}
