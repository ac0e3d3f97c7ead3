import { exchangeEvents } from "../tests/wire/exchange_events.ts";
import type { Find, Progress } from "./fuzzer.ts";
import { escapeOctets, wireBlock } from "./wire_block.ts";

/** One line on how far a target's fuzzer has come in so many milliseconds. */
export function progressLine(name: string, progress: Progress, milliseconds: number): string {
  const { executions, blocks, corpus } = progress;
  const rate = Math.round(executions / Math.max(1, milliseconds) * 1_000);
  return [
    name.padEnd(10),
    `${number(executions)} executions`.padStart(22),
    `${number(rate)}/s`.padStart(10),
    `${number(blocks)} blocks`.padStart(13),
    `corpus ${number(corpus)}`.padStart(14),
  ].join("");
}

/**
 * A find as a section of the wire corpus: what broke, the octets, and the events that the exchange
 * reports of them today, which may be what is wrong.
 */
export function findSection(target: string, { octets, error }: Find, law: string): string {
  const events = describeEvents(octets).map(escapeOctets);
  return [
    `## ${escapeOctets(law)} (target ${target})`,
    ["```http", wireBlock(octets), "```"].join("\n"),
    ["```events", ...events, "```"].join("\n"),
    ["```text", detailOf(error), "```"].join("\n"),
  ].join("\n\n") + "\n";
}

function describeEvents(octets: Uint8Array): string[] {
  try {
    return exchangeEvents([octets]);
  } catch (error) {
    return [`threw ${error}`];
  }
}

function detailOf(error: unknown): string {
  const text = error instanceof Error ? error.stack ?? error.message : String(error);
  return text.replaceAll(/[^\n -~]/g, escapeOctets);
}

function number(value: number): string {
  return value.toLocaleString("en");
}
