import { type FieldName, type OwnField, writeLineEnd, writeOctets } from "../../own_fields.ts";

/** Ids for which random octets are drawn at once: a call of the platform costs as much as ten ids. */
const BATCH = 128;

/** Whole numbers of 32 bits in an id. */
const PARTS = 4;

/** Characters of an id: 32 digits, and four hyphens. */
const LENGTH = 36;

const HYPHEN = 0x2d;

/** The digits, as octets. */
const DIGITS = Uint8Array.from("0123456789abcdef", (digit) => digit.charCodeAt(0));

const decoder = new TextDecoder();
const scratch = new Uint8Array(LENGTH);

/** Makes random ids for a field. */
export class RandomIds {
  readonly #name: FieldName;
  readonly #random = new Int32Array(BATCH * PARTS);
  #used = BATCH * PARTS;

  /** Makes ids for the field of this name. */
  constructor(name: FieldName) {
    this.#name = name;
  }

  /** A new id. */
  next(): RandomId {
    const random = this.#random;
    if (this.#used === random.length) {
      crypto.getRandomValues(random);
      this.#used = 0;
    }
    const start = this.#used;
    this.#used = start + PARTS;
    return new RandomId(this.#name, random, start);
  }
}

/** A UUID of version 4 (RFC 9562 §5.4), 122 bits of it random; text where somebody asks for it. */
class RandomId implements OwnField {
  readonly #name: FieldName;
  readonly #first: number;
  readonly #second: number;
  readonly #third: number;
  readonly #fourth: number;

  constructor(name: FieldName, random: Int32Array, start: number) {
    this.#name = name;
    this.#first = random[start];
    this.#second = random[start + 1] & 0xffff_0fff | 0x4000;
    this.#third = random[start + 2] & 0x3fff_ffff | 0x8000_0000;
    this.#fourth = random[start + 3];
  }

  /** See `OwnField`. */
  get name(): string {
    return this.#name.text;
  }

  /** See `OwnField`. */
  get value(): string {
    this.#write(scratch, 0);
    return decoder.decode(scratch);
  }

  /** See `OwnField`. */
  get most(): number {
    return this.#name.octets.length + LENGTH + 2;
  }

  /** See `OwnField`. */
  write(octets: Uint8Array, offset: number): number {
    return writeLineEnd(
      octets,
      this.#write(octets, writeOctets(octets, offset, this.#name.octets)),
    );
  }

  #write(octets: Uint8Array, offset: number): number {
    let end = writeDigits(octets, offset, this.#first, 8);
    octets[end] = HYPHEN;
    end = writeDigits(octets, end + 1, this.#second >>> 16, 4);
    octets[end] = HYPHEN;
    end = writeDigits(octets, end + 1, this.#second, 4);
    octets[end] = HYPHEN;
    end = writeDigits(octets, end + 1, this.#third >>> 16, 4);
    octets[end] = HYPHEN;
    end = writeDigits(octets, end + 1, this.#third, 4);
    return writeDigits(octets, end, this.#fourth, 8);
  }
}

/** Writes the last digits of a number, four bits each. */
function writeDigits(octets: Uint8Array, offset: number, value: number, digits: number): number {
  for (let i = 0, shift = 4 * (digits - 1); i < digits; i++, shift -= 4) {
    octets[offset + i] = DIGITS[value >>> shift & 15];
  }
  return offset + digits;
}
