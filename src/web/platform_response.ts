/**
 * Reads a platform `Response` without its stream, where the platform keeps static content at hand.
 *
 * This file and `node_response.ts` are those that look at a platform's own fields. They do so only where a probe at
 * start-up found them to be what is expected here; else, and for whatever else is unusual, the
 * public face of the response is read instead.
 */
import { type FieldList, KnownResponse } from "../known_response.ts";
import { NodeResponseReader } from "./node_response.ts";
import { isPlatformResponse, passesProbe } from "./response_probe.ts";
import { PLAIN_TEXT, SINGLE_TYPES } from "./single_types.ts";

/** Static content, as the platform keeps it. */
interface StaticBody {
  readonly body: unknown;
  consumed: boolean;
}

/** What the platform keeps behind its `Response`. */
interface InnerResponse {
  readonly type: string;
  readonly status: number;
  readonly statusMessage: string;
  readonly headerList: readonly (readonly [name: string, value: string])[];
  readonly body: { readonly streamOrStatic: StaticBody | ReadableStream } | null;
}

/** The symbols of the fields in use. */
interface FieldSymbols {
  /** What is behind the response. */
  readonly inner: symbol;
  /** Text that nobody has looked at yet. */
  readonly lazyContent: symbol;
  /** The type of that text; `null` for plain text. */
  readonly lazyType: symbol;
  /** Whether that text was sent. */
  readonly consumed: symbol;
}

type Fields = Record<symbol, unknown>;

/** Reads responses without their streams. */
export interface ResponseReader {
  /**
   * The same response with its content at hand, which is used then; `undefined` where only the
   * public face can tell: a stream, a response that is used, a class derived from `Response`.
   */
  take(response: unknown): KnownResponse | undefined;
}

/** Reads responses by the fields of Deno. */
export class PlatformResponseReader implements ResponseReader {
  readonly #symbols: FieldSymbols;

  private constructor(symbols: FieldSymbols) {
    this.#symbols = symbols;
  }

  /** A reader, where the platform's fields are those that it knows. */
  static probe(): PlatformResponseReader | undefined {
    try {
      const symbols = findSymbols(new Response(""));
      const reader = symbols && new PlatformResponseReader(symbols);
      return reader !== undefined && passesProbe(reader) ? reader : undefined;
    } catch {
      return undefined;
    }
  }

  /** The same response with its content at hand; see `ResponseReader`. */
  take(response: unknown): KnownResponse | undefined {
    if (!isPlatformResponse(response)) return undefined;
    const fields = response as Fields;
    const { inner, lazyContent } = this.#symbols;
    const text = fields[lazyContent];
    if (typeof text === "string") return this.#takeLazy(fields, text);
    // It may have no more of a response than the prototype.
    return fields[inner] === undefined ? undefined : takeStatic(fields[inner] as InnerResponse);
  }

  /** Text whose platform objects have not been made, so its fields are those of its kind. */
  #takeLazy(fields: Fields, text: string): KnownResponse | undefined {
    const { lazyType, consumed } = this.#symbols;
    const list = SINGLE_TYPES.get((fields[lazyType] as string | null) ?? PLAIN_TEXT);
    if (list === undefined || fields[consumed] !== false) return undefined;
    fields[consumed] = true;
    return new KnownResponse(text, list);
  }
}

function takeStatic(inner: InnerResponse): KnownResponse | undefined {
  const { status, statusMessage, body } = inner;
  if (inner.type !== "default" || status < 200) return undefined;
  if (body === null) return new KnownResponse(null, listFields(inner), status, statusMessage);
  const source = body.streamOrStatic as StaticBody;
  const content = source.body;
  const isStatic = typeof content === "string" || content instanceof Uint8Array;
  if (!isStatic || source.consumed !== false) return undefined;
  source.consumed = true;
  return new KnownResponse(
    content as string | Uint8Array<ArrayBuffer>,
    listFields(inner),
    status,
    statusMessage,
  );
}

/** The fields as the platform's `Headers` would list them: sorted, repeated ones joined. */
function listFields({ headerList }: InnerResponse): FieldList {
  if (headerList.length === 0) return NO_FIELDS;
  if (headerList.length > 1) return sortFields(headerList);
  const [[name, value]] = headerList;
  const lowerCaseName = name.toLowerCase();
  const known = lowerCaseName === "content-type" ? SINGLE_TYPES.get(value) : undefined;
  return known ?? [lowerCaseName, value];
}

const NO_FIELDS: FieldList = Object.freeze([]);

/** The list that iterating over `Headers` gives (Fetch, sort and combine). */
function sortFields(headerList: InnerResponse["headerList"]): FieldList {
  const lines = headerList.map(([name, value]) => [name.toLowerCase(), value]);
  // Stable, so that the values of one name keep their order.
  lines.sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
  const fields: string[] = [];
  for (const [name, value] of lines) {
    const last = fields.length - 2;
    if (fields[last] !== name || name === "set-cookie") fields.push(name, value);
    else fields[last + 1] = combine(fields[last + 1], value);
  }
  return fields;
}

/** Empty values in front are left out, as the platform does when it lists fields. */
function combine(first: string, second: string): string {
  return first === "" ? second : `${first}, ${second}`;
}

function findSymbols(sample: Response): FieldSymbols | undefined {
  const own = Object.getOwnPropertySymbols(sample);
  const find = (description: string) => own.find((symbol) => symbol.description === description);
  const inner = find("response");
  const lazyContent = find("lazy static body");
  const lazyType = find("lazy static content type");
  const consumed = find("serve fast consumed");
  if (!inner || !lazyContent || !lazyType || !consumed) return undefined;
  return { inner, lazyContent, lazyType, consumed };
}

/** The reader for this platform; `undefined` where only the public face can be read. */
export const platformResponses: ResponseReader | undefined = PlatformResponseReader.probe() ??
  NodeResponseReader.probe();
