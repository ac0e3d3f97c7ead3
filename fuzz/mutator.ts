import { octetsOf, textOf } from "../src/protocol/octets.ts";
import { mutate } from "../tests/transport/mutations.ts";
import type { Random } from "../tests/transport/random.ts";
import { GRAMMAR_CHANGES } from "./grammar_changes.ts";

const CHANGES = Object.values(GRAMMAR_CHANGES);

/**
 * Changes an input by its octets, by its lines and chunks, or by both; `other` lends its octets.
 *
 * The result has at most `maxLength` octets.
 */
export function mutateInput(
  octets: Uint8Array,
  other: Uint8Array,
  random: Random,
  maxLength: number,
): Uint8Array {
  let changed = octets;
  do {
    changed = changeOnce(changed, other, random).subarray(0, maxLength);
    // Mostly one change, so that what an input has reached is not often lost.
  } while (random.below(2) === 0);
  return changed.slice();
}

function changeOnce(octets: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  switch (random.below(4)) {
    case 0:
      return mutate(octets, other, random).octets;
    case 1:
      return changeOctet(octets, random);
    default:
      return changeGrammar(octets, other, random);
  }
}

/** Sets or adds one octet, of any value, anywhere. */
function changeOctet(octets: Uint8Array, random: Random): Uint8Array {
  const at = random.below(octets.length + 1);
  const changed = Array.from(octets);
  changed.splice(at, random.below(2), random.below(256));
  return Uint8Array.from(changed);
}

function changeGrammar(octets: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const change = random.one(CHANGES);
  return octetsOf(change(toText(octets), random, toText(other)));
}

function toText(octets: Uint8Array): string {
  return textOf(octets, 0, octets.length);
}
