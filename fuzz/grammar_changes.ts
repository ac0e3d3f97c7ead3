import type { Random } from "../tests/transport/random.ts";
import { FRAGMENTS } from "../tests/property/fragments.ts";

/** Changes a text of one character for each octet; `other` lends its lines. */
export type GrammarChange = (wire: string, random: Random, other: string) => string;

/** What a number may be dressed up with so that parsers disagree about it. */
const DRESSES: readonly (readonly [before: string, behind: string])[] = [
  ["+", ""],
  ["-", ""],
  ["0", ""],
  ["0x", ""],
  [" ", ""],
  ["", " "],
  ["\t", ""],
  ["", ".0"],
  ["", "e1"],
  ["", ", 1"],
  ["", "_0"],
  ["0".repeat(12), ""],
  ["", "0".repeat(16)],
];

/** Octets that end, fold or break a line. */
const BREAKERS = ["\r", "\n", "\0", "\t", " ", "\r\n", "\x0b", "\x0c", "\x85"];

/** What is nearly a coding list. */
const CODINGS = ["chunked", "gzip", "identity", "x-chunked", "chunked;a=b", "", '"chunked"'];

/** A number of a length or a chunk size, wherever it stands. */
const LENGTH = /(?<=:[\t ]*|, *)[0-9]+(?=\r\n|,)/g;
const CHUNK_SIZE = /(?<=\r\n)[0-9A-Fa-f]+(?=[;\r])/g;
const FIELD_VALUE = /(?<=^[!-9;-~]+:)[\t -~\x80-\xff]*(?=\r\n)/gm;
const WORD = /[A-Za-z]{2,}/g;

/** Changes that know what a message is made of. */
export const GRAMMAR_CHANGES: Readonly<Record<string, GrammarChange>> = {
  duplicateLine: (wire, random) =>
    withLines(wire, (lines) => {
      const at = random.below(lines.length);
      return lines.toSpliced(at, 0, lines[at]);
    }),
  dropLine: (wire, random) =>
    withLines(wire, (lines) => lines.toSpliced(random.below(lines.length), 1)),
  swapLines: (wire, random) =>
    withLines(wire, (lines) => {
      const [a, b] = [random.below(lines.length), random.below(lines.length)];
      return lines.with(a, lines[b]).with(b, lines[a]);
    }),
  lendLine: (wire, random, other) =>
    withLines(wire, (lines) => {
      const lent = random.one(linesOf(other));
      return lines.toSpliced(random.below(lines.length + 1), 0, lent);
    }),
  endLineOtherwise: (wire, random) => replaceOne(wire, /\r\n/g, random, () => random.one(BREAKERS)),
  breakLine: (wire, random) => insert(wire, random, random.one(BREAKERS)),
  foldLine: (wire, random) => insert(wire, random, random.one(["\r\n ", "\r\n\t", "\n "])),
  changeDigit: (wire, random) => replaceOne(wire, /[0-9]/g, random, () => `${random.below(10)}`),
  dressNumber: (wire, random) =>
    replaceOne(wire, random.one([LENGTH, CHUNK_SIZE]), random, (number) => {
      const [before, behind] = random.one(DRESSES);
      return before + number + behind;
    }),
  changeLength: (wire, random) =>
    replaceOne(wire, LENGTH, random, (length) => neighbour(Number(length), random).toString()),
  changeChunkSize: (wire, random) =>
    replaceOne(
      wire,
      CHUNK_SIZE,
      random,
      (size) => neighbour(parseInt(size, 16), random).toString(16),
    ),
  repeatValue: (wire, random) =>
    replaceOne(wire, FIELD_VALUE, random, (value) => `${value},${value}`),
  reverseValue: (wire, random) =>
    replaceOne(wire, FIELD_VALUE, random, (value) => value.split(",").reverse().join(",")),
  changeCoding: (wire, random) =>
    replaceOne(wire, /chunked/g, random, (coding) => {
      const more = random.one(CODINGS);
      return random.one([more, `${coding}, ${more}`, `${more}, ${coding}`, `${more},${coding}`]);
    }),
  changeCase: (wire, random) =>
    replaceOne(wire, WORD, random, (word) => {
      const upper = word.toUpperCase();
      return word === upper ? word.toLowerCase() : upper;
    }),
  insertFragment: (wire, random) => insert(wire, random, random.one(FRAGMENTS)),
  replaceByFragment: (wire, random) => {
    const at = random.below(wire.length + 1);
    const fragment = random.one(FRAGMENTS);
    return wire.slice(0, at) + fragment + wire.slice(at + fragment.length);
  },
  putBehind: (wire, _random, other) => wire + other,
  putInFront: (wire, _random, other) => other + wire,
  putInside: (wire, random, other) => insert(wire, random, other),
  cut: (wire, random) => wire.slice(0, random.below(wire.length + 1)),
  splice: (wire, random, other) => {
    const [lines, others] = [linesOf(wire), linesOf(other)];
    const begun = lines.slice(0, random.below(lines.length + 1));
    return [...begun, ...others.slice(random.below(others.length))].join("");
  },
};

/** A number not far from another, or a power of two. */
function neighbour(number: number, random: Random): number {
  const near = [number - 1, number + 1, number * 2, 0, 1, 2 ** random.below(54)];
  return Math.max(0, random.one(near));
}

function withLines(wire: string, change: (lines: string[]) => string[]): string {
  return change(linesOf(wire)).join("");
}

/** Lines with their ends; what follows the last LF is one, too. */
function linesOf(wire: string): string[] {
  return wire.split(/(?<=\n)/);
}

function insert(wire: string, random: Random, text: string): string {
  const at = random.below(wire.length + 1);
  return wire.slice(0, at) + text + wire.slice(at);
}

/** Replaces one of all places where a pattern matches; the text stays as it is where none does. */
function replaceOne(
  wire: string,
  pattern: RegExp,
  random: Random,
  replacement: (found: string) => string,
): string {
  const places = [...wire.matchAll(pattern)];
  if (places.length === 0) return wire;
  const { 0: found, index } = random.one(places);
  return wire.slice(0, index) + replacement(found) + wire.slice(index + found.length);
}
