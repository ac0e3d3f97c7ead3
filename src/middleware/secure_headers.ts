/**
 * Security headers: fields by which browsers protect pages, with defaults that suit most.
 *
 * @example
 * ```ts
 * import { html, routes } from "@culvert/http";
 * import { nonceOf, secureHeaders } from "@culvert/http/secure-headers";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const api = routes(
 *   { "GET /": (request) => html(`<script nonce="${nonceOf(request)}">run()</script>`) },
 *   { use: [secureHeaders({ contentSecurityPolicy: { scriptSrc: ["'nonce'"] } })] },
 * );
 *
 * const response = await api.fetch(new Request("http://localhost/"));
 *
 * const [, nonce] = /nonce="(.+?)"/.exec(await response.text()) ?? [];
 * assertStringIncludes(
 *   response.headers.get("content-security-policy") ?? "",
 *   `script-src 'nonce-${nonce}'`,
 * );
 * ```
 *
 * @module
 */

import { type AnswerEdit, type Context, type Middleware, SCHEME } from "../handler.ts";
import { editAnswer } from "./answers.ts";
import { type CspDirectives, NONCE_SOURCE, writePolicy } from "./csp.ts";
import { checkInteger, checkKind, checkNames } from "./options.ts";
import { fieldEditor, withFields } from "./with_fields.ts";

export type { CspDirectives } from "./csp.ts";

/** For how long a browser uses nothing but TLS (RFC 6797). */
export interface HstsOptions {
  /**
   * Seconds; 0 makes browsers forget it.
   *
   * @default {15_552_000}
   */
  readonly maxAge?: number;
  /**
   * Whether it holds for subdomains, too.
   *
   * @default {true}
   */
  readonly includeSubDomains?: boolean;
  /**
   * Whether browsers may build it in.
   *
   * @default {false}
   */
  readonly preload?: boolean;
  /**
   * Whether it is sent without TLS, too: for a server behind a proxy that speaks TLS for it.
   *
   * @default {false}
   */
  readonly always?: boolean;
}

/** The fields; `false` leaves one out, and one that the handler has set stays as it is. */
export interface SecureHeadersOptions {
  /**
   * `Content-Security-Policy`: a policy, or directives such as `{ imgSrc: ["'self'", "data:"] }` that
   * replace or complete those of the default. The source `"'nonce'"` stands for a nonce of the
   * request's own, which `nonceOf` tells.
   *
   * @default {"default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'; object-src 'none'"}
   */
  readonly contentSecurityPolicy?: string | CspDirectives | false;
  /**
   * Whether the policy is only reported against (`Content-Security-Policy-Report-Only`).
   *
   * @default {false}
   */
  readonly reportOnly?: boolean;
  /**
   * `Strict-Transport-Security`, sent over TLS.
   *
   * @default {{ maxAge: 15_552_000, includeSubDomains: true }}
   */
  readonly strictTransportSecurity?: HstsOptions | false;
  /**
   * `X-Content-Type-Options`.
   *
   * @default {"nosniff"}
   */
  readonly contentTypeOptions?: "nosniff" | false;
  /**
   * `Referrer-Policy`.
   *
   * @default {"no-referrer"}
   */
  readonly referrerPolicy?: string | false;
  /**
   * `X-Frame-Options`, for browsers that know no `frame-ancestors`.
   *
   * @default {"SAMEORIGIN"}
   */
  readonly frameOptions?: "DENY" | "SAMEORIGIN" | false;
  /**
   * `Cross-Origin-Opener-Policy`.
   *
   * @default {"same-origin"}
   */
  readonly crossOriginOpenerPolicy?: string | false;
  /**
   * `Cross-Origin-Resource-Policy`.
   *
   * @default {"same-origin"}
   */
  readonly crossOriginResourcePolicy?: string | false;
  /**
   * `Cross-Origin-Embedder-Policy`; `"require-corp"` isolates pages, and breaks many.
   *
   * @default {false}
   */
  readonly crossOriginEmbedderPolicy?: string | false;
  /**
   * `Permissions-Policy`, such as `"camera=(), geolocation=(self)"`.
   *
   * @default {false}
   */
  readonly permissionsPolicy?: string | false;
}

const ACTION = "set security headers";

const DEFAULT_POLICY: CspDirectives = {
  defaultSrc: ["'self'"],
  baseUri: ["'self'"],
  formAction: ["'self'"],
  frameAncestors: ["'self'"],
  objectSrc: ["'none'"],
};

/** Options that are a field's value: the field, the default, and the values that there are. */
const SIMPLE: Readonly<
  Record<string, readonly [field: string, otherwise: string | false, RegExp]>
> = {
  contentTypeOptions: ["x-content-type-options", "nosniff", /^nosniff$/],
  referrerPolicy: [
    "referrer-policy",
    "no-referrer",
    // A list, of which browsers take the last that they know.
    /^(?:(?:no-referrer|no-referrer-when-downgrade|origin|origin-when-cross-origin|same-origin|strict-origin|strict-origin-when-cross-origin|unsafe-url)(?:, *(?!$)|$))+$/,
  ],
  frameOptions: ["x-frame-options", "SAMEORIGIN", /^(?:DENY|SAMEORIGIN)$/],
  crossOriginOpenerPolicy: [
    "cross-origin-opener-policy",
    "same-origin",
    /^(?:same-origin|same-origin-allow-popups|noopener-allow-popups|unsafe-none)$/,
  ],
  crossOriginResourcePolicy: [
    "cross-origin-resource-policy",
    "same-origin",
    /^(?:same-origin|same-site|cross-origin)$/,
  ],
  crossOriginEmbedderPolicy: [
    "cross-origin-embedder-policy",
    false,
    /^(?:require-corp|credentialless|unsafe-none)$/,
  ],
  permissionsPolicy: ["permissions-policy", false, /^[\x20-\x7e]+$/],
};

const NAMES = [
  ...Object.keys(SIMPLE),
  "contentSecurityPolicy",
  "reportOnly",
  "strictTransportSecurity",
];

const NONCES = new WeakMap<object, string>();

/**
 * Sends fields by which browsers protect pages; a field that the handler has set stays as it is.
 *
 * Errors get the fields, too, where the server is ours.
 *
 * @throws {TypeError} when an option is of another kind, or has a value that the field cannot have.
 * @throws {RangeError} when `maxAge` is not 0 or more seconds.
 *
 * @example
 * ```ts
 * import { type Context, html } from "@culvert/http";
 * import { secureHeaders } from "@culvert/http/secure-headers";
 * import { assertEquals } from "@std/assert";
 *
 * const handler = secureHeaders({ frameOptions: "DENY" })(() => html("<p>Hello"));
 *
 * const { headers } = await handler(new Request("https://localhost/"), {} as Context);
 *
 * assertEquals(headers.get("x-frame-options"), "DENY");
 * assertEquals(headers.get("strict-transport-security"), "max-age=15552000; includeSubDomains");
 * ```
 */
export function secureHeaders(options: SecureHeadersOptions = {}): Middleware {
  checkNames(ACTION, options, NAMES);
  const plain = simpleFields(options);
  const policy = policyField(options);
  const hsts = hstsValue(options.strictTransportSecurity ?? {});
  const always = hsts !== undefined && (options.strictTransportSecurity || {}).always === true;
  const secure = hsts === undefined ? plain : [...plain, ["strict-transport-security", hsts]];
  const isSecure = (request: Request) => hsts !== undefined && (always || usesTls(request));
  if (policy?.[1].includes(NONCE_SOURCE)) {
    return withNonces((request) => isSecure(request) ? secure : plain, policy);
  }
  const others = policy === undefined ? [] : [policy];
  const edit = setter([...plain, ...others]);
  const editSecure = setter([...secure, ...others]);
  return (next) => (request, context) =>
    editAnswer(next, request, context, isSecure(request) ? editSecure : edit);
}

/**
 * Gives the nonce of a request, for the attribute `nonce` of its scripts and styles; `undefined` where
 * the policy has no `"'nonce'"`.
 *
 * @example
 * ```ts
 * import { nonceOf } from "@culvert/http/secure-headers";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(nonceOf(new Request("http://localhost/")), undefined);
 * ```
 */
export function nonceOf(of: Request | Context): string | undefined {
  return NONCES.get(of);
}

/** A request of ours knows it without its URL. */
function usesTls(request: Request): boolean {
  const scheme = (request as { readonly [SCHEME]?: string })[SCHEME];
  return scheme === undefined ? /^https:/i.test(request.url) : scheme === "https";
}

type Fields = readonly (readonly string[])[];

function setter(fields: Fields): AnswerEdit {
  return fieldEditor((headers) => setFields(headers, fields), fields.map(([name]) => name));
}

function withNonces(
  fieldsFor: (request: Request) => Fields,
  policy: readonly string[],
): Middleware {
  const [name, text] = policy;
  return (next) => (request, context) => {
    const nonce = makeNonce();
    NONCES.set(request, nonce);
    if (typeof context === "object" && context !== null) NONCES.set(context, nonce);
    const fields = [
      ...fieldsFor(request),
      [name, text.replaceAll(NONCE_SOURCE, `'nonce-${nonce}'`)],
    ];
    return editAnswer(
      next,
      request,
      context,
      (response) => withFields(response, (headers) => setFields(headers, fields)),
    );
  };
}

/** 128 random bits, as the specification has it (Content Security Policy 3, §7.1). */
function makeNonce(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
}

function setFields(headers: Headers, fields: Fields): void {
  for (const [name, value] of fields) if (!headers.has(name)) headers.set(name, value);
}

function simpleFields(options: SecureHeadersOptions): Fields {
  return Object.entries(SIMPLE).flatMap(([name, [field, otherwise, values]]) => {
    const value: unknown = options[name as keyof SecureHeadersOptions] ?? otherwise;
    if (value === false) return [];
    if (typeof value === "string" && values.test(value)) return [[field, value]];
    throw new TypeError(`Cannot ${ACTION}: ${JSON.stringify(value)} is no value of ${name}`);
  });
}

function policyField(options: SecureHeadersOptions): readonly string[] | undefined {
  const { contentSecurityPolicy: policy = {}, reportOnly = false } = options;
  checkKind(ACTION, "reportOnly", reportOnly, "boolean");
  if (policy === false) return undefined;
  const name = `content-security-policy${reportOnly ? "-report-only" : ""}`;
  if (typeof policy !== "string") {
    checkKind(ACTION, "contentSecurityPolicy", policy, "object");
    return [name, writePolicy(DEFAULT_POLICY, policy)];
  }
  if (/^[\x20-\x7e]+$/.test(policy)) return [name, policy];
  throw new TypeError(`Cannot ${ACTION}: the policy has characters that it cannot have`);
}

function hstsValue(options: HstsOptions | false): string | undefined {
  if (options === false) return undefined;
  const names = ["maxAge", "includeSubDomains", "preload", "always"];
  checkNames(ACTION, options, names);
  for (const name of names.slice(1)) {
    const value = options[name as keyof HstsOptions];
    if (value !== undefined) checkKind(ACTION, name, value, "boolean");
  }
  const maxAge = checkInteger(ACTION, "maxAge", options.maxAge ?? 15_552_000);
  const subDomains = (options.includeSubDomains ?? true) ? "; includeSubDomains" : "";
  return `max-age=${maxAge}${subDomains}${options.preload ? "; preload" : ""}`;
}
