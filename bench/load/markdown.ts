/** A table in Markdown, each column as wide as its widest cell. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = head.map((_, column) =>
    Math.max(3, ...[head, ...rows].map((row) => row[column].length))
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |\n`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("");
}

/** A document in which what stands between two markers is replaced; throws where they are missing. */
export function withSection(document: string, name: string, section: string): string {
  const begin = `<!-- ${name}:begin -->`;
  const end = `<!-- ${name}:end -->`;
  const start = document.indexOf(begin);
  const stop = document.indexOf(end, start);
  if (start === -1 || stop === -1) {
    throw new Error(`Cannot write the section: ${begin} and ${end} are missing`);
  }
  return `${document.slice(0, start + begin.length)}\n\n${section.trim()}\n\n${
    document.slice(stop)
  }`;
}
