import fc from "fast-check";
import { assertEquals } from "../assert.ts";
import { routes, text } from "../../mod.ts";
import { LinearMatcher } from "./linear_matcher.ts";
import { NotedTable } from "./tables.ts";

// Few words, so that paths meet patterns, and patterns meet each other.
const WORDS = ["a", "b", "1", "a.b", "a-1", "é", "a b", "", "%", "a/b"];
const METHODS = ["GET", "HEAD", "POST", "OPTIONS"];

const word = fc.constantFrom(...WORDS);

/** A path as a client sends it: the segments, some octets more encoded than they need to be. */
const path = fc.array(fc.tuple(word, fc.boolean()), { minLength: 1, maxLength: 6 }).map((
  words,
) => ({
  segments: words.map(([text]) => text),
  target: words.map(([text, more]) => `/${more ? encodeAll(text) : encodeURIComponent(text)}`).join(
    "",
  ),
}));

const part = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("a", "b", "1", "a.b", "a-1", "é", "") },
  { weight: 3, arbitrary: fc.constantFrom(":n", ":n(\\d)", ":n(a|b)", ":n([a-c]*)", ":n([^1]*)") },
  { weight: 2, arbitrary: fc.constantFrom(":n.b", "a:n", ":n-:n", ":n.:n", ":n(\\w).:n", "a.:n") },
  { weight: 2, arbitrary: fc.constantFrom(":n?", ":n*", ":n+", ":n(\\d)+", ":n([^1]*)?") },
);

/** A pattern whose parameters have each their own name. */
const pattern = fc.tuple(
  fc.array(part, { minLength: 1, maxLength: 4 }),
  fc.boolean(),
).map(([parts, wildcard]) => {
  let names = 0;
  const named = parts.map((part) => part.replaceAll(":n", () => `:n${names++}`));
  return `/${[...named, ...(wildcard ? ["*"] : [])].join("/")}`;
});

const key = fc.tuple(fc.constantFrom("", "GET ", "HEAD ", "POST ", "OPTIONS "), pattern)
  .map((both) => both.join(""));

const keys = fc.uniqueArray(key, { minLength: 1, maxLength: 8 }).map(withoutConflicts);

Deno.test("a route table answers as the linear matcher does", async () => {
  await fc.assert(
    fc.asyncProperty(keys, path, fc.constantFrom(...METHODS), async (keys, path, method) => {
      const seen = await new NotedTable(keys).ask(method, path.target);
      const match = new LinearMatcher(keys).match(method, path.segments);
      assertEquals(seen && { key: seen.key, params: { ...seen.params } }, match);
    }),
    { numRuns: 1_500 },
  );
});

Deno.test("a route table refuses as the linear matcher does", async () => {
  await fc.assert(
    fc.asyncProperty(keys, path, async (keys, path) => {
      const table = routes(Object.fromEntries(keys.map((key) => [key, () => text("ok")])));
      const linear = new LinearMatcher(keys);
      const methods = linear.methods(path.segments);
      const response = await table.fetch(
        new Request(`http://localhost${path.target}`, { method: "DELETE" }),
      );
      const any = methods.has("");
      assertEquals(response.status, any ? 200 : methods.size > 0 ? 405 : 404);
      if (any || methods.size === 0) return;
      const allow = methods.add("OPTIONS").union(new Set(methods.has("GET") ? ["HEAD"] : []));
      assertEquals(response.headers.get("allow"), [...allow].sort().join(", "));
    }),
    { numRuns: 500 },
  );
});

Deno.test("a pattern matches what URLPattern matches over the re-encoded path", async () => {
  await fc.assert(
    fc.asyncProperty(pattern, path, async (pattern, path) => {
      // A slash in a segment is one more segment to URLPattern, and its constraints take slashes.
      fc.pre(!path.target.includes("%2F") && !pattern.includes("[^1]"));
      const seen = await new NotedTable([pattern]).ask("GET", path.target);
      const canonical = path.segments.map((text) => `/${encodeURIComponent(text)}`).join("");
      const expected = new URLPattern({ pathname: canonicalPattern(pattern) })
        .exec({ pathname: canonical });
      assertEquals(seen !== undefined, expected !== null);
      if (expected !== null && isUnambiguous(pattern)) {
        assertEquals<unknown>({ ...seen?.params }, decoded(expected.pathname.groups));
      }
    }),
    { numRuns: 1_500 },
  );
});

function encodeAll(text: string): string {
  const octets = new TextEncoder().encode(text);
  return Array.from(octets, (octet) => `%${octet.toString(16).padStart(2, "0")}`).join("");
}

function canonicalPattern(pattern: string): string {
  return pattern.replaceAll("é", "%C3%A9");
}

/** Whether there is one way to divide a path; of several, the most specific is ours alone. */
function isUnambiguous(pattern: string): boolean {
  return pattern.split("/").filter((part) => /^:.*[?*+]$|^\*$/.test(part)).length <= 1;
}

function decoded(groups: Record<string, string | undefined>): Record<string, string> {
  const values = Object.entries(groups).filter(([, value]) => value !== undefined);
  return Object.fromEntries(values.map(([name, value]) => [name, decodeURIComponent(value!)]));
}

/** Leaves out keys that conflict with one before them. */
function withoutConflicts(keys: readonly string[]): string[] {
  const kept: string[] = [];
  for (const key of keys) {
    try {
      new NotedTable([...kept, key]);
      kept.push(key);
    } catch {
      // Conflicts have their own tests.
    }
  }
  return kept;
}
