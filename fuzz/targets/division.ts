/** A number that follows from the octets alone, so that an input is always tried alike. */
export function hashOf(octets: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const octet of octets) hash = Math.imul(hash ^ octet, 0x01000193) >>> 0;
  return hash;
}

/** The octets in up to three pieces, divided where they themselves say. */
export function divideByHash(octets: Uint8Array): Uint8Array[] {
  const hash = hashOf(octets);
  const cuts = [hash % (octets.length + 1), (hash >>> 12) % (octets.length + 1)].sort((a, b) =>
    a - b
  );
  const [first, second] = cuts;
  return [octets.subarray(0, first), octets.subarray(first, second), octets.subarray(second)]
    .filter(({ length }) => length > 0);
}

/** Each octet on its own. */
export function oneByOne(octets: Uint8Array): Uint8Array[] {
  return Array.from(octets, (_, at) => octets.subarray(at, at + 1));
}
