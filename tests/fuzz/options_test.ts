import { readOptions } from "../../fuzz/options.ts";
import { assert, assertEquals, assertNotEquals, assertThrows } from "../assert.ts";

const NAMES = ["a", "b"];

Deno.test("readOptions() gives minutes, all targets and a new seed where nothing is said", () => {
  const options = readOptions([], NAMES)!;
  assertEquals([options.budget, options.targets], [{ minutes: 5 }, NAMES]);
  assert(Number.isInteger(options.seed) && options.seed >= 0);
  assertNotEquals(options.seed, readOptions([], NAMES)!.seed);
});

Deno.test("readOptions() takes what it is told", () => {
  assertEquals(
    readOptions(["--minutes", "0.5", "--target", "b", "--seed", "7"], NAMES),
    { budget: { minutes: 0.5 }, targets: ["b"], seed: 7 },
  );
  assertEquals(
    readOptions(["--executions=100", "--target=b,a", "--seed=0"], NAMES),
    { budget: { executions: 100 }, targets: ["b", "a"], seed: 0 },
  );
});

Deno.test("readOptions() lets it be asked for help", () => {
  assertEquals(readOptions(["--help"], NAMES), undefined);
});

const MISTAKES: [args: string[], error: typeof TypeError | typeof RangeError, why: string][] = [
  [["--minute", "1"], TypeError, "unknown argument --minute"],
  [["exchange"], TypeError, "unknown argument exchange"],
  [["--minutes", "1", "--executions", "1"], TypeError, "exclude each other"],
  [["--minutes", "x"], RangeError, "--minutes needs a number from 0.01 to 10000"],
  [["--minutes", "0"], RangeError, "--minutes needs"],
  [["--executions", "0"], RangeError, "--executions needs a number from 1 to"],
  [["--executions", "1.5"], RangeError, "--executions needs"],
  [["--executions=-1"], RangeError, "--executions needs"],
  [["--seed", "4294967296"], RangeError, "--seed needs a number from 0 to 4294967295"],
  [["--seed="], RangeError, "--seed needs"],
  [["--target", "c"], TypeError, 'Cannot fuzz "c": the targets are a, b'],
  [["--target", "a,"], TypeError, 'Cannot fuzz ""'],
];

for (const [args, error, why] of MISTAKES) {
  Deno.test(`readOptions() refuses ${args.join(" ")}`, () => {
    assertThrows(() => readOptions(args, NAMES), error, why);
  });
}
