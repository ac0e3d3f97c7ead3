/**
 * Server-sent events: an answer that goes on, for `EventSource`.
 *
 * @example
 * ```ts
 * import { eventStream } from "@culvert/http/event-stream";
 * import { assertEquals } from "@std/assert";
 *
 * async function* countdown() {
 *   for (let count = 2; count > 0; count--) yield { id: `${count}`, data: `${count} left` };
 * }
 *
 * const response = eventStream(countdown());
 *
 * assertEquals(response.headers.get("content-type"), "text/event-stream");
 * assertEquals(await response.text(), ":\n\nid: 2\ndata: 2 left\n\nid: 1\ndata: 1 left\n\n");
 * ```
 *
 * @module
 */

import { defer, type Deferred } from "../deferred.ts";
import { checkClock, machineClock, type MiddlewareClock } from "./clock.ts";
import { checkRetry, type ServerSentEvent, writeEvent } from "./event_frame.ts";
import { checkInteger, checkNames } from "./options.ts";

export type { MiddlewareClock } from "./clock.ts";
export type { ServerSentEvent } from "./event_frame.ts";

/** Where events are sent to. */
export interface EventSender {
  /**
   * Sends an event, or text as its data; resolves once there is room for the next one, and rejects
   * once the client has left. Whoever does not wait may be sent away for the buffer.
   *
   * @throws {TypeError} when the event has a part that cannot be sent.
   */
  send(event: ServerSentEvent | string): Promise<void>;
  /** Ends the stream; the client will reconnect unless it is told otherwise. */
  close(): void;
  /** Aborts when the stream is over: the client has left, or `close` was called. */
  readonly signal: AbortSignal;
}

/**
 * Where events come from: an iterable, or a function that sends them, called when the client begins
 * to read. The stream ends with the iterable, or once the promise that the function gives resolves;
 * without a promise it goes on.
 */
export type EventSource =
  | AsyncIterable<ServerSentEvent | string>
  | ((events: EventSender) => unknown);

/** How events are sent. */
export interface EventStreamOptions {
  /**
   * Milliseconds without an event after which a comment tells everybody on the way that the connection
   * is in use; 0 for never.
   *
   * @default {15_000}
   */
  readonly heartbeat?: number;
  /** Milliseconds after which a client that has lost the connection reconnects. */
  readonly retry?: number;
  /**
   * Octets that may wait for the client; beyond them its connection is cut, and it may reconnect.
   *
   * @default {1_048_576}
   */
  readonly buffer?: number;
  /**
   * The request's `signal`: once it aborts, nothing more is sent. Without it the stream learns that its
   * client has left when it is cancelled, which may be only after the next heartbeats.
   */
  readonly signal?: AbortSignal;
  /** Fields of the answer, besides `Content-Type`, `Cache-Control` and `X-Accel-Buffering`. */
  readonly headers?: HeadersInit;
  /** Where the time comes from; the machine's clock where absent. */
  readonly clock?: MiddlewareClock;
}

interface Settings {
  readonly heartbeat: number;
  readonly opening: string;
  readonly buffer: number;
  readonly signal: AbortSignal | undefined;
  readonly clock: MiddlewareClock;
}

const ACTION = "answer with events";

/** A client that has so many octets to read gets no more from whoever waits. */
const ENOUGH = 16_384;

const READY = Promise.resolve();

const encoder = new TextEncoder();

/**
 * Answers with server-sent events: `text/event-stream`, status 200.
 *
 * When the client leaves, the iterable is returned to, or the sender's `signal` aborts.
 *
 * @throws {TypeError} when an option is of another kind, or the source is none.
 * @throws {RangeError} when a number is out of range.
 *
 * @example
 * ```ts
 * import { eventStream } from "@culvert/http/event-stream";
 * import { assertEquals } from "@std/assert";
 *
 * const response = eventStream(async ({ send }) => {
 *   await send({ event: "greeting", data: "Hello,\nWorld!" });
 * }, { retry: 5_000 });
 *
 * assertEquals(
 *   await response.text(),
 *   "retry: 5000\n\nevent: greeting\ndata: Hello,\ndata: World!\n\n",
 * );
 * ```
 */
export function eventStream(source: EventSource, options: EventStreamOptions = {}): Response {
  const settings = readSettings(options);
  const isIterable = typeof source === "object" && source !== null &&
    typeof source[Symbol.asyncIterator] === "function";
  if (!isIterable && typeof source !== "function") {
    throw new TypeError(`Cannot ${ACTION}: the source is neither an async iterable nor a function`);
  }
  const headers = new Headers(options.headers);
  headers.set("content-type", "text/event-stream");
  for (const [name, value] of HEADERS) if (!headers.has(name)) headers.set(name, value);
  const connection = new EventConnection(source, settings);
  const content = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (controller) => connection.pull(controller),
    cancel: (reason) => connection.leave(reason),
  }, new ByteLengthQueuingStrategy({ highWaterMark: 0 }));
  return new Response(content, { headers });
}

/**
 * Gives the id of the last event that a client has seen before it reconnected; `undefined` where there
 * is none.
 *
 * @example
 * ```ts
 * import { lastEventId } from "@culvert/http/event-stream";
 * import { assertEquals } from "@std/assert";
 *
 * const headers = { "last-event-id": "7" };
 *
 * assertEquals(lastEventId(new Request("http://localhost/", { headers })), "7");
 * ```
 */
export function lastEventId(request: Request): string | undefined {
  const value = request.headers.get("last-event-id");
  if (value === null || value === "") return undefined;
  // It is sent as UTF-8, of which field values have an octet for each character.
  if (!/[\x80-\xff]/.test(value)) return value;
  return new TextDecoder().decode(Uint8Array.from(value, (octet) => octet.charCodeAt(0)));
}

/** Caches must ask again; some proxies hold back what they do not know to be a stream. */
const HEADERS = [["cache-control", "no-cache"], ["x-accel-buffering", "no"]] as const;

/** Sends events to one client. */
class EventConnection implements EventSender {
  readonly #source: EventSource;
  readonly #settings: Settings;
  readonly #aborter = new AbortController();
  #controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | undefined;
  #iterator: AsyncIterator<ServerSentEvent | string> | undefined;
  #stopHeartbeat = () => {};
  #isQuiet = true;
  #room: Deferred<void> | undefined;

  constructor(source: EventSource, settings: Settings) {
    this.#source = source;
    this.#settings = settings;
  }

  get signal(): AbortSignal {
    return this.#aborter.signal;
  }

  /** The client has taken all there was. */
  pull(controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): void {
    this.#room?.resolve();
    this.#room = undefined;
    if (this.#controller !== undefined) return;
    this.#controller = controller;
    const { heartbeat, clock, opening, signal } = this.#settings;
    if (signal?.aborted) return this.#depart();
    signal?.addEventListener("abort", this.#depart);
    if (heartbeat > 0) this.#stopHeartbeat = clock.every(heartbeat, () => this.#beat());
    // The answer's head must not wait for the first event.
    this.#enqueue(opening);
    this.#run().then(() => this.close(), (error) => this.#fail(error));
  }

  /** Not a method, so that it can be taken out of its object. */
  readonly send = (event: ServerSentEvent | string): Promise<void> => {
    const text = writeEvent(event);
    if (this.signal.aborted) return hushed(Promise.reject(this.signal.reason));
    this.#isQuiet = false;
    const waiting = this.#enqueue(text);
    if (waiting > this.#settings.buffer) {
      this.#fail(new Error(`The client reads too slowly: ${waiting} octets wait for it`));
      return hushed(Promise.reject(this.signal.reason));
    }
    return waiting > ENOUGH ? this.#whenRoom() : READY;
  };

  readonly close = (): void => {
    if (this.signal.aborted) return;
    this.#end(new DOMException("The stream was closed", "AbortError"));
    this.#controller?.close();
  };

  leave(reason: unknown): void {
    if (this.signal.aborted) return;
    this.#end(reason ?? new DOMException("The client has left", "AbortError"));
    this.#return();
  }

  #return(): void {
    const iterator = this.#iterator;
    this.#iterator = undefined;
    if (iterator?.return === undefined) return;
    hushed(new Promise((resolve) => resolve(iterator.return!())));
  }

  /** The server takes the reason for what it is: no error of the handler's. */
  readonly #depart = (): void => {
    const { reason } = this.#settings.signal!;
    this.leave(reason);
    this.#controller!.error(reason);
  };

  async #run(): Promise<void> {
    const source = this.#source;
    if (typeof source === "function") {
      const { send, close, signal } = this;
      const ending = source({ send, close, signal });
      return ending instanceof Promise ? void await ending : await new Promise(() => {});
    }
    const iterator = this.#iterator = source[Symbol.asyncIterator]();
    for (;;) {
      const { done, value } = await iterator.next();
      if (done || this.signal.aborted) return;
      try {
        await this.send(value);
      } catch (error) {
        this.#return();
        throw error;
      }
    }
  }

  /** Gives the octets that wait for the client. */
  #enqueue(text: string): number {
    this.#controller!.enqueue(encoder.encode(text));
    return -(this.#controller!.desiredSize ?? 0);
  }

  /** To a client that has not read what there is, it says nothing. */
  #beat(): void {
    if (this.#isQuiet && this.#controller!.desiredSize === 0) this.#enqueue(":\n\n");
    this.#isQuiet = true;
  }

  #whenRoom(): Promise<void> {
    if (this.#room === undefined) {
      this.#room = defer<void>();
      hushed(this.#room.promise);
    }
    return this.#room.promise;
  }

  #fail(error: unknown): void {
    if (this.signal.aborted) return;
    this.#end(error);
    this.#controller!.error(error);
  }

  #end(reason: unknown): void {
    this.#stopHeartbeat();
    this.#settings.signal?.removeEventListener("abort", this.#depart);
    this.#room?.reject(reason);
    this.#aborter.abort(reason);
  }
}

/** A promise whose rejection ends no process when nobody waits for it. */
function hushed<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

function readSettings(options: EventStreamOptions): Settings {
  checkNames(ACTION, options, ["heartbeat", "retry", "buffer", "signal", "headers", "clock"]);
  const { retry, signal } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError(`Cannot ${ACTION}: signal must be an AbortSignal`);
  }
  return {
    heartbeat: checkInteger(ACTION, "heartbeat", options.heartbeat ?? 15_000, [0, 2 ** 31 - 1]),
    opening: retry === undefined ? ":\n\n" : `retry: ${checkRetry(retry)}\n\n`,
    buffer: checkInteger(ACTION, "buffer", options.buffer ?? 1_048_576, [
      1,
      Number.MAX_SAFE_INTEGER,
    ]),
    signal,
    clock: checkClock(ACTION, options.clock ?? machineClock),
  };
}
