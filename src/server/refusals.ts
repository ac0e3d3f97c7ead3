import { PROTOCOL_REFUSALS, type ProtocolErrorReason, type Refusal } from "../protocol/refusals.ts";

/** Why a connection is ended without an answer; stable, to label counters with. */
export type CutReason =
  | "too-many-connections"
  | "too-many-connections-from-address"
  | "answer-timeout"
  | "answer-too-slow";

/** Why a client was turned away, or its connection was cut; stable, to label counters with. */
export type RefusalReason = ProtocolErrorReason | CutReason;

/** Every reason there is, what it means, and what it is answered with. */
export const REFUSALS: Readonly<Record<RefusalReason, Refusal>> = {
  ...PROTOCOL_REFUSALS,
  "answer-timeout": cut("§9.5", "took nothing of its answer for `timeouts.write`"),
  "answer-too-slow": cut("§9.5", "took its answer slower than `limits.minRate`"),
  "too-many-connections": cut("§9.4", "came when `limits.connections` were open"),
  "too-many-connections-from-address": cut(
    "§9.4",
    "came when `limits.connectionsPerAddress` were open",
  ),
};

function cut(section: string, cause: string): Refusal {
  return { status: undefined, source: `RFC 9112 ${section}`, cause };
}
