/** Which content coding a client wants (RFC 9110 §12.5.3). */

/** A content coding that answers can be sent in. */
export type ContentCoding = "br" | "gzip" | "zstd";

/** What a client accepts of what there is. */
export interface Acceptance {
  /** The coding that suits it best; `undefined` for none. */
  readonly coding: ContentCoding | undefined;
  /** Whether the content may be sent as it is. */
  readonly identity: boolean;
}

const ONLY_IDENTITY: Acceptance = { coding: undefined, identity: true };

/** A coding, and perhaps its weight (RFC 9110 §12.4.2). */
const ELEMENT = /^([!#$%&'*+\-.^_`|~\w]+)(?:[ \t]*;[ \t]*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/i;

/** The weight of what nobody has named: accepted, but less than whatever is named. */
const LEAST = 0.0001;

/**
 * Chooses the coding with the greatest weight, of equals the one that is offered first.
 *
 * Where the field is absent any coding would be acceptable; clients that want none often leave it out,
 * so that they get none. An element that is malformed is passed over.
 */
export function chooseCoding(
  value: string | null,
  offered: readonly ContentCoding[],
): Acceptance {
  if (value === null || value === "") return ONLY_IDENTITY;
  const weights = readWeights(value);
  const others = weights.get("*");
  const identity = weights.get("identity") ?? others ?? LEAST;
  let coding: ContentCoding | undefined;
  // Smaller is better unless the client says otherwise, so identity must be wanted more.
  let best = LEAST;
  for (const candidate of offered) {
    const weight = weights.get(candidate) ?? others ?? 0;
    if (weight > best) [coding, best] = [candidate, weight];
  }
  return { coding: identity > best ? undefined : coding, identity: identity > 0 };
}

function readWeights(value: string): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const element of value.split(",")) {
    const match = ELEMENT.exec(element.trim());
    if (match === null) continue;
    const name = match[1].toLowerCase();
    // §8.4.1.3: a recipient takes the one for the other.
    const coding = name === "x-gzip" ? "gzip" : name;
    if (!weights.has(coding)) weights.set(coding, Number(match[2] ?? "1"));
  }
  return weights;
}

/** Makes a choice that remembers what it chose for the few values that clients send. */
export function codingChooser(
  offered: readonly ContentCoding[],
): (value: string | null) => Acceptance {
  const chosen = new Map<string, Acceptance>();
  return (value) => {
    if (value === null || value.length > LONGEST_KEPT) return chooseCoding(value, offered);
    let acceptance = chosen.get(value);
    if (acceptance === undefined) {
      if (chosen.size >= MOST_KEPT) chosen.clear();
      chosen.set(value, acceptance = chooseCoding(value, offered));
    }
    return acceptance;
  };
}

const LONGEST_KEPT = 100;
const MOST_KEPT = 64;
