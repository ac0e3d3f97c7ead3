import { checkFloors, type Floor, FLOORS as REAL_FLOORS } from "../../scripts/check_floors.ts";
import { assertEquals, assertStringIncludes } from "../assert.ts";

const FLOORS: readonly Floor[] = [
  { modules: ["src/ground.ts", "src/cellar.ts"], mayImport: [] },
  { modules: ["src/low/"], mayImport: ["src/ground.ts"] },
  { modules: ["src/side/"], mayImport: ["src/ground.ts", "node:"] },
  { modules: ["mod.ts"], mayImport: ["src/"] },
];

const TREE: Readonly<Record<string, string>> = {
  "mod.ts": 'export * from "./src/low/a.ts";',
  "src/ground.ts": "export interface Ground {}",
  "src/cellar.ts": "export const depth = 1;",
  "src/low/a.ts": "export type A = 1;",
  "src/side/b.ts": "export type B = 1;",
};

const GROUND_RULE = "but src/ground.ts, src/cellar.ts may import nothing else";
const LOW_RULE = "but src/low/ may import only src/ground.ts";

const VIOLATIONS: [what: string, file: string, source: string, expected: string][] = [
  [
    "an import upwards",
    "src/ground.ts",
    'import "./low/a.ts";',
    `src/ground.ts:1 imports src/low/a.ts, ${GROUND_RULE}`,
  ],
  [
    "an import sideways",
    "src/low/a.ts",
    '\nimport "../side/b.ts";',
    `src/low/a.ts:2 imports src/side/b.ts, ${LOW_RULE}`,
  ],
  [
    "an import of types",
    "src/low/a.ts",
    'import type { B } from "../side/b.ts";\nexport type A = B;',
    `src/low/a.ts:1 imports src/side/b.ts, ${LOW_RULE}`,
  ],
  [
    "a type that is named by an import",
    "src/low/a.ts",
    'export type A = import("../side/b.ts").B;',
    `src/low/a.ts:1 imports src/side/b.ts, ${LOW_RULE}`,
  ],
  [
    "a re-export",
    "src/low/a.ts",
    'export * from "../side/b.ts";',
    `src/low/a.ts:1 imports src/side/b.ts, ${LOW_RULE}`,
  ],
  [
    "a dynamic import",
    "src/low/a.ts",
    'export const a = await import("../side/b.ts");',
    `src/low/a.ts:1 imports src/side/b.ts, ${LOW_RULE}`,
  ],
  [
    "a file of a floor where only another is allowed",
    "src/low/a.ts",
    'import "../cellar.ts";',
    `src/low/a.ts:1 imports src/cellar.ts, ${LOW_RULE}`,
  ],
  [
    "a module of the platform",
    "src/low/a.ts",
    'import "node:net";',
    `src/low/a.ts:1 imports node:net, ${LOW_RULE}`,
  ],
  [
    "a package that nothing maps",
    "src/low/a.ts",
    'import "some-package";',
    `src/low/a.ts:1 imports some-package, ${LOW_RULE}`,
  ],
  [
    "a file on no floor",
    "src/attic.ts",
    "export {};",
    "src/attic.ts stands on no floor: name it in FLOORS",
  ],
];

for (const [what, file, source, expected] of VIOLATIONS) {
  Deno.test(`checkFloors() reports ${what}`, async () => {
    assertEquals(await check({ ...TREE, [file]: source }), [expected]);
  });
}

Deno.test("checkFloors() reports a file that cannot be parsed", async () => {
  const [message] = await check({ ...TREE, "src/low/a.ts": "export const = 1;" });
  assertEquals(message.split(": ")[0], "src/low/a.ts cannot be read");
});

Deno.test("checkFloors() accepts what each floor may import", async () => {
  const tree = {
    ...TREE,
    "src/ground.ts": 'export * from "./cellar.ts";',
    "src/low/a.ts": 'export * from "./c.ts";\nexport type { Ground } from "../ground.ts";',
    "src/low/c.ts": 'import "./a.ts";\n// import "../side/b.ts";',
    "src/side/b.ts": 'import "node:net";\nimport type { Ground } from "../ground.ts";',
  };
  assertEquals(await check(tree), []);
});

const REFUSED: [file: string, target: string][] = [
  ["src/handler.ts", "src/protocol/a.ts"],
  ["src/known_response.ts", "node:buffer"],
  ["src/protocol/a.ts", "src/handler.ts"],
  ["src/protocol/a.ts", "node:net"],
  ["src/std/a.ts", "src/handler.ts"],
  ["src/web/a.ts", "src/routing/a.ts"],
  ["src/web/a.ts", "src/server/a.ts"],
  ["src/routing/a.ts", "src/protocol/a.ts"],
  ["src/routing/a.ts", "src/std/a.ts"],
  ["src/middleware/a.ts", "src/server/a.ts"],
  ["src/server/a.ts", "src/transport/a.ts"],
  ["src/server/a.ts", "src/routing/a.ts"],
  ["src/transport/a.ts", "src/server/a.ts"],
  ["src/serve.ts", "src/transport/a.ts"],
  ["src/serve.ts", "src/routing/a.ts"],
  ["src/server/a.ts", "src/serve.ts"],
];

for (const [file, target] of REFUSED) {
  Deno.test(`FLOORS keep ${target} from ${file}`, async () => {
    const [message] = await check(plant(file, target), REAL_FLOORS);
    assertStringIncludes(message, `${file}:1 imports ${target}, but `);
  });
}

const ALLOWED: [file: string, target: string][] = [
  ["src/known_response.ts", "src/stand_in.ts"],
  ["src/protocol/a.ts", "src/protocol/b.ts"],
  ["src/std/a.ts", "npm:deno-std@1.4.0/cli/parse_args.js"],
  ["src/web/a.ts", "src/protocol/a.ts"],
  ["src/routing/a.ts", "src/handler.ts"],
  ["src/middleware/a.ts", "src/std/a.ts"],
  ["src/server/a.ts", "src/web/a.ts"],
  ["src/transport/a.ts", "src/server/duplex.ts"],
  ["src/transport/a.ts", "node:net"],
  ["src/serve.ts", "src/server/a.ts"],
  ["src/cli.ts", "mod.ts"],
];

for (const [file, target] of ALLOWED) {
  Deno.test(`FLOORS let ${file} import ${target}`, async () => {
    assertEquals(await check(plant(file, target), REAL_FLOORS), []);
  });
}

/** A tree with one import in it. */
function plant(file: string, target: string): Readonly<Record<string, string>> {
  const isFile = !target.includes(":");
  const specifier = isFile ? "../".repeat(file.split("/").length - 1) + target : target;
  const tree = { "mod.ts": "export {};", [file]: `import ${JSON.stringify(specifier)};` };
  return isFile ? { [target]: "export {};", ...tree } : tree;
}

async function check(
  tree: Readonly<Record<string, string>>,
  floors: readonly Floor[] = FLOORS,
): Promise<string[]> {
  const folder = await Deno.makeTempDir();
  const root = new URL(`file://${folder}/`);
  try {
    for (const [file, source] of Object.entries(tree)) {
      await Deno.mkdir(new URL(".", new URL(file, root)), { recursive: true });
      await Deno.writeTextFile(new URL(file, root), source);
    }
    const violations = await checkFloors(root, floors);
    return violations.map(({ file, line, message }) =>
      `${file}${line === undefined ? "" : `:${line}`} ${message}`
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
