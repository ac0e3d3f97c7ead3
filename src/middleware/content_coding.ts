/** A member of `Accept-Encoding` (RFC 9110 §12.5.3): a coding and its weight. */
const MEMBER = /^([!#$%&'*+\-.^_`|~\w]+)[ \t]*(?:;[ \t]*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/i;

/**
 * Chooses a content coding by `Accept-Encoding` (RFC 9110 §12.5.3): one of those `offered`, the
 * first of those that are equally wanted, or `identity`.
 *
 * A client that sends no such field gets no coding. One that refuses even `identity` gets it where
 * nothing else is left, since it may know what to do with it (§12.4.1).
 *
 * @example
 * ```ts ignore
 * chooseCoding("gzip, br;q=0.5", ["br", "gzip"]); // "gzip"
 * ```
 */
export function chooseCoding(acceptEncoding: string | null, offered: readonly string[]): string {
  if (acceptEncoding === null) return "identity";
  const weights = readWeights(acceptEncoding);
  const others = weights.get("*");
  let chosen = "identity";
  // Unless it is named, any coding that is wanted comes before it.
  let best = weights.get("identity") ?? 0;
  for (const coding of offered) {
    const weight = weights.get(coding) ?? others ?? 0;
    if (weight > best || (weight === best && weight > 0 && chosen === "identity")) {
      chosen = coding;
      best = weight;
    }
  }
  return chosen;
}

/** Weights by coding; malformed members are left out. */
function readWeights(acceptEncoding: string): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const text of acceptEncoding.split(",")) {
    const member = MEMBER.exec(text.trim());
    if (member === null) continue;
    // RFC 9110 §8.4.1.3: x-gzip is another name of gzip.
    weights.set(member[1].toLowerCase().replace(/^x-(?=gzip$)/, ""), Number(member[2] ?? 1));
  }
  return weights;
}
