/** Octets after which the pattern begins again; a prime, so that no buffer's size divides it. */
const PERIOD = 251;

/** Octets that tell where in a content they belong. */
export function patternAt(offset: number, length: number): Uint8Array<ArrayBuffer> {
  const octets = new Uint8Array(length);
  for (let i = 0; i < length; i++) octets[i] = (offset + i) % PERIOD;
  return octets;
}
