import { ChunkedDecoder } from "../../src/protocol/chunked_decoder.ts";
import type { ContentDecoder } from "../../src/protocol/content_decoder.ts";
import { ProtocolError } from "../../src/protocol/errors.ts";
import { DEFAULT_LIMITS } from "../../src/protocol/limits.ts";
import { octetsOf, textOf } from "../../src/protocol/octets.ts";
import { readChunked } from "../../tests/property/reference_reader.ts";
import { demand, demandSame } from "../law.ts";
import type { Target } from "../target.ts";
import { divideByHash, hashOf, oneByOne } from "./division.ts";
import { MAX_WIRE } from "./wire_seeds.ts";

const SEEDS = [
  "0\r\n\r\n",
  "3\r\nabc\r\n0\r\n\r\n",
  "a\r\n0123456789\r\n5\r\nabcde\r\n0\r\n\r\n",
  '3;a=b;c="d\\"e";f\r\nabc\r\n0;last\r\nx: y\r\nz:\r\n\r\n',
  "00003\r\nabc\r\nF\r\n0\r\n\r\n0\r\n\r\n0\r\n\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n",
];

/** What a decoder made of octets. */
interface Decoding {
  readonly content: string;
  readonly outcome: string;
  /** Octets used up, trailer section included; only known at the end. */
  readonly used: number | undefined;
}

/** The decoder of the chunked transfer coding. */
export const chunked: Target = chunkedTarget("chunked", () => new ChunkedDecoder(DEFAULT_LIMITS));

/** Laws of the chunked transfer coding, for any decoder of it. */
export function chunkedTarget(name: string, makeDecoder: () => ContentDecoder): Target {
  return {
    name,
    seeds: () => SEEDS.map(octetsOf),
    maxLength: MAX_WIRE / 2,
    run(octets) {
      const whole = decode(makeDecoder(), [octets]);
      for (const pieces of [divideByHash(octets), oneByOne(octets)]) {
        demandSame(decode(makeDecoder(), pieces), whole, `${name}: divided octets decode alike`);
      }
      const elsewhere = [shifted(octets, hashOf(octets) % 7)];
      demandSame(decode(makeDecoder(), elsewhere), whole, `${name}: octets decode alike anywhere`);
      demandSame(inShort(whole), reference(octets), `${name}: decodes what a plain reader reads`);
      return whole.outcome;
    },
  };
}

function reference(octets: Uint8Array): unknown {
  const { content, outcome, end } = readChunked(textOf(octets, 0, octets.length), 0);
  return [content, outcome, outcome === "done" ? end : undefined];
}

function inShort({ content, outcome, used }: Decoding): unknown {
  return [content, outcome.replace(/^refused.*/, "refused"), used];
}

/** The same octets, behind some that nobody shall look at. */
function shifted(octets: Uint8Array, by: number): Uint8Array {
  const moved = new Uint8Array(octets.length + by).fill(0x46);
  moved.set(octets, by);
  return moved.subarray(by);
}

/** Gives the decoder pieces, what it left unused in front of the next, as an exchange does. */
function decode(decoder: ContentDecoder, pieces: readonly Uint8Array[]): Decoding {
  let content = "";
  let received = 0;
  let unused: Uint8Array = new Uint8Array(0);
  try {
    for (const piece of pieces) {
      received += piece.length;
      const bytes = Uint8Array.from([...unused, ...piece]);
      if (unused.length > 0) decoder.reset();
      let offset = 0;
      for (let moved = true; moved && !decoder.done;) {
        decoder.decode(bytes, offset, bytes.length);
        checkSpans(decoder, offset, bytes.length);
        content += textOf(bytes, decoder.contentStart, decoder.contentEnd);
        moved = decoder.consumed > offset;
        offset = decoder.consumed;
      }
      unused = bytes.subarray(offset);
      if (decoder.done) return { content, outcome: "done", used: received - unused.length };
    }
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { content, outcome: `refused ${error.reason}`, used: undefined };
  }
  return { content, outcome: "waiting", used: undefined };
}

function checkSpans(decoder: ContentDecoder, start: number, end: number): void {
  const { contentStart, contentEnd, consumed } = decoder;
  const isOrdered = start <= contentStart && contentStart <= contentEnd &&
    contentEnd <= consumed && consumed <= end;
  demand(isOrdered, "decoder: content stands within what is used", JSON.stringify({ start, end }));
}
