import { Random } from "./random.ts";
import { concatenate } from "./wire_client.ts";

/** A message that was changed, and how. */
export interface Mutation {
  /** What was done to it, for whoever looks for the fault. */
  readonly how: string;
  /** What is sent. */
  readonly octets: Uint8Array;
}

type Change = (octets: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

/** Octets that mean something to a parser of HTTP. */
const TELLING = new TextEncoder().encode(
  '\r\n\0 \t:;,="()/?#%@[]{}\\-+.*0123456789aAfFgGxX\x7f\xff',
);

const CHANGES: Readonly<Record<string, Change>> = {
  flip(octets, random) {
    const changed = octets.slice();
    changed[place(octets, random)] ^= 1 << random.below(8);
    return changed;
  },
  replace(octets, random) {
    const changed = octets.slice();
    changed[place(octets, random)] = random.one(TELLING);
    return changed;
  },
  insert: (octets, random) => {
    const at = place(octets, random);
    const inserted = Uint8Array.from({ length: 1 + random.below(3) }, () => random.one(TELLING));
    return concatenate([octets.subarray(0, at), inserted, octets.subarray(at)]);
  },
  delete(octets, random) {
    const at = place(octets, random);
    return concatenate([octets.subarray(0, at), octets.subarray(at + 1 + random.below(4))]);
  },
  duplicate(octets, random) {
    const at = place(octets, random);
    const end = at + 1 + random.below(40);
    return concatenate([octets.subarray(0, end), octets.subarray(at)]);
  },
  splice(octets, random, other) {
    const [at, from] = [place(octets, random), place(other, random)];
    const part = other.subarray(from, from + 1 + random.below(40));
    return concatenate([octets.subarray(0, at), part, octets.subarray(at + part.length)]);
  },
  cross(octets, random, other) {
    const [at, from] = [place(octets, random), place(other, random)];
    return concatenate([octets.subarray(0, at), other.subarray(from)]);
  },
  truncate: (octets, random) => octets.subarray(0, place(octets, random)),
};

/** Changes a message once, twice or three times; `other` lends its octets. */
export function mutate(octets: Uint8Array, other: Uint8Array, random: Random): Mutation {
  const names = Object.keys(CHANGES);
  const how = Array.from({ length: 1 + random.below(3) }, () => random.one(names));
  const changed = how.reduce((whole, name) => CHANGES[name](whole, random, other), octets);
  return { how: how.join(", "), octets: changed };
}

/** A place in a message: behind its first head, where there is something, or now and then anywhere. */
function place(octets: Uint8Array, random: Random): number {
  const content = endOfHead(octets);
  const start = content < octets.length && random.below(4) > 0 ? content : 0;
  return start + random.below(Math.max(1, octets.length - start));
}

function endOfHead(octets: Uint8Array): number {
  const [CR, LF] = [13, 10];
  for (let at = octets.indexOf(CR); at !== -1; at = octets.indexOf(CR, at + 1)) {
    if (octets[at + 1] === LF && octets[at + 2] === CR && octets[at + 3] === LF) return at + 4;
  }
  return octets.length;
}
