import type { LineBuffer } from "./line_buffer.ts";

/** What a line of the log is made of. */
export interface LogEntry {
  /** Milliseconds since the epoch when the request came. */
  readonly time: number;
  /** Who sent it; an IP address, unless `client` says otherwise. */
  readonly client: string;
  /** Method of the request. */
  readonly method: string;
  /** Path and query of the request. */
  readonly target: string;
  /** Minor version of the request: 0 for HTTP/1.0. */
  readonly minorVersion: number;
  /** Status that was sent; 0 where there was none. */
  readonly status: number;
  /** Octets of content that were sent. */
  readonly contentOctets: number;
  /** Octets of content that were read from the request. */
  readonly receivedOctets: number;
  /** Milliseconds until the network had the answer, or until it was given up. */
  readonly duration: number;
  /** Where the client says it comes from, one character for each octet. */
  readonly referer: string | null;
  /** What the client says it is, one character for each octet. */
  readonly userAgent: string | null;
  /** Pattern of the route; `undefined` where none matched. */
  readonly route: string | undefined;
  /** Whether the answer was not sent, or not whole. */
  readonly aborted: boolean;
  /** What the program adds. */
  readonly fields: LogFields | undefined;
}

/** Members that a program adds to lines of JSON, by name. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** How entries become lines; all that it gives is ASCII, with one LF at its end and no other. */
export interface LineFormat {
  /** Appends the line of an entry. */
  append(entry: LogEntry, lines: LineBuffer): void;
  /** Makes the line that tells of others which are missing. */
  notice(dropped: number, time: number): string;
}

/** What is logged of a request that got no answer: it is what others log then. */
export const CLIENT_CLOSED_REQUEST = 499;
