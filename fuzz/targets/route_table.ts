import { octetsOf, textOf } from "../../src/protocol/octets.ts";
import { LinearMatcher } from "../../tests/routing/linear_matcher.ts";
import { NotedTable } from "../../tests/routing/tables.ts";
import { demandSame } from "../law.ts";
import type { Target } from "../target.ts";

const METHODS = ["GET", "HEAD", "POST", "OPTIONS"];

const KEYS: readonly (readonly string[])[] = [
  ["/", "/a", "/a/b", "/:x", "/a/:x", "/:x/b", "/:x/:y", "/*"],
  ["GET /files/:name.txt", "/files/:name", "POST /files/:id(\\d+)", "/files/:a-:b", "/files/*"],
  ["/:lang(de|en)?/docs/:page*", "/docs/:page+", "GET /docs", "HEAD /docs", "/:any/docs"],
  ["/a/:p+/b", "/a/:p*/c", "/a/:p?/d", "/a/b/c", "/a/*", "POST /a/b"],
  ["/é/:x", "/é", "/a b/:x", "/a b", "/:x([a-c]+).:y"],
].map((keys) => keys.filter((key, i) => isAllowed(keys.slice(0, i), key)));

const TABLES = KEYS.map((keys) => ({
  table: new NotedTable(keys),
  linear: new LinearMatcher(keys),
}));

const PATHS = [
  "/",
  "/a/b/c/d",
  "/files/a.txt",
  "/files/12",
  "/files/a-b-c",
  "/de/docs/a/b",
  "/docs",
  "/a/x/y/b",
  "/a/c",
  "/%C3%A9/%41",
  "/a%2Fb/%zz",
  "//a//b/",
  "/a%20b",
  "/abc.x.y",
  "/a/./b/../c?d#e",
];

/** Any path against some route tables, and against a matcher that tries every pattern. */
export const routeTable: Target = {
  name: "routes",
  seeds: () => KEYS.flatMap((_, i) => PATHS.map((path) => octetsOf(`${i}0${path}`))),
  // A matcher that tries everything has no time for long paths.
  maxLength: 48,
  async run(octets) {
    const { table, linear } = TABLES[(octets[0] ?? 0) % TABLES.length];
    const method = METHODS[(octets[1] ?? 0) % METHODS.length];
    const path = `/${textOf(octets, Math.min(2, octets.length), octets.length)}`;
    const segments = segmentsOf(new URL(`http://localhost${path}`).pathname);
    const seen = await table.ask(method, path);
    const match = segments && linear.match(method, segments);
    demandSame(
      seen && [seen.key, Object.entries(seen.params).sort()],
      match && [match.key, Object.entries(match.params).sort()],
      "routes: a route table matches as the linear matcher does",
    );
    return seen === undefined ? `${segments === undefined}` : `${seen.key} ${segments?.length}`;
  },
};

/** Whether a key can stand behind others in one table. */
function isAllowed(keys: readonly string[], key: string): boolean {
  try {
    new NotedTable([...keys, key]);
    return true;
  } catch {
    return false;
  }
}

/** Segments as they are decoded; `undefined` where they cannot be. */
function segmentsOf(pathname: string): string[] | undefined {
  try {
    return pathname.split("/").slice(1).map(decodeURIComponent);
  } catch {
    return undefined;
  }
}
