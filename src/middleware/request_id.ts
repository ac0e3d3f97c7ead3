/**
 * Request ids: one for each request, told to the client, to be found again in logs.
 *
 * @example
 * ```ts
 * import { routes, text } from "@culvert/http";
 * import { requestId, requestIdOf } from "@culvert/http/request-id";
 * import { assertEquals } from "@std/assert";
 *
 * const api = routes(
 *   { "GET /": (request) => text(`answered ${requestIdOf(request)}`) },
 *   { use: [requestId({ generate: () => "id-1" })] },
 * );
 *
 * const response = await api.fetch(new Request("http://localhost/"));
 *
 * assertEquals(response.headers.get("x-request-id"), "id-1");
 * assertEquals(await response.text(), "answered id-1");
 * ```
 *
 * @module
 */

import {
  type Context,
  type ErrorEdit,
  type Id,
  type Identified,
  type Middleware,
  REQUEST_ID,
} from "../handler.ts";
import { FieldName, type OwnField, TextField } from "../own_fields.ts";
import { type Edit, editAnswerOnce } from "./answers.ts";
import { checkInteger, checkKind, checkNames, isToken } from "./options.ts";
import { RandomIds } from "./request_id/random_id.ts";
import { type OwnFieldSetter, ownFieldSetter, textFieldSetter } from "./with_fields.ts";

/** Where ids come from, and where they are told. */
export interface RequestIdOptions {
  /**
   * The field, of the request and of the answer, that holds the id.
   *
   * @default {"x-request-id"}
   */
  readonly header?: string;
  /**
   * Whether an id that comes with the request is taken: always, never, or where a function says so,
   * such as for the address of a proxy. One that is too long, or has other characters than letters,
   * digits and `-._~:+/=@`, is never taken.
   *
   * @default {false}
   */
  readonly trust?: boolean | ((request: Request, context: Context) => boolean);
  /**
   * Characters that an id which comes with the request may have, 1–1000.
   *
   * @default {128}
   */
  readonly maxLength?: number;
  /** Makes an id; a UUID, of 122 random bits from `crypto`, where absent. */
  readonly generate?: (request: Request) => string;
}

const ACTION = "give requests ids";

/** No white space, quotes or separators of logs. */
const ID = /^[\w\-.~:+/=@]+$/;

/** The ids of requests and contexts that have no place for it. */
const IDS = new WeakMap<object, Id>();

/**
 * Gives each request an id, which `requestIdOf` tells and the answer's field repeats.
 *
 * @throws {TypeError} when an option is of another kind, or `header` is no field name.
 * @throws {RangeError} when `maxLength` is not 1–1000.
 *
 * @example
 * ```ts
 * import { type Context, text } from "@culvert/http";
 * import { requestId } from "@culvert/http/request-id";
 * import { assertEquals, assertMatch } from "@std/assert";
 *
 * const handler = requestId({ trust: true })(() => text("ok"));
 * const ask = async (id: string) => {
 *   const request = new Request("http://localhost/", { headers: { "x-request-id": id } });
 *   return (await handler(request, {} as Context)).headers.get("x-request-id") ?? "";
 * };
 *
 * assertEquals(await ask("from-the-proxy"), "from-the-proxy");
 * assertMatch(await ask("not an id"), /^[0-9a-f-]{36}$/);
 * ```
 */
export function requestId(options: RequestIdOptions = {}): Middleware {
  checkNames(ACTION, options, ["header", "trust", "maxLength", "generate"]);
  const { header = "x-request-id", generate } = options;
  const trusts = readTrust(options.trust);
  const maxLength = checkInteger(ACTION, "maxLength", options.maxLength ?? 128, [1, 1000]);
  if (generate !== undefined) checkKind(ACTION, "generate", generate, "function");
  if (!isToken(header)) {
    throw new TypeError(`Cannot ${ACTION}: ${JSON.stringify(header)} is no field name`);
  }
  const name = new FieldName(header.toLowerCase());
  const make = makerOf(name, generate);
  const set = ownFieldSetter(name.text);
  const setMade = generate === undefined ? set : textFieldSetter(set);
  return (next) => (request, context) => {
    const own = trusts?.(request, context) === true ? request.headers.get(name.text) : null;
    const isTaken = own !== null && own.length <= maxLength && ID.test(own);
    const id = isTaken ? new TextField(name, own) : make(request);
    note(request, id);
    if (typeof context === "object" && context !== null) note(context, id);
    return editAnswerOnce(next, request, context, new IdEdit(isTaken ? set : setMade, id));
  };
}

/** Tells the id in an answer; it costs less than a function made for each request. */
class IdEdit implements Edit {
  outer: ErrorEdit | undefined = undefined;
  readonly #set: OwnFieldSetter;
  readonly #id: OwnField;

  constructor(set: OwnFieldSetter, id: OwnField) {
    this.#set = set;
    this.#id = id;
  }

  edit(response: Response): Response {
    const set = this.#set;
    return set(response, this.#id);
  }
}

function makerOf(
  name: FieldName,
  generate: RequestIdOptions["generate"],
): (request: Request) => OwnField {
  if (generate !== undefined) return (request) => new TextField(name, String(generate(request)));
  const ids = new RandomIds(name);
  return () => ids.next();
}

/**
 * Gives the id of a request, asked by the request or by its context; `undefined` where it has none.
 *
 * A request that a middleware has made anew is not known, its context is.
 *
 * @example
 * ```ts
 * import { requestIdOf } from "@culvert/http/request-id";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(requestIdOf(new Request("http://localhost/")), undefined);
 * ```
 */
export function requestIdOf(of: Request | Context): string | undefined {
  const id = (of as Partial<Identified> | undefined)?.[REQUEST_ID] ?? IDS.get(of);
  return id?.value;
}

/** A place in the object costs less than one beside it. */
function note(of: Request | Context, id: Id): void {
  if (REQUEST_ID in of) (of as Identified)[REQUEST_ID] = id;
  else IDS.set(of, id);
}

function readTrust(trust: RequestIdOptions["trust"] = false) {
  if (typeof trust === "function") return trust;
  return checkKind(ACTION, "trust", trust, "boolean") ? () => true : undefined;
}
