import { Buffer } from "node:buffer";
import { checkFieldLine } from "../protocol/response_head.ts";
import type { Endpoint } from "./dial.ts";
import type { LoadProgress } from "./report.ts";

/** What to load a server with; times in milliseconds. */
export interface LoadOptions {
  /** What is asked for: an `http:` or `https:` URL. */
  readonly url: string | URL;
  /**
   * Connections that are kept busy.
   *
   * @default {10}
   */
  readonly connections?: number;
  /**
   * Requests on one connection that may wait for their answers.
   *
   * @default {1}
   */
  readonly pipelining?: number;
  /**
   * How long to measure; what is under way then is waited for.
   *
   * @default {10_000} without `requests`, else without end
   */
  readonly duration?: number;
  /** How many requests to send; with `duration`, whichever comes first. */
  readonly requests?: number;
  /**
   * Requests a second of all connections together (an open loop).
   *
   * They are due at even intervals whether or not the server keeps up, and latency counts from the
   * moment a request was due. Without it each connection sends its next request when it has its
   * answer (a closed loop), and a server that stalls is asked less often just then.
   */
  readonly rate?: number;
  /**
   * How long to load before the measurement begins.
   *
   * @default {0}
   */
  readonly warmUp?: number;
  /**
   * How long an answer may take, from when its request was sent.
   *
   * @default {10_000}
   */
  readonly timeout?: number;
  /**
   * The method of the requests, but `CONNECT`.
   *
   * @default {"GET"} without content, else `"POST"`
   */
  readonly method?: string;
  /** Header fields beside `Host` and `Content-Length`, which follow from URL and content. */
  readonly headers?: Readonly<Record<string, string>> | Iterable<readonly [string, string]>;
  /** Content of every request. */
  readonly content?: string | Uint8Array;
  /** Path of a Unix domain socket to connect to, instead of the URL's host and port. */
  readonly unix?: string;
  /**
   * Whether any certificate will do.
   *
   * @default {false}
   */
  readonly insecure?: boolean;
  /** Ends the measurement early; the report tells of what was measured so far. */
  readonly signal?: AbortSignal;
  /** Called a few times a second while it runs. */
  readonly onProgress?: (progress: LoadProgress) => void;
}

/** Options that were looked at. */
export interface Settings {
  readonly url: string;
  readonly method: string;
  readonly endpoint: Endpoint;
  /** One request, head and content. */
  readonly request: Uint8Array;
  readonly connections: number;
  readonly pipelining: number;
  readonly duration: number;
  readonly requests: number;
  readonly rate: number | undefined;
  readonly warmUp: number;
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: LoadProgress) => void) | undefined;
}

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
}

/** What a timer can wait. */
const LONGEST = 2 ** 31 - 1;

const BOUNDS = {
  connections: { min: 1, max: 65_535, whole: true },
  pipelining: { min: 1, max: 1_024, whole: true },
  duration: { min: 1, max: LONGEST, whole: false },
  requests: { min: 1, max: Number.MAX_SAFE_INTEGER, whole: true },
  rate: { min: 0.001, max: 10_000_000, whole: false },
  warmUp: { min: 0, max: LONGEST, whole: false },
  timeout: { min: 1, max: LONGEST, whole: false },
} as const satisfies Readonly<Record<string, Bounds>>;

const KINDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  url: (value) => typeof value === "string" || value instanceof URL,
  method: (value) => typeof value === "string",
  headers: (value) => typeof value === "object" && value !== null,
  content: (value) => typeof value === "string" || value instanceof Uint8Array,
  unix: (value) => typeof value === "string" && value !== "",
  insecure: (value) => typeof value === "boolean",
  signal: (value) => value instanceof AbortSignal,
  onProgress: (value) => typeof value === "function",
  ...Object.fromEntries(
    Object.keys(BOUNDS).map((name) => [name, (value: unknown) => typeof value === "number"]),
  ),
};

/** Fields that frame the request, and so are not the caller's. */
const FRAMING = ["content-length", "transfer-encoding"];

/**
 * Looks at all options once.
 *
 * @throws {TypeError} for one that is unknown, of the wrong kind, or can never be sent.
 * @throws {RangeError} for a number out of its range.
 */
export function resolveOptions(options: LoadOptions): Settings {
  for (const [name, value] of Object.entries(options)) {
    if (KINDS[name] === undefined) throw new TypeError(`Cannot load: ${name} is no option`);
    if (value !== undefined && !KINDS[name](value)) {
      throw new TypeError(`Cannot load: ${name} cannot be ${describe(value)}`);
    }
  }
  const url = readUrl(options.url);
  const content = contentOf(options.content);
  const method = options.method ?? (content === undefined ? "GET" : "POST");
  return {
    url: url.href,
    method,
    endpoint: endpointOf(url, options),
    request: requestOctets(url, method, fieldsOf(options.headers), content),
    connections: checkNumber("connections", options.connections ?? 10),
    pipelining: checkNumber("pipelining", options.pipelining ?? 1),
    requests: options.requests === undefined ? Infinity : checkNumber("requests", options.requests),
    duration: durationOf(options),
    rate: options.rate === undefined ? undefined : checkNumber("rate", options.rate),
    warmUp: checkNumber("warmUp", options.warmUp ?? 0),
    timeout: checkNumber("timeout", options.timeout ?? 10_000),
    signal: options.signal,
    onProgress: options.onProgress,
  };
}

function durationOf({ duration, requests }: LoadOptions): number {
  if (duration !== undefined) return checkNumber("duration", duration);
  return requests === undefined ? 10_000 : Infinity;
}

function checkNumber(name: keyof typeof BOUNDS, value: number): number {
  const { min, max, whole } = BOUNDS[name];
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return value;
  const kind = whole ? "a whole number" : "a number";
  throw new RangeError(
    `Cannot load with ${name} ${value}: it must be ${kind} from ${min} to ${max}`,
  );
}

function readUrl(given: string | URL): URL {
  if (!URL.canParse(given)) {
    throw new TypeError(
      `Cannot load ${describe(given)}: it is no URL; write http://host:port/path`,
    );
  }
  const url = new URL(given);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new TypeError(`Cannot load ${url.href}: only http: and https: can be`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new TypeError("Cannot load a URL with a name or a password: send Authorization instead");
  }
  url.hash = "";
  return url;
}

function endpointOf(url: URL, { unix, insecure = false }: LoadOptions): Endpoint {
  const isSecure = url.protocol === "https:";
  const hostname = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const port = url.port === "" ? (isSecure ? 443 : 80) : Number(url.port);
  return { isSecure, hostname, port, unix, insecure };
}

function fieldsOf(headers: LoadOptions["headers"] = []): [string, string][] {
  const fields = Symbol.iterator in headers ? [...headers] : Object.entries(headers);
  return fields.map((field) => {
    if (
      !Array.isArray(field) || field.length !== 2 ||
      !field.every((part) => typeof part === "string")
    ) {
      throw new TypeError(`Cannot load: headers cannot hold ${describe(field)}`);
    }
    const [name, value] = field as [string, string];
    checkFieldLine(name, value);
    if (FRAMING.includes(name.toLowerCase())) {
      throw new TypeError(`Cannot send the field ${name}: it follows from the content`);
    }
    return [name, value];
  });
}

function contentOf(content: string | Uint8Array | undefined): Uint8Array | undefined {
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}

function requestOctets(
  { host, pathname, search }: URL,
  method: string,
  fields: readonly [string, string][],
  content: Uint8Array | undefined,
): Uint8Array {
  if (!/^[!#$%&'*+\-.^_`|~\w]+$/.test(method)) {
    throw new TypeError(`Cannot load with the method ${JSON.stringify(method)}: it is no token`);
  }
  if (method === "CONNECT") {
    throw new TypeError("Cannot load with CONNECT: what answers it is no HTTP");
  }
  const lines = [`${method} ${pathname}${search} HTTP/1.1`];
  if (!fields.some(([name]) => name.toLowerCase() === "host")) lines.push(`Host: ${host}`);
  for (const [name, value] of fields) lines.push(`${name}: ${value}`);
  if (content !== undefined) lines.push(`Content-Length: ${content.length}`);
  const head = Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
  return content === undefined ? head : Buffer.concat([head, content]);
}

function describe(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
