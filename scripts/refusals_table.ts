/**
 * Writes the table of refusals into its document, from the code that refuses.
 *
 * With `--check` it writes nothing, and fails where the table is another.
 */
import { REFUSALS } from "../src/server/refusals.ts";

const DOCUMENT = new URL("../docs/refusals.md", import.meta.url);

/** The lines of the table, as it stands in the document. */
const TABLE = /(?:^\|.*\n)+/m;

/** The table of every reason there is, in Markdown, each column as wide as its widest cell. */
export function refusalsTable(): string {
  const rows = Object.entries(REFUSALS).map((
    [reason, { status, cause, source }],
  ) => [`\`${reason}\``, String(status ?? "(cut)"), cause, source]);
  const head = ["reason", "status", "what the client did", "source"];
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => row[column].length))
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |\n`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("");
}

/** A document with its first table replaced. */
export function withTable(document: string, table: string): string {
  return document.replace(TABLE, () => table);
}

if (import.meta.main) {
  const document = await Deno.readTextFile(DOCUMENT);
  const updated = withTable(document, refusalsTable());
  if (!Deno.args.includes("--check")) await Deno.writeTextFile(DOCUMENT, updated);
  else if (updated !== document) {
    console.error("docs/refusals.md is not what the code says: run deno task docs:refusals");
    Deno.exit(1);
  }
}
