import { alternate } from "../../bench/load/alternate.ts";
import { median, quantile, ratios, spread } from "../../bench/load/statistics.ts";
import { assertEquals, assertThrows } from "../assert.ts";

Deno.test("median() is the value in the middle, or the mean of two", () => {
  assertEquals(median([3, 1, 2]), 2);
  assertEquals(median([4, 1, 3, 2]), 2.5);
  assertEquals(median([7]), 7);
});

Deno.test("quantile() lies between two values in proportion", () => {
  assertEquals(quantile([10, 20, 30, 40, 50], 0.25), 20);
  assertEquals(quantile([10, 20], 0.75), 17.5);
  assertThrows(() => quantile([], 0.5), RangeError, "no values");
});

Deno.test("spread() has the quartiles", () => {
  assertEquals(spread([5, 1, 4, 2, 3]), { low: 2, middle: 3, high: 4 });
});

Deno.test("ratios() compares turn by turn", () => {
  assertEquals(ratios([2, 9], [4, 3]), [0.5, 3]);
  assertThrows(() => ratios([1], [1, 2]), RangeError, "Cannot compare 1 values with 2");
});

Deno.test("alternate() lets everyone take a turn before anyone takes the next", async () => {
  const turns: string[] = [];
  const measures = await alternate([{ name: "A" }, { name: "B" }], 2, ({ name }) => {
    turns.push(name);
    return Promise.resolve(turns.length);
  });
  assertEquals(turns, ["A", "B", "A", "B"]);
  assertEquals([...measures], [["A", [1, 3]], ["B", [2, 4]]]);
});
