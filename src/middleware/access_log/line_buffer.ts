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
  /** Where the last whole line ends. */
  #end = 0;
  #start = "";
  #startOctets: Uint8Array | undefined;

  /** Appends text, all of it ASCII. */
  append(text: string): void {
    const { length } = text;
    this.#reserve(length);
    if (length > SHORT_TEXT) {
      encoder.encodeInto(text, this.#octets.subarray(this.length));
    } else {
      for (let i = 0; i < length; i++) this.#octets[this.length + i] = text.charCodeAt(i);
    }
    this.length += length;
  }

  /** Appends text that is likely to have been the last that this was called with. */
  appendAgain(text: string): void {
    if (text !== this.#start) {
      this.#start = text;
      this.#startOctets = undefined;
      return this.append(text);
    }
    const octets = this.#startOctets ??= encoder.encode(text);
    this.#reserve(octets.length);
    this.#octets.set(octets, this.length);
    this.length += octets.length;
  }

  /** Appends a few octets, which are copied. */
  appendOctets(own: Uint8Array): void {
    this.#reserve(own.length);
    for (let i = 0; i < own.length; i++) this.#octets[this.length + i] = own[i];
    this.length += own.length;
  }

  /** What was appended is a whole line. */
  endLine(): void {
    this.lines++;
    this.#end = this.length;
  }

  /** Takes back what was appended behind the last whole line. */
  undo(): void {
    this.length = this.#end;
  }

  /** Gives what it holds to the caller, and holds nothing. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#octets.slice(0, this.length);
    this.length = 0;
    this.lines = 0;
    this.#end = 0;
    if (this.#octets.length > USUAL_SIZE) this.#octets = new Uint8Array(USUAL_SIZE);
    return taken;
  }

  #reserve(octets: number): void {
    if (this.length + octets > this.#octets.length) this.#grow(this.length + octets);
  }

  #grow(size: number): void {
    const larger = new Uint8Array(Math.max(size, 2 * this.#octets.length));
    larger.set(this.#octets.subarray(0, this.length));
    this.#octets = larger;
  }
}
