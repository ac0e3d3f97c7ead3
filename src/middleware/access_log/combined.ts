import { CLIENT_CLOSED_REQUEST, type LineFormat, type LogEntry } from "./entry.ts";
import { escapeQuoted, escapeWord, LONGEST_VALUE } from "./escape.ts";
import type { LineBuffer } from "./line_buffer.ts";

const MILLION = 1_000_000;

/**
 * The Combined Log Format, then the duration in seconds, then `aborted` where it was.
 *
 * Programs that read the format ignore what stands behind it.
 */
export class CombinedFormat implements LineFormat {
  #second = NaN;
  #date = "";
  #last: LogEntry | undefined;
  #lastDate = "";
  #start = "";

  /** See `LineFormat`. */
  append(entry: LogEntry, lines: LineBuffer): void {
    lines.appendAgain(this.#startOf(entry));
    const microseconds = Math.max(0, Math.round(entry.duration * 1000));
    if (microseconds < MILLION && !entry.aborted) lines.appendOctets(endOf(microseconds));
    else lines.append(`${seconds(microseconds)}${entry.aborted ? " aborted" : ""}\n`);
  }

  /** A comment: programs that read the format leave it out. */
  notice(dropped: number, time: number): string {
    return `# [${this.#dateAt(time)}] ${dropped} lines were dropped\n`;
  }

  /** All but the duration, which is the same for requests that are repeated within a second. */
  #startOf(entry: LogEntry): string {
    const last = this.#last;
    const date = this.#dateAt(entry.time);
    if (last === undefined || date !== this.#lastDate || !isRepeated(entry, last)) {
      this.#start = startOf(entry, date);
      this.#last = entry;
      this.#lastDate = date;
    }
    return this.#start;
  }

  /** `24/Nov/2026:17:00:00 +0000`, made once a second. */
  #dateAt(time: number): string {
    const second = Math.floor(time / 1000);
    if (second !== this.#second) {
      this.#second = second;
      const [, day, month, year, clock] = new Date(time).toUTCString().split(" ");
      this.#date = `${day}/${month}/${year}:${clock} +0000`;
    }
    return this.#date;
  }
}

function isRepeated(entry: LogEntry, last: LogEntry): boolean {
  return entry.status === last.status && entry.contentOctets === last.contentOctets &&
    entry.minorVersion === last.minorVersion && entry.method === last.method &&
    entry.target === last.target && entry.client === last.client &&
    entry.userAgent === last.userAgent && entry.referer === last.referer;
}

function startOf(entry: LogEntry, date: string): string {
  const { method, target, minorVersion, status } = entry;
  return `${clientWord(entry.client)} - - [${date}] ` +
    `"${escapeWord(method)} ${escapeWord(target, LONGEST_VALUE)} HTTP/1.${minorVersion}" ` +
    `${status || CLIENT_CLOSED_REQUEST} ${entry.contentOctets} ` +
    `"${quoted(entry.referer)}" "${quoted(entry.userAgent)}" `;
}

/** What begins with `#` would be a comment. */
function clientWord(client: string): string {
  return escapeWord(client).replace(/^#/, "\\x23") || "-";
}

/** Microseconds as seconds with six digits; `toFixed` takes as long as the rest of the line. */
function seconds(microseconds: number): string {
  const fraction = String(MILLION + microseconds % MILLION).slice(1);
  return `${Math.floor(microseconds / MILLION)}.${fraction}`;
}

/** The end of most lines: less than a second, and LF. Its digits are written anew for each. */
const END = new TextEncoder().encode("0.000000\n");
const FIRST_DIGIT = 2;
const LAST_DIGIT = 7;

const ZERO = 0x30;

/** The same as text would have, without text. */
function endOf(microseconds: number): Uint8Array {
  // Said to be of 32 bits, since division takes longer for other numbers.
  let rest = microseconds | 0;
  for (let i = LAST_DIGIT; i >= FIRST_DIGIT; i--) {
    const tens = rest / 10 | 0;
    END[i] = ZERO + rest - 10 * tens;
    rest = tens;
  }
  return END;
}

function quoted(value: string | null): string {
  return value ? escapeQuoted(value) : "-";
}
