/** Octets that a buffer has room for from the start, and keeps room for. */
const USUAL_SIZE = 32_768;

const encoder = new TextEncoder();

/**
 * Lines, as octets.
 *
 * Each is encoded when it comes: adding lines up as text, to encode them all at once, takes several
 * times as long.
 */
export class LineBuffer {
  /** Octets that it holds. */
  length = 0;
  /** Lines that it holds. */
  lines = 0;
  #octets = new Uint8Array(USUAL_SIZE);

  /** Adds a line, all of it ASCII. */
  add(line: string): void {
    const end = this.length + line.length;
    if (end > this.#octets.length) this.#grow(end);
    encoder.encodeInto(line, this.#octets.subarray(this.length));
    this.length = end;
    this.lines++;
  }

  /** Gives what it holds to the caller, and holds nothing. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#octets.slice(0, this.length);
    this.length = 0;
    this.lines = 0;
    if (this.#octets.length > USUAL_SIZE) this.#octets = new Uint8Array(USUAL_SIZE);
    return taken;
  }

  #grow(size: number): void {
    const larger = new Uint8Array(Math.max(size, 2 * this.#octets.length));
    larger.set(this.#octets.subarray(0, this.length));
    this.#octets = larger;
  }
}
