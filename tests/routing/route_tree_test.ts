import { assertEquals } from "../assert.ts";
import { parsePattern } from "../../src/routing/pattern.ts";
import { RouteTree } from "../../src/routing/route_tree.ts";

for (const count of [1, 8, 9, 1_000]) {
  Deno.test(`RouteTree finds each of ${count} literals, and no other`, () => {
    const words = Array.from({ length: count }, (_, index) => `word${index}`);
    const tree = new RouteTree<{ word?: string }>(() => ({}));
    for (const word of words) tree.add(parsePattern(`/${word}/:id`, word)).word = word;
    const find = (word: string) => tree.find(["", word, "7"], (leaf) => leaf.word);
    assertEquals(words.map(find), words);
    assertEquals(["", "word", "Word0", `word${count}`].map(find), Array(4).fill(undefined));
  });
}

Deno.test("RouteTree.find() asks on, from the most to the least specific", () => {
  const patterns = ["/a/b", "/a/:y", "/:x/b", "/:x/:y", "/:x+", "/*"];
  const tree = new RouteTree<{ pattern?: string }>(() => ({}));
  for (const pattern of patterns.toReversed()) {
    tree.add(parsePattern(pattern, pattern)).pattern = pattern;
  }
  const visited: unknown[] = [];
  const found = tree.find(["", "a", "b"], ({ pattern }) => void visited.push(pattern));
  assertEquals([found, visited], [undefined, patterns]);
});

Deno.test("RouteTree.add() answers one leaf for each shape", () => {
  let leaves = 0;
  const tree = new RouteTree(() => leaves++);
  const added = ["/:a/b", "/:b/b", "/:a/b/c", "/:a(x)/b"].map((pattern) =>
    tree.add(parsePattern(pattern, pattern))
  );
  assertEquals(added, [0, 0, 1, 2]);
});
