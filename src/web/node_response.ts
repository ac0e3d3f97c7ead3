import { type FieldList, type KnownContent, KnownResponse, NO_FIELDS } from "../known_response.ts";
import type { ResponseReader } from "./platform_response.ts";
import { quiet } from "./quiet.ts";
import { isPlatformResponse, passesProbe } from "./response_probe.ts";
import { SINGLE_TYPES } from "./single_types.ts";

/** What Node keeps behind its `Response`. */
interface InnerResponse {
  readonly type: string;
  readonly status: number;
  readonly statusText: string;
  readonly headersList: Readonly<Record<symbol, ReadonlyMap<string, Line>>>;
  readonly body?: InnerBody | null;
}

interface InnerBody {
  readonly stream: ReadableStream;
  /** What the stream was made of; `null` where it was there first. */
  readonly source: unknown;
}

interface Line {
  readonly name: string;
  readonly value: string;
}

/** Reads responses by the fields of Node 20 and 22; those of later versions are private. */
export class NodeResponseReader implements ResponseReader {
  readonly #inner: symbol;
  readonly #lines: symbol;

  private constructor(inner: symbol, lines: symbol) {
    this.#inner = inner;
    this.#lines = lines;
  }

  /** A reader, where the fields are those that it knows. */
  static probe(): NodeResponseReader | undefined {
    try {
      const sample = new Response("");
      const inner = symbolOf(sample, "state");
      const lines = symbolOf(innerOf(sample, inner!)!.headersList, "headers map");
      const reader = new NodeResponseReader(inner!, lines!);
      return passesProbe(reader) ? reader : undefined;
    } catch {
      return undefined;
    }
  }

  /** The same response with its content at hand; see `ResponseReader`. */
  take(response: unknown): KnownResponse | undefined {
    if (!isPlatformResponse(response)) return undefined;
    const inner = innerOf(response as Response, this.#inner);
    // It may have no more of a response than the prototype.
    if (inner === undefined) return undefined;
    const { type, status, statusText, body = null } = inner;
    if (type !== "default" || status < 200) return undefined;
    if (body !== null && !isFree(response as Response, body)) return undefined;
    const fields = this.#fieldsOf(inner) ?? [...(response as Response).headers].flat();
    // What is sent is used.
    if (body !== null) quiet(body.stream.cancel());
    const source = body === null ? null : body.source as KnownContent;
    return new KnownResponse(source, fields, status, statusText);
  }

  /** The most common fields: none, or a type that is known. */
  #fieldsOf({ headersList }: InnerResponse): FieldList | undefined {
    const lines = headersList[this.#lines];
    if (lines.size === 0) return NO_FIELDS;
    const value = lines.size === 1 ? lines.get("content-type")?.value : undefined;
    return value === undefined ? undefined : SINGLE_TYPES.get(value);
  }
}

/** Whether content is at hand, and nobody has read it. */
function isFree(response: Response, { source, stream }: InnerBody): boolean {
  if (typeof source !== "string" && !(source instanceof Uint8Array)) return false;
  return !response.bodyUsed && !stream.locked;
}

function innerOf(response: Response, symbol: symbol): InnerResponse | undefined {
  return (response as unknown as Record<symbol, InnerResponse | undefined>)[symbol];
}

function symbolOf(object: object, description: string): symbol | undefined {
  return Object.getOwnPropertySymbols(object)
    .find((symbol) => symbol.description === description);
}
