/**
 * Content limits: how much a client may send, for any handler and under any server.
 *
 * Under a server of ours `{ handler, limits: { content } }` of a route does it without this module.
 *
 * @example
 * ```ts
 * import { routes, text } from "@culvert/http";
 * import { limitContent } from "@culvert/http/limit-content";
 * import { assertEquals } from "@std/assert";
 *
 * const api = routes({
 *   "POST /notes": {
 *     use: [limitContent(10)],
 *     handler: async (request) => text(await request.text()),
 *   },
 * });
 *
 * const init = { method: "POST", body: "far too long a note" };
 * const response = await api.fetch(new Request("http://localhost/notes", init));
 *
 * assertEquals(response.status, 413);
 * ```
 *
 * @module
 */

import type { Middleware } from "../handler.ts";
import { text } from "../known_response.ts";
import { checkInteger } from "./options.ts";

/** The content of a request is larger than its limit; a read rejects with it. */
export class ContentLimitExceeded extends Error {
  /** Always `"ContentLimitExceeded"`. */
  override readonly name = "ContentLimitExceeded";
  /** Octets that there may be. */
  readonly limit: number;
  /** Status code to answer with, 413. */
  readonly status = 413;

  /** Reports that there are more octets than `limit`. */
  constructor(limit: number) {
    super(`Cannot read the content: it has more than ${limit} octets`);
    this.limit = limit;
  }
}

/**
 * Answers 413 where the content is larger than so many octets.
 *
 * A declared length is judged before the handler is called. Content without one is counted while it
 * is read: beyond the limit the read rejects with `ContentLimitExceeded`, which is answered 413 unless
 * the handler catches it; the request is then one that the middleware has made anew.
 *
 * @throws {TypeError} when the limit is no number.
 * @throws {RangeError} when the limit is not 0 or more octets.
 *
 * @example
 * ```ts
 * import { type Context, text } from "@culvert/http";
 * import { limitContent } from "@culvert/http/limit-content";
 * import { assertEquals } from "@std/assert";
 *
 * const handler = limitContent(4)(async (request) => text(await request.text()));
 * const ask = async (body: string) => {
 *   const request = new Request("http://localhost/", { method: "POST", body });
 *   return (await handler(request, {} as Context)).status;
 * };
 *
 * assertEquals([await ask("four"), await ask("fifth")], [200, 413]);
 * ```
 */
export function limitContent(limit: number): Middleware {
  checkInteger("limit the content", "the limit", limit);
  return (next) => (request, context) => {
    const declared = request.headers.get("content-length");
    if (declared !== null && /^\d+$/.test(declared)) {
      return Number(declared) > limit ? tooLarge(limit) : next(request, context);
    }
    if (/^(?:GET|HEAD)$/i.test(request.method)) return next(request, context);
    const { body } = request;
    if (body === null || request.bodyUsed) return next(request, context);
    const error = new ContentLimitExceeded(limit);
    const toAnswer = (thrown: unknown) => {
      if (thrown === error) return tooLarge(limit);
      throw thrown;
    };
    try {
      const answer = next(withContent(request, limited(body, limit, error)), context);
      return answer instanceof Promise ? answer.catch(toAnswer) : answer;
    } catch (thrown) {
      return toAnswer(thrown);
    }
  };
}

function tooLarge(limit: number): Response {
  return text(`Content Too Large: at most ${limit} octets\n`, { status: 413 });
}

function withContent(request: Request, body: ReadableStream<Uint8Array>): Request {
  const { url, method, headers, signal } = request;
  const init = { method, headers: new Headers(headers), signal, body, duplex: "half" };
  return new Request(url, init as RequestInit);
}

/** The same stream until the limit; behind it, an error. */
function limited(
  stream: ReadableStream<Uint8Array>,
  limit: number,
  error: ContentLimitExceeded,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = stream.getReader();
  let octets = 0;
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) return controller.close();
      octets += value.length;
      if (octets <= limit) return controller.enqueue(value as Uint8Array<ArrayBuffer>);
      reader.cancel(error).catch(() => {});
      controller.error(error);
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
}
