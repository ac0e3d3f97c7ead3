/** Makes `Date` values, one for each second that it is asked about. */
export class DateField {
  #second = NaN;
  #value = "";

  /** The IMF-fixdate (RFC 9110 §5.6.7) of a time in milliseconds since the epoch. */
  at(time: number): string {
    const second = Math.floor(time / 1000);
    if (second !== this.#second) {
      this.#second = second;
      // What toUTCString is specified to give is an IMF-fixdate.
      this.#value = new Date(second * 1000).toUTCString();
    }
    return this.#value;
  }
}
