/** Octets that a buffer has room for from the start, and keeps room for. */
const USUAL_SIZE = 32_768;

const encoder = new TextEncoder();

/** Up to so many characters a loop is faster than a call of the platform. */
const SHORT_TEXT = 64;

/**
 * Lines, as octets.
 *
 * Each is encoded when it comes: adding lines up as text, to encode them all at once, takes several
 * times as long. The octets of a beginning that comes again are kept.
 */
export class LineBuffer {
  /** Octets that it holds. */
  length = 0;
  /** Lines that it holds. */
  lines = 0;
  #octets = new Uint8Array(USUAL_SIZE);
  #start = "";
  #startOctets: Uint8Array | undefined;

  /** Adds a line, all of it ASCII, in two parts. */
  add(start: string, end: string): void {
    const length = this.length + start.length + end.length;
    if (length > this.#octets.length) this.#grow(length);
    if (start !== "") this.#addStart(start);
    this.#write(end);
    this.lines++;
  }

  #addStart(start: string): void {
    if (start !== this.#start) {
      this.#start = start;
      this.#startOctets = undefined;
      return this.#write(start);
    }
    const octets = this.#startOctets ??= encoder.encode(start);
    this.#octets.set(octets, this.length);
    this.length += octets.length;
  }

  #write(text: string): void {
    const { length } = text;
    if (length > SHORT_TEXT) {
      encoder.encodeInto(text, this.#octets.subarray(this.length));
    } else {
      for (let i = 0; i < length; i++) this.#octets[this.length + i] = text.charCodeAt(i);
    }
    this.length += length;
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
