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

import type { Middleware } from "../handler.ts";
import { KnownResponse, text } from "../known_response.ts";
import { type CodedSource, codedStream } from "./compress/coded_stream.ts";
import { isFixed, mediaTypeOf, sizeOf } from "./compress/compressible.ts";
import {
  type Choice,
  type CompressOptions,
  editValidators,
  type Gate,
  readSettings,
  type Settings,
} from "./compress/settings.ts";
import { join, readStart } from "./compress/stream_start.ts";
import { addVary, fieldEditor } from "./with_fields.ts";

export type { ContentCoding } from "./content_coding.ts";
export type { CompressOptions } from "./compress/settings.ts";

/** How one answer is compressed. */
interface Task {
  readonly choice: Choice;
  readonly threshold: number;
  readonly gate: Gate;
  /** Whether the client takes the plain content, too. */
  readonly identity: boolean;
}

/** Content at hand of at most so many octets is compressed at once, in about a millisecond. */
const AT_ONCE = 32_768;

const vary = fieldEditor((headers) => addVary(headers, "Accept-Encoding"), ["vary"]);

const varyWeakly = fieldEditor(editValidators, ["etag", "vary"]);

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
  if (response.status === 304) {
    return isFixed(response) ? response : revalidated(response, request, settings);
  }
  const acceptance = settings.accepts(request);
  // Most answers are short: no other field matters then.
  if (acceptance.identity && isShort(response, settings)) return response;
  if (isFixed(response)) return response;
  const size = sizeOf(response, request.method);
  if (size === 0) return response;
  const isWorthIt = settings.types(mediaTypeOf(response)) &&
    (size === undefined || size >= settings.threshold);
  if (acceptance.coding === undefined) {
    if (!acceptance.identity) return notAcceptable(response, request);
    return isWorthIt ? vary(response) : response;
  }
  if (!isWorthIt && acceptance.identity) return response;
  const { threshold, gate } = settings;
  const choice = settings.choices.get(acceptance.coding)!;
  const task: Task = { choice, threshold, gate, identity: acceptance.identity };
  if (response instanceof KnownResponse) return encodeKnown(response, task);
  if (response.bodyUsed || response.body?.locked) return response;
  if (gate.active >= gate.max) return vary(response);
  if (response.body === null) return choice.edit(withContent(response, emptyStream()));
  const isMeasured = size !== undefined || mediaTypeOf(response) === "text/event-stream";
  if (!isMeasured && acceptance.identity) {
    return encodeUnmeasured(response, response.body, request, task);
  }
  return codedResponse(response, { first: [], reader: response.body.getReader() }, task);
}

/** What is fresh must be told so by the fields that it came with (RFC 9110 §15.4.5). */
function revalidated(response: Response, request: Request, { accepts }: Settings): Response {
  const { coding } = accepts(request);
  return coding === undefined ? vary(response) : varyWeakly(response);
}

/** What else than a known response is long must not be asked: it may make a stream of it. */
function isShort(response: Response, { threshold }: Settings): boolean {
  // Without content it may be the answer to HEAD, and tell the length of GET's.
  return response instanceof KnownResponse && response.content !== null &&
    response.content.length < threshold;
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
  if (content === null) return response.with(choice.fields(response));
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

/**
 * Reads what a stream has at once: if that is all of it, it is known how long it is.
 *
 * The server knows of no stream yet, so it is cancelled here when the client leaves.
 */
async function encodeUnmeasured(
  response: Response,
  body: ReadableStream<Uint8Array>,
  { signal }: Request,
  task: Task,
): Promise<Response> {
  const reader = body.getReader();
  const leave = () => void reader.cancel(signal.reason).catch(() => {});
  if (signal.aborted) leave();
  signal.addEventListener("abort", leave);
  try {
    const { octets, first, next } = await readStart(reader, task.threshold);
    return next === undefined
      ? withContent(response, join(first, octets))
      : codedResponse(response, { first, reader, next }, task);
  } catch (error) {
    reader.cancel(error).catch(() => {});
    throw error;
  } finally {
    signal.removeEventListener("abort", leave);
  }
}

function codedResponse(
  response: Response,
  source: CodedSource,
  { choice: { coder, edit }, gate }: Task,
): Response {
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
