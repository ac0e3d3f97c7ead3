const encoder = new TextEncoder();

/** Up to so many characters a loop is faster than a call of the platform. */
const SHORT_TEXT = 64;

/**
 * Appends octets to a buffer of fixed size.
 *
 * Whoever appends asks for `room` first; what does not fit is a mistake of the caller.
 */
export class OctetWriter {
  /** The buffer. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Octets appended so far. */
  length = 0;
  #view: Uint8Array<ArrayBuffer>;

  /** Writes to a buffer from its start. */
  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.bytes = bytes;
    this.#view = bytes;
  }

  /** The octets appended so far, in place; made anew only where their number has changed. */
  get octets(): Uint8Array<ArrayBuffer> {
    if (this.#view.length !== this.length) this.#view = this.bytes.subarray(0, this.length);
    return this.#view;
  }

  /** Octets that still fit. */
  get room(): number {
    return this.bytes.length - this.length;
  }

  /** Appends text as UTF-8; returns how many octets it took, or `undefined` where it did not fit. */
  appendText(text: string): number | undefined {
    const free = this.length === 0 ? this.bytes : this.bytes.subarray(this.length);
    const { read, written } = encoder.encodeInto(text, free);
    if (read !== text.length) return undefined;
    this.length += written;
    return written;
  }

  /** Appends text where it is ASCII and fits; else nothing of it counts, and says so. */
  appendAscii(text: string): boolean {
    if (text.length > this.room) return false;
    if (text.length > SHORT_TEXT) return this.#appendLongAscii(text);
    const { bytes, length } = this;
    for (let i = 0; i < text.length; i++) {
      const octet = text.charCodeAt(i);
      if (octet >= 0x80) return false;
      bytes[length + i] = octet;
    }
    this.length += text.length;
    return true;
  }

  #appendLongAscii(text: string): boolean {
    const start = this.length;
    if (this.appendText(text) === text.length) return true;
    this.length = start;
    return false;
  }

  /** Appends text whose characters are octets, as field values are. */
  appendOctetText(text: string): void {
    for (let i = 0; i < text.length; i++) this.bytes[this.length++] = text.charCodeAt(i);
  }

  /** Appends octets. */
  appendOctets(octets: Uint8Array): void {
    this.bytes.set(octets, this.length);
    this.length += octets.length;
  }
}
