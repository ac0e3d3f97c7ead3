import { Exchange } from "../../src/protocol/exchange.ts";
import type { Scheme } from "../../src/protocol/host.ts";
import { DEFAULT_LIMITS } from "../../src/protocol/limits.ts";
import { octetsOf } from "../../src/protocol/octets.ts";
import type { FieldSection } from "../../src/protocol/field_section.ts";
import type { RequestHead } from "../../src/protocol/request_head.ts";
import { LazyRequest } from "../../src/web/lazy_request.ts";
import type { ContentPiece, ContentSource } from "../../src/web/request_content.ts";

/** A head, and the content behind it in pieces. */
export interface Received {
  readonly head: RequestHead;
  readonly pieces: readonly Uint8Array<ArrayBuffer>[];
}

/** What may differ between lazy requests of the same message. */
export interface LazyTerms {
  readonly scheme?: Scheme;
  /** Whether octets come later than they are asked for. */
  readonly later?: boolean;
}

/** Content that is given piece by piece, and perhaps ends in an error. */
export class ScriptedSource implements ContentSource {
  reads = 0;
  cancelled = false;
  readonly #pieces: readonly Uint8Array[];
  readonly #later: boolean;
  readonly #error: Error | undefined;

  constructor(pieces: readonly Uint8Array[], later = false, error?: Error) {
    this.#pieces = pieces;
    this.#later = later;
    this.#error = error;
  }

  read(): ContentPiece {
    const piece = this.#pieces[this.reads++];
    const failed = this.#error !== undefined && piece === undefined;
    if (this.#later) return failed ? Promise.reject(this.#error) : Promise.resolve(piece);
    if (failed) throw this.#error;
    return piece;
  }

  cancel(): void {
    this.cancelled = true;
  }
}

/** Reads one message that came in pieces. */
export function receive(...wire: readonly (string | Uint8Array)[]): Received {
  const exchange = new Exchange(DEFAULT_LIMITS);
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let head: RequestHead | undefined;
  for (const piece of wire) {
    exchange.receive(typeof piece === "string" ? octetsOf(piece) : piece);
    for (let event = exchange.next(); event !== undefined; event = exchange.next()) {
      if (event === "head") head = exchange.head;
      if (event === "content") {
        pieces.push(exchange.bytes.slice(exchange.contentStart, exchange.contentEnd));
      }
    }
  }
  return { head: head!, pieces };
}

/** The facade over a message, as whoever handles it has it. */
export function lazyRequest({ head, pieces }: Received, terms: LazyTerms = {}): Request {
  // Copies: who reads a stream may transfer what it gets.
  const own = pieces.map((piece) => piece.slice());
  return lazyRequestOf(head, new ScriptedSource(own, terms.later), terms.scheme);
}

/** The facade over a head, with its content from a source. */
export function lazyRequestOf(
  head: RequestHead,
  source: ContentSource,
  scheme: Scheme = "http",
): LazyRequest & Request {
  const openContent = () => source;
  return new LazyRequest(head, { scheme, authority: "fallback", openContent }) as
    & LazyRequest
    & Request;
}

/** The platform's own request of the same message. */
export function nativeRequest({ head, pieces }: Received, terms: LazyTerms = {}): Request {
  const { fields, framing, method } = head;
  const headers = new Headers();
  for (let line = 0; line < fields.count; line++) {
    headers.append(fields.name(line), fields.value(line));
  }
  const isEmpty = framing.kind === "none" || (framing.kind === "length" && framing.octets === 0);
  const hasBody = !isEmpty && !/^(?:get|head)$/i.test(method);
  const body = hasBody ? new Blob([...pieces]).stream() : null;
  return new Request(head.uri(terms.scheme ?? "http", "fallback"), { method, headers, body });
}

/**
 * Whether an empty value is joined with others of its name.
 *
 * The platform trims what it has joined, when it makes a request of it; octets are never joined.
 */
export function hasJoinedEmptyValue(fields: FieldSection): boolean {
  const lines = Array.from({ length: fields.count }, (_, line) => line);
  const names = lines.map((line) => fields.name(line).toLowerCase());
  return lines.some((line) =>
    fields.value(line) === "" && names.indexOf(names[line]) !== names.lastIndexOf(names[line])
  );
}
