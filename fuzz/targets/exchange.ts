import { textOf } from "../../src/protocol/octets.ts";
import { framingOutline, referenceOutline } from "../../tests/property/framing_outline.ts";
import { mayHoldPunycode } from "../../tests/property/reference_reader.ts";
import { transcribe, type Transcript } from "../../tests/protocol/transcript.ts";
import { demandSame } from "../law.ts";
import type { Target } from "../target.ts";
import { divideByHash, oneByOne } from "./division.ts";
import { MAX_WIRE, wireSeeds } from "./wire_seeds.ts";

/** The receiving half of a connection: total, split-proof, and of one mind with a plain reader. */
export const exchange: Target = {
  name: "exchange",
  seeds: wireSeeds,
  maxLength: MAX_WIRE,
  run(octets) {
    const whole = transcribe([octets]);
    demandSame(transcribe(divideByHash(octets)), whole, "exchange: divided octets tell the same");
    demandSame(transcribe(oneByOne(octets)), whole, "exchange: single octets tell the same");
    const wire = textOf(octets, 0, octets.length);
    if (!mayHoldPunycode(wire)) {
      demandSame(
        framingOutline(whole),
        referenceOutline(wire),
        "exchange: framing is what a plain reader reads",
      );
    }
    return shapeOf(whole);
  },
};

/** What kinds of events there were, the first few of them. */
function shapeOf(transcript: Transcript): string {
  return transcript.slice(0, 8).map((entry) => {
    if (entry.event === "refused") return entry.reason;
    if (entry.event !== "head") return entry.event;
    const framing = entry.framing.replace(/ .*/, "");
    return [entry.form, framing, entry.minorVersion, entry.expectation, entry.persistent].join();
  }).join(" ");
}
