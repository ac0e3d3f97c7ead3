/**
 * Cross-origin resource sharing: which origins' pages may read the answers (Fetch, CORS protocol).
 *
 * @example
 * ```ts
 * import { json, routes } from "@culvert/http";
 * import { cors } from "@culvert/http/cors";
 * import { assertEquals } from "@std/assert";
 *
 * const api = routes(
 *   { "GET /": () => json({ ok: true }) },
 *   { use: [cors({ origin: ["https://app.example"], credentials: true })] },
 * );
 *
 * const headers = { origin: "https://app.example" };
 * const response = await api.fetch(new Request("http://localhost/", { headers }));
 *
 * assertEquals(response.headers.get("access-control-allow-origin"), "https://app.example");
 * assertEquals(response.headers.get("vary"), "Origin");
 * ```
 *
 * @module
 */

import type { AnswerEdit, Middleware } from "../handler.ts";
import { KnownResponse } from "../known_response.ts";
import { editAnswer } from "./answers.ts";
import { type AllowedOrigin, type OriginCheck, originCheck } from "./cors_origin.ts";
import { checkInteger, checkKind, checkNames, checkTokens, isToken } from "./options.ts";
import { addVary, fieldEditor, withFields } from "./with_fields.ts";

export type { AllowedOrigin } from "./cors_origin.ts";

/** Who may read the answers, and what they may ask. */
export interface CorsOptions {
  /**
   * Origins whose pages may read the answers: `"*"` for all, one such as `"https://app.example"`, a
   * regular expression that matches the whole of an origin, a list of these, or a function.
   *
   * @default {"*"}
   */
  readonly origin?:
    | AllowedOrigin
    | readonly AllowedOrigin[]
    | ((origin: string) => boolean | Promise<boolean>);
  /**
   * Methods that pages may use.
   *
   * @default {["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"]}
   */
  readonly methods?: readonly string[];
  /**
   * Fields that pages may send; `"*"` for whatever they ask for.
   *
   * @default {"*"}
   */
  readonly allowHeaders?: "*" | readonly string[];
  /**
   * Fields of the answer that pages may read, besides the few that they always may.
   *
   * @default {[]}
   */
  readonly exposeHeaders?: readonly string[];
  /**
   * Whether pages may send cookies and the like, and read what is answered to them.
   *
   * @default {false}
   */
  readonly credentials?: boolean;
  /** Seconds for which a browser may remember what a preflight said; its own few where absent. */
  readonly maxAge?: number;
  /**
   * Whether pages of a public network may ask a server of a private one.
   *
   * @default {false}
   */
  readonly privateNetwork?: boolean;
}

/** Options, as they are used. */
interface Policy {
  readonly isAllowed: OriginCheck;
  readonly methods: string;
  readonly allowHeaders: string | undefined;
  readonly exposeHeaders: string;
  readonly credentials: boolean;
  readonly maxAge: string | undefined;
  readonly privateNetwork: boolean;
}

const ACTION = "share with other origins";

const NAMES = [
  "origin",
  "methods",
  "allowHeaders",
  "exposeHeaders",
  "credentials",
  "maxAge",
  "privateNetwork",
];

const METHODS = ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"];

/** What a preflight's answer depends on, whatever it says. */
const PREFLIGHT_VARY = [
  "vary",
  "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
];

/**
 * Lets pages of other origins read the answers, and answers preflight requests itself (204).
 *
 * Errors get the fields, too, where the server is ours. Other origins get the plain answer, which
 * their browser keeps from the page; a request is not refused for its origin.
 *
 * @throws {TypeError} when an option is of another kind, an origin is not written as browsers send it
 * or is `"*"` with `credentials`.
 * @throws {RangeError} when `maxAge` is not 0 or more seconds.
 *
 * @example
 * ```ts
 * import { type Context, text } from "@culvert/http";
 * import { cors } from "@culvert/http/cors";
 * import { assertEquals } from "@std/assert";
 *
 * const handler = cors({ maxAge: 600 })(() => text("for everybody"));
 * const preflight = new Request("http://localhost/", {
 *   method: "OPTIONS",
 *   headers: { "origin": "https://app.example", "access-control-request-method": "DELETE" },
 * });
 *
 * const { status, headers } = await handler(preflight, {} as Context);
 *
 * assertEquals([status, headers.get("access-control-allow-origin")], [204, "*"]);
 * assertEquals(headers.get("access-control-max-age"), "600");
 * ```
 */
export function cors(options: CorsOptions = {}): Middleware {
  const policy = readPolicy(options);
  const { isAllowed } = policy;
  if (isAllowed === "any") return shareWithAll(policy);
  const refuse = fieldEditor((headers) => addVary(headers, "Origin"), ["vary"]);
  return (next) => (request, context) => {
    const origin = request.headers.get("origin");
    if (origin === null) return editAnswer(next, request, context, refuse);
    const decide = (allowed: boolean) => {
      if (isPreflight(request)) {
        return answerPreflight(request, policy, allowed ? origin : undefined);
      }
      return editAnswer(next, request, context, allowed ? sharing(policy, origin) : refuse);
    };
    const allowed = isAllowed(origin);
    return allowed instanceof Promise ? allowed.then(decide) : decide(allowed);
  };
}

/** Answers depend on no origin, so that all get the same. */
function shareWithAll(policy: Policy): Middleware {
  const share = fieldEditor((headers) => setSharing(headers, policy, "*"), SHARING);
  return (next) => (request, context) =>
    isPreflight(request)
      ? answerPreflight(request, policy, "*")
      : editAnswer(next, request, context, share);
}

function isPreflight(request: Request): boolean {
  // Nothing is asked of the fields of all other requests.
  if (request.method !== "OPTIONS") return false;
  const { headers } = request;
  return headers.has("origin") && headers.has("access-control-request-method");
}

function answerPreflight(
  { headers }: Request,
  policy: Policy,
  origin: string | undefined,
): Response {
  const fields = [...PREFLIGHT_VARY];
  if (origin !== undefined) {
    fields.push("access-control-allow-origin", origin);
    if (policy.credentials) fields.push("access-control-allow-credentials", "true");
    fields.push("access-control-allow-methods", policy.methods);
    const allowed = policy.allowHeaders ??
      tokensOf(headers.get("access-control-request-headers"));
    if (allowed !== "") fields.push("access-control-allow-headers", allowed);
    if (policy.maxAge !== undefined) fields.push("access-control-max-age", policy.maxAge);
    if (policy.privateNetwork && asksForPrivateNetwork(headers)) {
      fields.push("access-control-allow-private-network", "true");
    }
  }
  return new KnownResponse(null, fields, 204) as KnownResponse & Response;
}

function asksForPrivateNetwork(headers: Headers): boolean {
  return headers.get("access-control-request-private-network") === "true";
}

/** The field names that are asked for, and nothing else that may have been sent. */
function tokensOf(value: string | null): string {
  const names = (value ?? "").split(",").map((name) => name.trim());
  return names.filter(isToken).join(", ");
}

function sharing(policy: Policy, origin: string): AnswerEdit {
  return (response) =>
    withFields(response, (headers) => {
      setSharing(headers, policy, origin);
      addVary(headers, "Origin");
    });
}

/** The fields that `setSharing` may set. */
const SHARING = [
  "access-control-allow-origin",
  "access-control-allow-credentials",
  "access-control-expose-headers",
];

function setSharing(headers: Headers, policy: Policy, origin: string): void {
  headers.set("access-control-allow-origin", origin);
  if (policy.credentials) headers.set("access-control-allow-credentials", "true");
  if (policy.exposeHeaders !== "") {
    headers.set("access-control-expose-headers", policy.exposeHeaders);
  }
}

function readPolicy(options: CorsOptions): Policy {
  checkNames(ACTION, options, NAMES);
  const { methods = METHODS, allowHeaders = "*", exposeHeaders = [], maxAge } = options;
  const { credentials = false, privateNetwork = false } = options;
  checkKind(ACTION, "credentials", credentials, "boolean");
  checkKind(ACTION, "privateNetwork", privateNetwork, "boolean");
  const isAllowed = originCheck(options.origin ?? "*");
  if (credentials && isAllowed === "any") {
    throw new TypeError(`Cannot ${ACTION}: credentials need origins other than "*"`);
  }
  const exposed = checkTokens(ACTION, "exposeHeaders", exposeHeaders);
  return {
    isAllowed,
    methods: checkTokens(ACTION, "methods", methods).join(", "),
    allowHeaders: allowHeaders === "*"
      ? undefined
      : checkTokens(ACTION, "allowHeaders", allowHeaders).join(", "),
    exposeHeaders: exposed.join(", "),
    credentials,
    maxAge: maxAge === undefined ? undefined : String(checkInteger(ACTION, "maxAge", maxAge)),
    privateNetwork,
  };
}
