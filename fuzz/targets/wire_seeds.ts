import { readCorpus } from "../../tests/wire/corpus.ts";

/** Octets that an input may have: beyond that, octets repeat more than they tell. */
export const MAX_WIRE = 1_536;

/** What clients send in the wire corpus, but for what is too long to be changed in many ways. */
export function wireSeeds(): Uint8Array[] {
  return readCorpus().map(({ octets }) => octets).filter(({ length }) =>
    length > 0 && length <= MAX_WIRE
  );
}
