import type { Address } from "../handler.ts";
import type { ServeOptions } from "../serve.ts";
import type { ServerStats } from "../server/stats.ts";

/** What the supervisor asks of a worker. */
export type Order =
  | ServeOrder
  | {
    readonly kind: "drain";
    /** Milliseconds. */
    readonly deadline: number;
    /** Whether new connections are answered until no request is under way. */
    readonly untilQuiet: boolean;
  }
  | { readonly kind: "stats" };

/** Asks a worker to serve. */
export interface ServeOrder {
  /** Which order it is. */
  readonly kind: "serve";
  /** URL of the module with the handler. */
  readonly module: string;
  /** How to serve it. */
  readonly options: ServeOptions;
  /** Whether nobody else may listen on the port yet. */
  readonly claim: boolean;
}

/** What a worker tells the supervisor. */
export type Report =
  | { readonly kind: "ready" }
  | { readonly kind: "listening"; readonly addr: Address }
  | { readonly kind: "failed"; readonly error: Failure }
  | { readonly kind: "stats"; readonly stats: ServerStats }
  | { readonly kind: "retire" };

/** What can be told of an error. */
export interface Failure {
  /** Name of its class. */
  readonly name: string;
  /** Its message. */
  readonly message: string;
  /** Node's code for it. */
  readonly code?: string;
}

/** Stands for what JSON does not have; no text of ours begins with NUL. */
const INFINITY = "\0Infinity";

/** Wraps an order or report, so that it is not taken for a message of the program's own. */
export function wrap(message: Order | Report): object {
  const json = JSON.stringify(message, (_, value) => value === Infinity ? INFINITY : value);
  return { culvert: json };
}

/** What `wrap` has wrapped; `undefined` for a message of somebody else. */
export function unwrap<Message extends Order | Report>(message: unknown): Message | undefined {
  if (typeof message !== "object" || message === null || !("culvert" in message)) return undefined;
  if (typeof message.culvert !== "string") return undefined;
  try {
    return JSON.parse(message.culvert, (_, value) => value === INFINITY ? Infinity : value);
  } catch {
    // Somebody else has had the same idea.
    return undefined;
  }
}

/** What to tell of an error. */
export function toFailure(error: unknown): Failure {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  const code = Reflect.get(error, "code");
  return { name: error.name, message: error.message, ...(typeof code === "string" && { code }) };
}

/** The error that a worker has told of. */
export function toError({ name, message, code }: Failure): Error {
  return Object.assign(new Error(message), { name }, code === undefined ? {} : { code });
}
