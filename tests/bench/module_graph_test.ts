import { countModules } from "../../bench/start/module_graph.ts";
import { assertEquals } from "../assert.ts";

Deno.test("countModules() counts what runs: neither types nor what the runtime brings along", () => {
  const code = (specifier: string) => ({ specifier, code: { specifier } });
  const graph = {
    roots: ["file:///a.ts"],
    modules: [
      {
        specifier: "file:///a.ts",
        size: 100,
        dependencies: [
          code("file:///b.ts"),
          code("node:timers"),
          { specifier: "file:///types.ts", type: { specifier: "file:///types.ts" } },
        ],
      },
      { specifier: "file:///b.ts", size: 20, dependencies: [code("file:///a.ts")] },
      { specifier: "file:///types.ts", size: 5_000 },
      { specifier: "node:timers", kind: "node" },
    ],
  };
  assertEquals(countModules(JSON.stringify(graph)), { modules: 2, octets: 120 });
});
