import { ProtocolError } from "./errors.ts";
import { normaliseAuthority, type Scheme } from "./host.ts";
import { ASTERISK, DOT, isOctetOf, PERCENT, PLAIN_TARGET_OCTET, SLASH, textOf } from "./octets.ts";

/** The four forms of a request-target (RFC 9112 §3.2). */
export type TargetForm = "origin-form" | "absolute-form" | "authority-form" | "asterisk-form";

/** `http://authority` and what follows it; other schemes are nobody's to serve here. */
const ABSOLUTE_FORM = /^https?:\/\/([^/?]+)(.*)$/i;

/** The form of a request-target, which the method decides too; throws where it is none. */
export function targetForm(
  method: string,
  bytes: Uint8Array,
  start: number,
  end: number,
): TargetForm {
  if (method === "CONNECT") return checkAuthorityForm(textOf(bytes, start, end));
  if (bytes[start] === SLASH) return "origin-form";
  if (end - start === 1 && bytes[start] === ASTERISK) return checkAsteriskForm(method);
  return checkAbsoluteForm(textOf(bytes, start, end));
}

/**
 * Whether a URL holds the origin-form as it is: no dot segment, no backslash, nothing to encode.
 *
 * `false` only says that it takes a second look.
 */
export function isPlainTarget(bytes: Uint8Array, start: number, end: number): boolean {
  let offset = start;
  while (offset < end && isOctetOf(bytes[offset], PLAIN_TARGET_OCTET)) {
    // Only at the start of a segment can a dot make a dot segment.
    if (bytes[offset++] === SLASH && mayBeDot(bytes[offset])) return false;
  }
  return offset === end;
}

function mayBeDot(octet: number): boolean {
  return octet === DOT || octet === PERCENT;
}

/** The target URI's text (RFC 9112 §3.3) as URL normalises it. */
export function targetUri(
  form: TargetForm,
  target: string,
  scheme: Scheme,
  authority: string,
): string {
  switch (form) {
    case "origin-form":
      return new URL(`${scheme}://${authority}${target}`).href;
    case "absolute-form":
      return absoluteUri(target, scheme);
    case "authority-form":
    case "asterisk-form":
      return `${scheme}://${authority}/`;
  }
}

/** The path and query of a URL's text, and where they begin. */
export function pathnameOf(uri: string): string {
  const start = uri.indexOf("/", uri.indexOf("//") + 2);
  const query = uri.indexOf("?", start);
  return query === -1 ? uri.slice(start) : uri.slice(start, query);
}

function absoluteUri(target: string, scheme: Scheme): string {
  const [, authority, rest] = ABSOLUTE_FORM.exec(target)!;
  // The connection knows its scheme better than the client's text does (RFC 9110 §7.4).
  return new URL(`${scheme}://${authority}${rest}`).href;
}

function checkAbsoluteForm(target: string): TargetForm {
  const parts = ABSOLUTE_FORM.exec(target);
  if (parts === null || normaliseAuthority(parts[1], "http") === undefined) {
    throw new ProtocolError("malformed-request-target");
  }
  return "absolute-form";
}

/** `*` asks about the server as a whole, and only OPTIONS may (§3.2.4). */
function checkAsteriskForm(method: string): TargetForm {
  if (method !== "OPTIONS") throw new ProtocolError("malformed-request-target");
  return "asterisk-form";
}

/** `uri-host ":" port`, and only CONNECT may (§3.2.3). */
function checkAuthorityForm(target: string): TargetForm {
  if (!/:[0-9]+$/.test(target) || normaliseAuthority(target, "http") === undefined) {
    throw new ProtocolError("malformed-request-target");
  }
  return "authority-form";
}
