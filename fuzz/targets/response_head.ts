import { octetsOf, textOf } from "../../src/protocol/octets.ts";
import { OctetWriter } from "../../src/protocol/octet_writer.ts";
import { appendHeadText, responseHeadText } from "../../src/protocol/response_head.ts";
import { reasonPhrase } from "../../src/protocol/status.ts";
import { readAnswers } from "../../tests/server/answers.ts";
import { demandSame } from "../law.ts";
import type { Target } from "../target.ts";
import { pairs, PARTS_SEEDS, partsOf } from "./answer_parts.ts";

/** A response head: what a handler gives is refused, or stands in its own line, as it was given. */
export const responseHead: Target = {
  name: "response",
  seeds: () => PARTS_SEEDS.map(octetsOf),
  maxLength: 256,
  run(octets) {
    const { status, reason, fields } = partsOf(octets);
    const written = write(status, reason, fields);
    if (written === undefined) return "refused";
    const answers = readAnswers(written, ["HEAD"]);
    demandSame(
      answers.map(({ status, reason, fields }) => ({ status, reason, fields })),
      [{ status, reason: reason || reasonPhrase(status), fields: pairs(fields) }],
      "response: a head is read as it was given",
    );
    return `written ${Math.min(fields.length, 6)}`;
  },
};

/** The octets of a head, or `undefined` where it is refused. */
function write(status: number, reason: string, fields: readonly string[]): string | undefined {
  const writer = new OctetWriter(new Uint8Array(4_096));
  try {
    appendHeadText(writer, responseHeadText(status, reason, fields, ""));
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
  return textOf(writer.bytes, 0, writer.length);
}
