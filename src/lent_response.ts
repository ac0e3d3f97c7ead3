import type { FieldList } from "./known_response.ts";
import type { Lender } from "./lent_octets.ts";
import { standIn } from "./stand_in.ts";

/** A lender that also gives its octets away, to those who want a stream. */
export interface StreamedLender extends Lender {
  /** All of its octets as a stream, in memory of their own; asked for at most once. */
  stream(): ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** A response that nobody but the server has looked into. */
export interface Untouched {
  /** Status code. */
  readonly status: number;
  /** The fields as they were made. */
  readonly fields: FieldList;
  /** The content. */
  readonly lender: Lender;
}

/**
 * A `Response` whose content is lent, so that it can be sent without a stream.
 *
 * It is a platform `Response` to whoever looks, and becomes one for good as soon as it is asked for
 * more than its status. It is sent once, as every stream is.
 */
export class LentResponse {
  /** Status code, 200–599. */
  readonly status: number;
  readonly #fields: FieldList;
  readonly #lender: StreamedLender;
  #isTaken = false;
  #native: Response | undefined;

  /** Holds what a response needs; `fields` must have been checked. */
  constructor(lender: StreamedLender, fields: FieldList, status: number) {
    this.#lender = lender;
    this.#fields = fields;
    this.status = status;
  }

  /** The one door: nothing else makes a platform `Response`. */
  native(): Response {
    return this.#native ??= this.#makeNative();
  }

  /** Whether somebody has read, or sent, the content. */
  get bodyUsed(): boolean {
    return this.#isTaken || this.#native?.bodyUsed === true;
  }

  /** What is to be sent, for whoever sends it; `undefined` where more than that may be wanted. */
  take(): Untouched | undefined {
    if (this.#isTaken || this.#native !== undefined) return undefined;
    this.#isTaken = true;
    return { status: this.status, fields: this.#fields, lender: this.#lender };
  }

  #makeNative(): Response {
    const fields = this.#fields;
    const headers = new Headers();
    for (let i = 0; i < fields.length; i += 2) headers.append(fields[i], fields[i + 1]);
    const response = new Response(this.#lender.stream(), { status: this.status, headers });
    // What was sent is not for anybody to read.
    if (this.#isTaken) response.body!.getReader();
    return response;
  }
}

standIn(LentResponse.prototype, new Response(null));
