import type { RefusalReason } from "./refusals.ts";

/** What a server has done, and is doing. */
export interface ServerStats {
  /** Connections. */
  readonly connections: {
    /** Open now. */
    readonly open: number;
    /** Open now, with no request under way. */
    readonly idle: number;
    /** Ever accepted, those turned away left out. */
    readonly accepted: number;
  };
  /** Refusals so far, by reason; a reason that never occurred is absent. */
  readonly refused: Readonly<Partial<Record<RefusalReason, number>>>;
  /** Requests. */
  readonly requests: {
    /** Heads ever read whole. */
    readonly total: number;
    /** Under way now. */
    readonly inFlight: number;
  };
  /** Octets. */
  readonly octets: {
    /** Ever received. */
    readonly in: number;
    /** Ever handed to the network. */
    readonly out: number;
  };
  /** Milliseconds by which the event loop ran late at the last tick of the server's timer. */
  readonly eventLoopDelay: number;
}

/** The counters that connections write to. */
export class Counters {
  /** Connections ever accepted. */
  accepted = 0;
  /** Heads ever read whole. */
  requests = 0;
  /** Requests under way. */
  inFlight = 0;
  /** Octets ever received. */
  octetsIn = 0;
  /** Octets that closed connections had sent. */
  octetsOut = 0;
  /** Refusals by reason. */
  readonly refused: Partial<Record<RefusalReason, number>> = {};

  /** Counts a refusal. */
  refuse(reason: RefusalReason): void {
    this.refused[reason] = (this.refused[reason] ?? 0) + 1;
  }
}
