import type { Address, ExchangeLimits, Handler } from "../handler.ts";
import type { Limits } from "../protocol/limits.ts";
import type { RequestHeadParser } from "../protocol/request_head.ts";
import type { ErrorHandler } from "./error_response.ts";
import type { ResponseReader } from "../web/platform_response.ts";
import type { AnswerCache } from "./answer_cache.ts";
import type { OverloadReason } from "../protocol/refusals.ts";
import type { RefusalReason } from "./refusals.ts";
import type { Counters } from "./stats.ts";
import type { Timeouts } from "./timeouts.ts";
import type { WriterPool } from "./writer_pool.ts";

/** What all connections of a server share. */
export interface ConnectionHost {
  /** Bounds. */
  readonly limits: Limits;
  /** The bounds that routes may change. */
  readonly exchangeLimits: ExchangeLimits;
  /** Times. */
  readonly timeouts: Timeouts;
  /** Whether a half-close leaves the request's `signal` alone. */
  readonly quietHalfClose: boolean;
  /** Answers requests. */
  readonly handler: Handler;
  /** Answers errors. */
  readonly onError: ErrorHandler;
  /** What is counted. */
  readonly counters: Counters;
  /** Output buffers. */
  readonly writers: WriterPool;
  /** Reads the request heads that come whole. */
  readonly wholeHeads: RequestHeadParser;
  /** Reads platform responses without their streams, where that can be done. */
  readonly responses: ResponseReader | undefined;
  /** Answers that were made before. */
  readonly answers: AnswerCache;
  /** The `Date` line of now, with its CRLF. */
  readonly dateLine: string;
  /** Whether the server shuts down: answers close their connections. */
  readonly isDraining: boolean;
  /** Why a request is turned away before its handler is called, where there is too much to do. */
  readonly overload: OverloadReason | undefined;
  /** Counts a refusal, and tells whoever wants to know. */
  refused(reason: RefusalReason, address: Address): void;
}
