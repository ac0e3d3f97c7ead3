/** Content security policies: their directives, and the nonces of their scripts. */

/** Sources by directive; `true` for a directive without any, `false` to leave one out. */
export type CspDirectives = Readonly<Record<string, string | readonly string[] | boolean>>;

/** Where the nonce of a request stands in a policy. */
export const NONCE_SOURCE = "'nonce'";

/** Keywords that are worthless, or mean something else, without their quotes. */
const KEYWORDS =
  /^(?:self|none|unsafe-inline|unsafe-eval|unsafe-hashes|strict-dynamic|report-sample|wasm-unsafe-eval|nonce|nonce-.*|sha(?:256|384|512)-.*)$/i;

/**
 * Writes a policy (Content Security Policy 3, §2.2): `default-src 'self'; img-src 'self' data:`.
 *
 * Names may be written `imgSrc` or `img-src`; later directives take the place of earlier ones.
 *
 * @throws {TypeError} when a directive or source has characters that it cannot have, or a keyword
 * lacks its quotes.
 */
export function writePolicy(...groups: readonly CspDirectives[]): string {
  const policy = new Map<string, readonly string[]>();
  for (const [name, value] of groups.flatMap((group) => Object.entries(group))) {
    if (!/^[A-Za-z][A-Za-z\d-]*$/.test(name)) {
      throw new TypeError(`Cannot write a policy: ${JSON.stringify(name)} is no directive`);
    }
    if (value === false) policy.delete(kebab(name));
    else policy.set(kebab(name), value === true ? [] : sourcesOf(name, value));
  }
  return [...policy].map(([name, sources]) => [name, ...sources].join(" ")).join("; ");
}

function sourcesOf(name: string, value: unknown): readonly string[] {
  const sources = typeof value === "string" ? value.trim().split(/ +/) : value;
  if (Array.isArray(sources)) return sources.map((source) => checkSource(name, source));
  throw new TypeError(`Cannot write a policy: ${name} must be text, a list or a boolean`);
}

function checkSource(name: string, source: unknown): string {
  // The characters that end a source, a directive or a policy (§2.2.1).
  if (typeof source !== "string" || !/^[!-+\--:<-~]+$/.test(source)) {
    const text = JSON.stringify(source);
    throw new TypeError(`Cannot write a policy: ${text} of ${name} is no source`);
  }
  if (!KEYWORDS.test(source)) return source;
  throw new TypeError(`Cannot write a policy: write "'${source}'" with its quotes in ${name}`);
}

/** `scriptSrc` as `script-src`. */
function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
