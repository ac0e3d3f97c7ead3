import { outline, type Transcript } from "../protocol/transcript.ts";
import { readMessages } from "./reference_reader.ts";

/** What an exchange told that framing decides: a refusal is one, whatever its reason. */
export function framingOutline(transcript: Transcript): string[] {
  return outline(transcript).map((line) => line.replace(/^refused .*$/s, "refused"));
}

/** The same of the plain reader. */
export function referenceOutline(wire: string): string[] {
  const { messages, outcome } = readMessages(wire);
  const lines = messages.flatMap(({ method, target, content, trailers }) => [
    `${method} ${target}`,
    ...(content === "" ? [] : [`content ${content}`]),
    ...(trailers === undefined ? [] : [...trailers.map((line) => `trailer ${line}`), "end"]),
  ]);
  return outcome === "done" ? lines : [...lines, outcome];
}
