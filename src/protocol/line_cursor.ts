import { indexOfOctet, LF } from "./octets.ts";

/**
 * Follows the lines of a section while its octets arrive.
 *
 * A line is judged once its LF is there, so that the same octets get the same verdict however they
 * were divided; an octet is searched for that LF only once, so that a client that sends one octet
 * at a time costs no more than one that sends all at once.
 */
export class LineCursor {
  /** Where the current line begins. */
  line = 0;
  #searched = 0;

  /** Goes to a line that was not looked at yet. */
  moveTo(line: number): void {
    this.line = line;
    this.#searched = line;
  }

  /** Whether the line is worth reading: it was never tried, or its LF has come since. */
  isReady(bytes: Uint8Array, end: number): boolean {
    if (this.#searched === this.line) return end > this.line;
    if (indexOfOctet(bytes, LF, this.#searched, end) !== undefined) return true;
    this.#searched = end;
    return false;
  }

  /** Notes that the line has no LF before `end`. */
  await(end: number): void {
    this.#searched = end;
  }

  /** Whether the current line is whole before `end`: only then may it be judged. */
  isWhole(bytes: Uint8Array, end: number): boolean {
    return indexOfOctet(bytes, LF, this.line, end) !== undefined;
  }
}
