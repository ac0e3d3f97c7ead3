/** How long the server waits; all in milliseconds, `Infinity` to wait for ever. */
export interface Timeouts {
  /**
   * For a request head, from its first octet (408), and for the first octet of a connection, which
   * is closed without a word.
   *
   * @default {10_000}
   */
  readonly requestHead: number;
  /**
   * For more of a content that a handler waits for (408).
   *
   * @default {30_000}
   */
  readonly requestContent: number;
  /**
   * For the next request on a connection; it is closed without a word.
   *
   * @default {65_000}
   */
  readonly idle: number;
  /**
   * For a client to take some of what waits for it; the connection is cut.
   *
   * @default {30_000}
   */
  readonly write: number;
  /**
   * For a handler's response (503, and the request's `signal` aborts).
   *
   * @default {Infinity}
   */
  readonly handler: number;
  /**
   * For unread content to be read away, and for a client to take note that a connection closes.
   *
   * @default {1_000}
   */
  readonly drain: number;
  /**
   * For the exchanges under way when the server shuts down; their connections are cut.
   *
   * @default {10_000}
   */
  readonly shutdown: number;
}

/** The times that hold where none are given. */
export const DEFAULT_TIMEOUTS: Timeouts = Object.freeze({
  requestHead: 10_000,
  requestContent: 30_000,
  idle: 65_000,
  write: 30_000,
  handler: Infinity,
  drain: 1_000,
  shutdown: 10_000,
});
