import { concatenate } from "../tests/transport/wire_client.ts";

/** Inputs that are tried at most. */
const MOST_TRIES = 3_000;

/**
 * Makes an input shorter, then plainer, as long as it `stillFails`.
 *
 * Pieces are left out, from halves down to single octets, until none can be; then each octet is
 * made an `a` where that makes no difference.
 */
export async function minimise(
  octets: Uint8Array,
  stillFails: (octets: Uint8Array) => Promise<boolean>,
): Promise<Uint8Array> {
  const tries = new Tries(stillFails);
  let least = octets;
  for (let size = octets.length >> 1; size > 0; size >>= 1) {
    least = await leaveOut(least, size, tries);
  }
  for (let length = Infinity; least.length < length;) {
    length = least.length;
    least = await leaveOut(least, 1, tries);
  }
  return await makePlain(least, tries);
}

/** Tries inputs until there were too many. */
class Tries {
  #left = MOST_TRIES;
  readonly #stillFails: (octets: Uint8Array) => Promise<boolean>;

  constructor(stillFails: (octets: Uint8Array) => Promise<boolean>) {
    this.#stillFails = stillFails;
  }

  get areOver(): boolean {
    return this.#left <= 0;
  }

  async fails(octets: Uint8Array): Promise<boolean> {
    return this.#left-- > 0 && await this.#stillFails(octets);
  }
}

async function leaveOut(octets: Uint8Array, size: number, tries: Tries): Promise<Uint8Array> {
  let least = octets;
  for (let at = 0; at < least.length && !tries.areOver;) {
    const shorter = concatenate([least.subarray(0, at), least.subarray(at + size)]);
    if (await tries.fails(shorter)) least = shorter;
    else at += size;
  }
  return least;
}

async function makePlain(octets: Uint8Array, tries: Tries): Promise<Uint8Array> {
  let plain = octets;
  for (let at = 0; at < plain.length && !tries.areOver; at++) {
    const plainer = plain.with(at, PLAIN);
    if (plain[at] !== PLAIN && await tries.fails(plainer)) plain = plainer;
  }
  return plain;
}

/** `a`. */
const PLAIN = 0x61;
