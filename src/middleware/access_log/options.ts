import type { Context } from "../../handler.ts";
import { type Clock, systemClock } from "../../clock.ts";
import { CombinedFormat } from "./combined.ts";
import type { LineFormat, LogFields } from "./entry.ts";
import { JsonFormat } from "./json_lines.ts";
import { wantsNoColour } from "./platform_files.ts";
import { ShortFormat } from "./short.ts";
import { type LogSink, stdout } from "./sinks.ts";

/** Options of `createAccessLog`. */
export interface AccessLogOptions {
  /**
   * What a line looks like: the Combined Log Format, a JSON object, or something short for people.
   *
   * @default {"combined"}
   */
  readonly format?: "combined" | "json" | "short";
  /** Where lines go: `file(path)`, `stdout()`, or anything with a `write`. By default `stdout()`. */
  readonly sink?: LogSink;
  /**
   * Octets that may wait to be written; what comes then is dropped, counted, and told in the log.
   *
   * @default {1048576}
   */
  readonly bufferOctets?: number;
  /** Milliseconds that a line may wait. By default 1000, and 50 where people read along. */
  readonly flushInterval?: number;
  /** Whether `short` has colours. By default where it goes to a terminal, without `NO_COLOR`. */
  readonly colour?: boolean;
  /**
   * Whether SIGHUP, which programs send that rotate logs, opens a file again. Otherwise it ends the
   * process, unless somebody else listens to it.
   *
   * @default {true}
   */
  readonly reopenOnSignal?: boolean;
  /** Who sent a request. By default the address of the connection. */
  readonly client?: (request: Request, context: Context) => string;
  /** Members to add to a line of JSON; called when the exchange has ended. */
  readonly fields?: (request: Request, context: Context) => LogFields;
  /** Learns that the sink fails; once, until it has recovered. By default it is printed. */
  readonly onError?: (error: unknown) => void;
  /** Where the log gets its time from. */
  readonly clock?: Clock;
}

/** Options of which each has been checked. */
export interface ResolvedOptions {
  /** Makes lines. */
  readonly format: LineFormat;
  /** See `AccessLogOptions`. */
  readonly sink: LogSink;
  /** See `AccessLogOptions`. */
  readonly bufferOctets: number;
  /** See `AccessLogOptions`. */
  readonly flushInterval: number;
  /** See `AccessLogOptions`. */
  readonly reopenOnSignal: boolean;
  /** See `AccessLogOptions`. */
  readonly client: (request: Request, context: Context) => string;
  /** See `AccessLogOptions`. */
  readonly fields: ((request: Request, context: Context) => LogFields) | undefined;
  /** See `AccessLogOptions`. */
  readonly onError: (error: unknown) => void;
  /** See `AccessLogOptions`. */
  readonly clock: Clock;
}

/** Less would drop a line that is merely long. */
const LEAST_BUFFER = 65_536;

/** Milliseconds; what a timer can wait. */
const LONGEST_TIME = 2 ** 31 - 1;

/** What each option must be. */
const KINDS: Readonly<Record<keyof AccessLogOptions, string>> = {
  format: "string",
  sink: "object",
  bufferOctets: "number",
  flushInterval: "number",
  colour: "boolean",
  reopenOnSignal: "boolean",
  client: "function",
  fields: "function",
  onError: "function",
  clock: "object",
};

/** Checks options, and fills in what is not given. */
export function resolveOptions(options: AccessLogOptions): ResolvedOptions {
  checkKinds(options);
  const { sink = stdout(), bufferOctets = 1_048_576, client = addressOf, fields } = options;
  const { onError = print, clock = systemClock, reopenOnSignal = true } = options;
  const flushInterval = options.flushInterval ?? (sink.isTerminal ? 50 : 1000);
  if (typeof sink.write !== "function") {
    throw new TypeError("Cannot log: sink must have a function write");
  }
  checkInteger("bufferOctets", bufferOctets, LEAST_BUFFER, 2 ** 28);
  checkInteger("flushInterval", flushInterval, 1, LONGEST_TIME);
  const format = formatOf(options, sink);
  return {
    format,
    sink,
    bufferOctets,
    flushInterval,
    reopenOnSignal,
    client,
    fields,
    onError,
    clock,
  };
}

/**
 * Checks a number of milliseconds or octets.
 *
 * @throws {RangeError} when it is no integer between two others, both included.
 */
export function checkInteger(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`Cannot log: ${name} must be ${least}–${most}, not ${value}`);
}

function checkKinds(options: AccessLogOptions): void {
  for (const [name, value] of Object.entries(options)) {
    const kind = Object.hasOwn(KINDS, name) ? KINDS[name as keyof AccessLogOptions] : undefined;
    if (kind === undefined) throw new TypeError(`Cannot log: there is no option ${name}`);
    if (value !== undefined && (typeof value !== kind || value === null)) {
      throw new TypeError(`Cannot log: ${name} must be of type ${kind}`);
    }
  }
}

function formatOf({ format = "combined", colour }: AccessLogOptions, sink: LogSink): LineFormat {
  switch (format) {
    case "combined":
      return new CombinedFormat();
    case "json":
      return new JsonFormat();
    case "short":
      return new ShortFormat(colour ?? (sink.isTerminal === true && !wantsNoColour()));
    default:
      throw new TypeError(`Cannot log as ${format}: the format is "combined", "json" or "short"`);
  }
}

function addressOf(_request: Request, { remoteAddr }: Context): string {
  return remoteAddr.transport === "tcp" ? remoteAddr.hostname : "";
}

function print(error: unknown): void {
  console.error("Cannot write the access log:", error);
}
