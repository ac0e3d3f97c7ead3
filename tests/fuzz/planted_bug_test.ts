/** Coverage finds what the same changes of the same seeds do not find blindly. */
import { Coverage } from "../../fuzz/coverage.ts";
import { fuzz } from "../../fuzz/run.ts";
import { chunkedTarget } from "../../fuzz/targets/chunked.ts";
import { assertEquals, assertExists, assertStringIncludes } from "../assert.ts";
import { faultyDecoder } from "./faulty_decoder.ts";
import { planted } from "./planted.ts";

const SEED = 5;

/** Executions within which guidance finds the planted fault. */
const GUIDED = 30_000;
/** How many times as many do not find it without. */
const BLIND_FACTOR = 10;

/** Executions within which a fault of a real decoder is found. */
const DECODER = 20_000;

/** Faults of the chunked decoder, by the code that is put for other code. */
const FAULTS: readonly (readonly [what: string, original: string, faulty: string])[] = [
  [
    "takes any octet for the CR behind a chunk",
    'if (octet !== CR) throw new ProtocolError("malformed-chunk");\n        return "data-lf";',
    'return "data-lf";',
  ],
  [
    "takes any octet for the LF behind a chunk",
    'if (octet !== LF) throw new ProtocolError("malformed-chunk");\n        return "size-start";',
    'return "size-start";',
  ],
  ["does not start a new size at zero", "this.#size = this.#digits = this.#extension = 0;", ""],
  [
    "lets a quoted string go on behind an escape",
    'return "extension-escaped";',
    'return "extension-quoted";',
  ],
  [
    "forgets where the trailer section begins only once",
    "this.#trailersBegun = false;\n  }",
    "}",
  ],
  [
    "takes one octet too many of a chunk",
    "Math.min(end - start, this.#size)",
    "Math.min(end - start, this.#size + 1)",
  ],
  ["ends an extension anywhere", "if (!this.#mayEndExtension()) throw", "if (false) throw"],
];

const isPlanted = (url: string) => url.endsWith("/tests/fuzz/planted.ts");
const silent = () => {};

Deno.test(`guided, the planted fault is found within ${GUIDED} executions`, async () => {
  const coverage = await Coverage.start(isPlanted);
  const { find, executions } = await fuzz(
    planted,
    SEED,
    { executions: GUIDED },
    coverage,
    silent,
  );
  assertExists(find, `${executions} executions`);
  assertStringIncludes(find, "```http\n+x0:%}\\\n```");
});

Deno.test(`blindly, it is not found within ${BLIND_FACTOR} times as many`, async () => {
  const budget = { executions: BLIND_FACTOR * GUIDED };
  const { find, executions, corpus } = await fuzz(planted, SEED, budget, undefined, silent);
  assertEquals([find, executions, corpus], [undefined, budget.executions, 1]);
});

for (const [what, original, faulty] of FAULTS) {
  Deno.test(`a chunked decoder that ${what} is found out`, async () => {
    const { url, makeDecoder } = await faultyDecoder(original, faulty);
    const coverage = await Coverage.start((own) => own === url);
    const target = chunkedTarget("faulty", makeDecoder);
    const { find } = await fuzz(target, SEED, { executions: DECODER }, coverage, silent);
    assertExists(find);
  });
}

Deno.test("a chunked decoder without a fault is not", async () => {
  const same = "const MAX_SIZE_DIGITS = 13;";
  const { url, makeDecoder } = await faultyDecoder(same, same);
  const coverage = await Coverage.start((own) => own === url);
  const target = chunkedTarget("faultless", makeDecoder);
  const { find, blocks } = await fuzz(target, SEED, { executions: 2_000 }, coverage, silent);
  assertEquals([find, blocks > 50], [undefined, true]);
});
