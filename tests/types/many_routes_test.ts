import { assert, assertEquals } from "../assert.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** A table of 500 routes whose handlers use their parameters, and one that uses a wrong name. */
function tableSource(): string {
  const routes = Array.from({ length: 500 }, (_, index) => {
    const method = METHODS[index % METHODS.length];
    const key = `${method} /v${index % 7}/:org/kind${index}/:id_${index}(\\\\d+)/:rest*`;
    return `"${key}": (_request, { params }) => text(params.org + params.id_${index}),`;
  });
  return `import { routes, text } from "${import.meta.resolve("../../mod.ts")}";
    routes({
      ${routes.join("\n")}
      // @ts-expect-error: the parameter is called id.
      "GET /last/:id": (_request, { params }) => text(params.ID),
    });`;
}

Deno.test("routes() types a table of 500 routes within seconds", async () => {
  const directory = await Deno.makeTempDir();
  const file = `${directory}/table.ts`;
  await Deno.writeTextFile(file, tableSource());
  const started = performance.now();
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--config", new URL("../../deno.json", import.meta.url).pathname, file],
  }).output();
  await Deno.remove(directory, { recursive: true });
  assertEquals([success, success ? "" : new TextDecoder().decode(stderr)], [true, ""]);
  assert(performance.now() - started < 30_000);
});
