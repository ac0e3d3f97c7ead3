/**
 * A reader of structured fields (RFC 9651), as much as a List of Strings with Integers for
 * parameters needs; written from the grammar, apart from the code that it checks.
 */
export interface Item {
  /** The String. */
  readonly value: string;
  /** Integers by name, in order. */
  readonly parameters: Readonly<Record<string, number>>;
}

/** Reads a List; anything else throws. */
export function readList(text: string): Item[] {
  const reader = new Reader(text);
  const items: Item[] = [];
  for (;;) {
    items.push(reader.item());
    if (reader.isAtEnd) return items;
    reader.expect(/ *, */y);
  }
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  item(): Item {
    const [, quoted] = this.expect(/"((?:[ !#-[\]-~]|\\["\\])*)"/y);
    const parameters: Record<string, number> = {};
    while (this.#text[this.#at] === ";") {
      const [, name, value] = this.expect(/; *([a-z*][a-z0-9_\-.*]*)=(-?\d{1,15})(?![\d.])/y);
      if (Object.hasOwn(parameters, name)) throw new Error(`${name} comes twice`);
      parameters[name] = Number(value);
    }
    return { value: quoted.replaceAll(/\\(.)/g, "$1"), parameters };
  }

  expect(pattern: RegExp): RegExpExecArray {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) throw new Error(`${this.#text} is no List at ${this.#at}`);
    this.#at = pattern.lastIndex;
    return match;
  }
}
