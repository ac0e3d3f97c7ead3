/** Octets of one arena; what is kept of it keeps it whole. */
const ARENA = 8192;

/** Above so many octets a copy by the platform is faster than a loop. */
const SHORT = 192;

/** Keeps copies of short octets, many of them in one buffer, and never writes over one. */
export class OctetArena {
  /** The buffer of the last copy. */
  bytes = new Uint8Array(ARENA);
  #length = 0;

  /** Copies the first octets of a buffer; gives their offset in `bytes`. */
  keep(source: Uint8Array, octets: number): number {
    if (this.#length + octets > this.bytes.length) this.#renew(octets);
    const { bytes } = this;
    const start = this.#length;
    this.#length += octets;
    if (octets > SHORT) bytes.set(source.subarray(0, octets), start);
    else for (let i = 0; i < octets; i++) bytes[start + i] = source[i];
    return start;
  }

  #renew(octets: number): void {
    this.bytes = new Uint8Array(Math.max(ARENA, octets));
    this.#length = 0;
  }
}
