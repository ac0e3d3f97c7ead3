import type { LineFormat, LogEntry } from "./entry.ts";
import { asciiJson, decodeOctets, shorten } from "./escape.ts";
import type { LineBuffer } from "./line_buffer.ts";

/** One JSON object a line, in ASCII. */
export class JsonFormat implements LineFormat {
  #millisecond = NaN;
  #text = "";

  /** See `LineFormat`. */
  append(entry: LogEntry, lines: LineBuffer): void {
    const own = membersOf(entry, this.#timeAt(entry.time));
    // The log's own members come first, and win.
    const members = entry.fields === undefined ? own : { ...own, ...entry.fields, ...own };
    lines.append(`${asciiJson(members)}\n`);
  }

  /** An object of other members. */
  notice(dropped: number, time: number): string {
    return `${asciiJson({ time: this.#timeAt(time), dropped })}\n`;
  }

  /** Made once a millisecond. */
  #timeAt(millisecond: number): string {
    if (millisecond !== this.#millisecond) {
      this.#millisecond = millisecond;
      this.#text = new Date(millisecond).toISOString();
    }
    return this.#text;
  }
}

function membersOf(entry: LogEntry, time: string) {
  const { referer, userAgent } = entry;
  return {
    time,
    client: shorten(entry.client),
    method: shorten(entry.method),
    target: shorten(entry.target),
    version: `1.${entry.minorVersion}`,
    status: entry.status || null,
    contentOctets: entry.contentOctets,
    receivedOctets: entry.receivedOctets,
    duration: Math.round(entry.duration * 1000) / 1e6,
    route: entry.route ?? null,
    referer: referer === null ? null : decodeOctets(referer),
    userAgent: userAgent === null ? null : decodeOctets(userAgent),
    aborted: entry.aborted,
  };
}
