import { readOptions } from "../../soak/options.ts";
import { assertEquals, assertThrows } from "../assert.ts";

Deno.test("readOptions(): what is not said is as usual", () => {
  assertEquals(readOptions([]), {
    minutes: 20,
    seed: 9112,
    clients: 16,
    hostile: 12,
    interval: 5,
    deadline: 3_000,
    svg: "soak/report/memory.svg",
    json: "soak/report/soak.json",
  });
});

Deno.test("readOptions(): every option can be said", () => {
  const options = {
    minutes: 0.5,
    seed: 1,
    clients: 2,
    hostile: 0,
    interval: 0.25,
    deadline: 500,
    svg: "a.svg",
    json: "b.json",
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  assertEquals(readOptions(args), options);
  assertEquals(readOptions(["--help"]), undefined);
});

const MISTAKES: [args: string[], message: string][] = [
  [["--minute", "3"], "unknown argument --minute"],
  [["3"], "unknown argument 3"],
  [["--minutes", "soon"], "--minutes needs a number"],
  [["--minutes", "0"], "--minutes needs a number from 0.01"],
  [["--minutes="], "--minutes needs a number"],
  [["--clients", "1001"], "--clients needs a number from 0 to 1000"],
  [["--deadline=-5"], "--deadline needs a number"],
  [["--interval", "1e9"], "--interval needs a number"],
];

for (const [args, message] of MISTAKES) {
  Deno.test(`readOptions(): ${args.join(" ")} is a mistake`, () => {
    assertThrows(() => readOptions(args), Error, message);
  });
}
