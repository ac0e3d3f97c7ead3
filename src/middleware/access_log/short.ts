import type { LineFormat, LogEntry } from "./entry.ts";
import { escapeWord, LONGEST_VALUE } from "./escape.ts";
import type { LineBuffer } from "./line_buffer.ts";

const DIM = "2";

/** Colours by the first digit of the status; that of no status is the first. */
const COLOURS = ["35", "35", "32", "36", "33", "31"];

/** A short line for people at a terminal. */
export class ShortFormat implements LineFormat {
  readonly #coloured: boolean;

  /** Makes lines with or without colours. */
  constructor(coloured: boolean) {
    this.#coloured = coloured;
  }

  /** See `LineFormat`. */
  append(entry: LogEntry, lines: LineBuffer): void {
    lines.append(this.#lineOf(entry));
  }

  /** A comment. */
  notice(dropped: number, time: number): string {
    return `${clockTime(time)} ${this.#paint(COLOURS[5], `${dropped} lines were dropped`)}\n`;
  }

  #lineOf(entry: LogEntry): string {
    const { status, aborted } = entry;
    const colour = aborted ? COLOURS[0] : COLOURS[Math.floor(status / 100)];
    const rest = `${readableTime(entry.duration)} ${readableSize(entry.contentOctets)}`;
    return `${this.#paint(DIM, clockTime(entry.time))} ` +
      `${this.#paint(colour, String(status || "---"))} ` +
      `${escapeWord(entry.method)} ${escapeWord(entry.target, LONGEST_VALUE)} ${
        this.#paint(DIM, rest)
      }` +
      `${aborted ? ` ${this.#paint(COLOURS[0], "aborted")}` : ""}\n`;
  }

  #paint(code: string, text: string): string {
    return this.#coloured ? `\x1b[${code}m${text}\x1b[0m` : text;
  }
}

function clockTime(time: number): string {
  return new Date(time).toISOString().slice(11, 19);
}

function readableTime(milliseconds: number): string {
  if (milliseconds < 1000) return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function readableSize(octets: number): string {
  if (octets < 1024) return `${octets} B`;
  const kib = octets / 1024;
  return kib < 1024 ? `${kib.toFixed(1)} KiB` : `${(kib / 1024).toFixed(1)} MiB`;
}
