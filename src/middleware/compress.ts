/**
 * Compression: answers in a content coding that the client accepts.
 *
 * @example
 * ```ts
 * import { html, routes } from "@culvert/http";
 * import { compress } from "@culvert/http/compress";
 * import { assertEquals } from "@std/assert";
 *
 * const page = `<p>${"Hello, World! ".repeat(200)}`;
 * const site = routes({ "GET /": () => html(page) }, { use: [compress()] });
 *
 * const headers = { "accept-encoding": "gzip" };
 * const response = await site.fetch(new Request("http://localhost/", { headers }));
 *
 * assertEquals(response.headers.get("content-encoding"), "gzip");
 * assertEquals(response.headers.get("vary"), "Accept-Encoding");
 * const plain = response.body!.pipeThrough(new DecompressionStream("gzip"));
 * assertEquals(await new Response(plain).text(), page);
 * ```
 *
 * @module
 */

import type { AnswerEdit, Middleware } from "../handler.ts";
import { type FieldList, KnownResponse, text } from "../known_response.ts";
import {
  type CodedSource,
  codedStream,
  type CoderCount,
  settlesSoon,
} from "./compress/coded_stream.ts";
import { type Coder, CODERS } from "./compress/coders.ts";
import { type Acceptance, codingChooser, type ContentCoding } from "./content_coding.ts";
import { isCompressible, isFixed, mediaTypeOf, sizeOf } from "./compress/compressible.ts";
import { checkInteger, checkKind, checkNames } from "./options.ts";
import { addVary, fieldEditor, fieldsEditor } from "./with_fields.ts";

export type { ContentCoding } from "./content_coding.ts";

/** What is compressed, and how. */
export interface CompressOptions {
  /**
   * Content codings, the preferred one first. One that the runtime lacks is left out: `"zstd"` needs
   * Node 22.15 or Deno.
   *
   * @default {["br", "gzip"]}
   */
  readonly codings?: readonly ContentCoding[];
  /**
   * Octets that content must have to be compressed.
   *
   * @default {1024}
   */
  readonly threshold?: number;
  /**
   * Whether content of a media type, in lower case and without parameters, is compressed; text, JSON,
   * XML, scripts, fonts and the like where absent.
   */
  readonly types?: (mediaType: string) => boolean;
  /**
   * Streams that are compressed at once; others are sent as they are. Each takes up to 1 MiB.
   *
   * @default {256}
   */
  readonly streams?: number;
}

/** One coding, and what it does to fields. */
interface Choice {
  readonly coder: Coder;
  readonly edit: AnswerEdit;
  readonly fields: (response: KnownResponse) => FieldList;
}

interface Settings {
  readonly choose: (value: string | null) => Acceptance;
  readonly choices: ReadonlyMap<ContentCoding, Choice>;
  readonly threshold: number;
  readonly types: (mediaType: string) => boolean;
  readonly gate: Gate;
}

interface Gate extends CoderCount {
  readonly max: number;
}

/** How one answer is compressed. */
interface Task {
  readonly method: string;
  readonly choice: Choice;
  readonly threshold: number;
  readonly gate: Gate;
  /** Whether the client takes the plain content, too. */
  readonly identity: boolean;
}

const ACTION = "compress";

/** Content at hand of at most so many octets is compressed at once, in about a millisecond. */
const AT_ONCE = 32_768;

const vary = fieldEditor((headers) => addVary(headers, "Accept-Encoding"));

const encoder = new TextEncoder();

/**
 * Compresses answers in the coding that the client weighs most (RFC 9110 §12.5.3).
 *
 * What is short, compressed already, coded, a range or marked `no-transform` stays as it is. A stream
 * is compressed as it comes, and what has been made is sent whenever the stream pauses, so that each
 * event of an event stream arrives at once. An `ETag` becomes weak; `Vary` names `Accept-Encoding`
 * wherever another client might have got another coding. A client that refuses both all codings and
 * the plain content is answered 406.
 *
 * @throws {TypeError} when an option is of another kind, or no coding is left.
 * @throws {RangeError} when a number is out of range.
 *
 * @example
 * ```ts
 * import { type Context, json } from "@culvert/http";
 * import { compress } from "@culvert/http/compress";
 * import { assertEquals } from "@std/assert";
 *
 * const handler = compress({ codings: ["gzip"], threshold: 100 })(() => json({ short: true }));
 *
 * const headers = { "accept-encoding": "gzip" };
 * const response = await handler(new Request("http://localhost/", { headers }), {} as Context);
 *
 * assertEquals(response.headers.get("content-encoding"), null);
 * assertEquals(await response.json(), { short: true });
 * ```
 */
export function compress(options: CompressOptions = {}): Middleware {
  const settings = readSettings(options);
  return (next) => (request, context) => {
    const answer = next(request, context);
    if (!(answer instanceof Promise)) return decide(answer, request, settings);
    return answer.then((response) => decide(response, request, settings));
  };
}

function decide(
  response: Response,
  request: Request,
  settings: Settings,
): Response | Promise<Response> {
  // What cannot be sent is for the server to object to.
  if (!(response instanceof Response) || response.status === 0) return response;
  if (isFixed(response)) return response;
  const size = sizeOf(response, request.method);
  if (size === 0) return response;
  const acceptance = settings.choose(request.headers.get("accept-encoding"));
  const isWorthIt = settings.types(mediaTypeOf(response)) &&
    (size === undefined || size >= settings.threshold);
  if (acceptance.coding === undefined) {
    if (!acceptance.identity) return notAcceptable(response, request);
    return isWorthIt ? vary(response) : response;
  }
  if (!isWorthIt && acceptance.identity) return response;
  const { threshold, gate } = settings;
  const choice = settings.choices.get(acceptance.coding)!;
  const { method } = request;
  const task: Task = { method, choice, threshold, gate, identity: acceptance.identity };
  if (response instanceof KnownResponse) return encodeKnown(response, task);
  if (response.bodyUsed || response.body?.locked) return response;
  if (gate.active >= gate.max) return vary(response);
  if (response.body === null) return choice.edit(withContent(response, emptyStream()));
  const isMeasured = size !== undefined || mediaTypeOf(response) === "text/event-stream";
  if (!isMeasured && acceptance.identity) return encodeUnmeasured(response, response.body, task);
  return codedResponse(response, { first: [], reader: response.body.getReader() }, task);
}

/** To a request that has done something, the answer is more use than its refusal. */
function notAcceptable(response: Response, { method }: Request): Response {
  if (!response.ok || !/^(?:GET|HEAD)$/.test(method)) return vary(response);
  if (!(response instanceof KnownResponse)) abandon(response);
  return vary(text("Not Acceptable: no content coding suits\n", { status: 406 }));
}

/** Without `GET`'s length a `HEAD` would differ from it, so its content is compressed, too. */
function encodeKnown(response: KnownResponse & Response, task: Task): Response {
  if (response.disturbed) return response;
  const { choice, gate, identity } = task;
  const { content } = response;
  if (content === null) return response;
  if (content.length <= AT_ONCE) {
    const coded = choice.coder.encode(content) as Uint8Array<ArrayBuffer>;
    if (identity && coded.length >= content.length) return vary(response);
    return response.with(choice.fields(response), coded);
  }
  if (gate.active >= gate.max) return vary(response);
  const octets = typeof content === "string" ? encoder.encode(content) : content;
  const head = response.with(response.fields ?? [...response.headers].flat(), null);
  return codedResponse(head.native(), { first: [octets], reader: emptyStream().getReader() }, task);
}

/** Reads what a stream has at once: if that is all of it, it is known how long it is. */
async function encodeUnmeasured(
  response: Response,
  body: ReadableStream<Uint8Array>,
  task: Task,
): Promise<Response> {
  const reader = body.getReader();
  const first: Uint8Array[] = [];
  let octets = 0;
  for (;;) {
    const next = reader.read();
    next.catch(() => {});
    if (octets > 0 && (octets >= task.threshold || !(await settlesSoon(next)))) {
      return codedResponse(response, { first, reader, next }, task);
    }
    const { done, value } = await next;
    if (done) return withContent(response, join(first, octets));
    first.push(value);
    octets += value.length;
  }
}

function codedResponse(
  response: Response,
  source: CodedSource,
  { method, choice: { coder, edit }, gate }: Task,
): Response {
  if (method === "HEAD") {
    source.reader.cancel().catch(() => {});
    return edit(withContent(response, emptyStream()));
  }
  return edit(withContent(response, codedStream(coder, source, gate)));
}

function withContent({ status, statusText, headers }: Response, content: BodyInit): Response {
  return new Response(content, { status, statusText, headers });
}

/** The length of such content is not known to the server, as that of coded content is not. */
function emptyStream(): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.close() });
}

function abandon({ body }: Response): void {
  if (body !== null && !body.locked) body.cancel().catch(() => {});
}

function join(pieces: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const octets = new Uint8Array(length);
  let position = 0;
  for (const piece of pieces) {
    octets.set(piece, position);
    position += piece.length;
  }
  return octets;
}

function readSettings(options: CompressOptions): Settings {
  checkNames(ACTION, options, ["codings", "threshold", "types", "streams"]);
  const { codings = ["br", "gzip"], types = isCompressible } = options;
  const threshold = checkInteger(ACTION, "threshold", options.threshold ?? 1024);
  const max = checkInteger(ACTION, "streams", options.streams ?? 256, [
    1,
    Number.MAX_SAFE_INTEGER,
  ]);
  checkKind(ACTION, "types", types, "function");
  const choices = readChoices(codings);
  return {
    choose: codingChooser([...choices.keys()]),
    choices,
    threshold,
    types,
    gate: { max, active: 0 },
  };
}

function readChoices(codings: unknown): ReadonlyMap<ContentCoding, Choice> {
  if (!Array.isArray(codings)) throw new TypeError(`Cannot ${ACTION}: codings must be a list`);
  const choices = new Map<ContentCoding, Choice>();
  for (const coding of codings) {
    if (coding !== "br" && coding !== "gzip" && coding !== "zstd") {
      throw new TypeError(`Cannot ${ACTION}: there is no coding ${JSON.stringify(coding)}`);
    }
    const coder = CODERS[coding as ContentCoding];
    if (coder !== undefined) choices.set(coding, makeChoice(coding, coder));
  }
  if (choices.size > 0) return choices;
  throw new TypeError(`Cannot ${ACTION}: this runtime has none of the codings`);
}

function makeChoice(coding: ContentCoding, coder: Coder): Choice {
  const edit = (headers: Headers) => {
    headers.set("content-encoding", coding);
    headers.delete("content-length");
    // A range would be one of the plain content.
    headers.delete("accept-ranges");
    const etag = headers.get("etag");
    // The octets are others than those that it was made for (RFC 9110 §8.8.1).
    if (etag?.startsWith('"')) headers.set("etag", `W/${etag}`);
    addVary(headers, "Accept-Encoding");
  };
  return { coder, edit: fieldEditor(edit), fields: fieldsEditor(edit) };
}
