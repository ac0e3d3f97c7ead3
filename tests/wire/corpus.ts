import { readdirSync, readFileSync } from "node:fs";

/** One conversation of the corpus: what a client sends, and what must come of it. */
export interface Conversation {
  /** Name of the file. */
  readonly file: string;
  /** Heading: what is shown, and the section that it obeys. */
  readonly title: string;
  /** What the client sends. */
  readonly octets: Uint8Array<ArrayBuffer>;
  /** What the exchange reports. */
  readonly events: readonly string[];
  /** What the server answers, where that does not follow from the events. */
  readonly answers: readonly string[] | undefined;
}

type Blocks = Record<string, readonly string[]>;

const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|\{(\d+)\*([^}]+)\}|(.))/g;

const ESCAPED: Readonly<Record<string, string>> = {
  "\\": "\\",
  n: "\n",
  r: "\r",
  t: "\t",
};

/** Reads every conversation of every file beside this one. */
export function readCorpus(): Conversation[] {
  const folder = new URL("./", import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith(".md") && name !== "README.md");
  return files.sort().flatMap((name) =>
    readConversations(name, readFileSync(new URL(name, folder), "utf8"))
  );
}

/** Reads the conversations of one file's text. */
export function readConversations(file: string, markdown: string): Conversation[] {
  return markdown.split(/^## /m).slice(1).map((section) => {
    const title = section.slice(0, section.indexOf("\n")).trim();
    const { http, events, answers } = readBlocks(section);
    if (http === undefined || events === undefined) {
      throw new Error(`${file}: "${title}" needs an http block and an events block`);
    }
    const octets = Uint8Array.from(wireText(http), (character) => character.charCodeAt(0));
    return { file, title, octets, events: events.map(unescape), answers };
  });
}

/**
 * What an `http` block stands for: every line ends in CRLF, unless it ends in a backslash.
 *
 * An empty line follows the last one, unless that ends in a backslash: formatters would drop it.
 */
function wireText(lines: readonly string[]): string {
  const isOpen = (line: string) => /(?:^|[^\\])(?:\\\\)*\\$/.test(line);
  const text = lines.map((line) =>
    isOpen(line) ? unescape(line.slice(0, -1)) : `${unescape(line)}\r\n`
  ).join("");
  return isOpen(lines[lines.length - 1]) ? text : `${text}\r\n`;
}

function unescape(text: string): string {
  return text.replace(ESCAPE, (escape, hex, times, repeated, character) => {
    if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16));
    if (times !== undefined) return unescape(repeated).repeat(Number(times));
    if (ESCAPED[character] === undefined) throw new Error(`Unknown escape ${escape}`);
    return ESCAPED[character];
  });
}

function readBlocks(section: string): Blocks {
  const blocks: Record<string, string[]> = {};
  let block: string[] | undefined;
  for (const line of section.split("\n")) {
    const fence = /^```(\w*)$/.exec(line);
    if (fence === null) block?.push(line);
    else if (block !== undefined) block = undefined;
    else block = blocks[fence[1]] = [];
  }
  return blocks;
}
