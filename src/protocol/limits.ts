/** The least rate at which a client must send content, or take an answer. */
export interface MinRate {
  /**
   * Octets per second; 0 turns the check off. None at all is for `timeouts` to judge.
   *
   * @default {240}
   */
  readonly octetsPerSecond: number;
  /**
   * Milliseconds over which the rate is measured; nothing is ended sooner.
   *
   * @default {10_000}
   */
  readonly window: number;
}

/** Bounds on what clients may cost; sizes in octets. */
export interface Limits {
  /**
   * Octets in the request-target; beyond it, 414. RFC 9112 §3 recommends 8 000 or more.
   *
   * @default {8_192}
   */
  readonly requestTarget: number;
  /**
   * Octets in the header section; beyond it, 431.
   *
   * @default {32_768}
   */
  readonly headerSection: number;
  /**
   * Field lines in the header section, and in a trailer section; beyond it, 431.
   *
   * @default {100}
   */
  readonly headerFields: number;
  /**
   * Octets of content that a handler may read; beyond it, 413. A route may set another.
   *
   * @default {4_194_304}
   */
  readonly content: number;
  /**
   * Octets in a trailer section; beyond it, 431.
   *
   * @default {8_192}
   */
  readonly trailerSection: number;
  /**
   * Octets in the extensions of one chunk; beyond it, 400.
   *
   * @default {256}
   */
  readonly chunkExtension: number;
  /**
   * Octets of unread content that are read away to keep a connection; beyond it, it closes.
   *
   * @default {65_536}
   */
  readonly drain: number;
  /**
   * Open connections; one more is closed without a word.
   *
   * @default {10_000}
   */
  readonly connections: number;
  /**
   * Open connections of one client address; one more is closed without a word.
   *
   * @default {Infinity}
   */
  readonly connectionsPerAddress: number;
  /**
   * Requests on one connection; the last is answered with `Connection: close`.
   *
   * @default {Infinity}
   */
  readonly requestsPerConnection: number;
  /**
   * Requests under way; one more is answered 503 before its handler is called.
   *
   * @default {Infinity}
   */
  readonly queue: number;
  /**
   * Milliseconds by which the event loop may run late; while it runs later, every new request is
   * answered 503 before its handler is called.
   *
   * @default {Infinity}
   */
  readonly eventLoopDelay: number;
  /**
   * Seconds after which a client that `queue` or `eventLoopDelay` turned away is asked to come
   * again (`Retry-After`).
   *
   * @default {1}
   */
  readonly retryAfter: number;
  /** The least rate of content coming in, and of answers while octets wait for the client. */
  readonly minRate: MinRate;
}

/** The bounds that hold where none are given. */
export const DEFAULT_LIMITS: Limits = Object.freeze({
  requestTarget: 8_192,
  headerSection: 32_768,
  headerFields: 100,
  content: 4_194_304,
  trailerSection: 8_192,
  chunkExtension: 256,
  drain: 65_536,
  connections: 10_000,
  connectionsPerAddress: Infinity,
  requestsPerConnection: Infinity,
  queue: Infinity,
  eventLoopDelay: Infinity,
  retryAfter: 1,
  minRate: Object.freeze({ octetsPerSecond: 240, window: 10_000 }),
});
