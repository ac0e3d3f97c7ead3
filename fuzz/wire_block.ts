/**
 * Octets as the body of an `http` block of the wire corpus, by the conventions of
 * `tests/wire/README.md`.
 */
export function wireBlock(octets: Uint8Array): string {
  const pieces = characters(octets).split("\r\n");
  if (endsLikeABlock(pieces)) return pieces.slice(0, -2).map(escapeLine).join("\n");
  const open = pieces.at(-1) === "" && pieces.length > 1
    // A formatter would drop an empty line, so the CRLF is written out.
    ? `${escapeLine(pieces.at(-2)!)}\\r\\n`
    : escapeLine(pieces.at(-1)!);
  const before = pieces.slice(0, pieces.at(-1) === "" && pieces.length > 1 ? -2 : -1);
  return [...before.map(escapeLine), `${open}\\`].join("\n");
}

/** Text whose characters are octets, as a corpus block has it. */
export function escapeOctets(text: string): string {
  return text.replaceAll("\\", "\\\\")
    .replaceAll("\r", "\\r")
    .replaceAll("\n", "\\n")
    .replaceAll("\t", "\\t")
    .replaceAll(/[^ -~]/g, escapeHex);
}

/** Whether an empty line ends it, behind a line that is none. */
function endsLikeABlock(pieces: readonly string[]): boolean {
  return pieces.length > 2 && pieces.at(-1) === "" && pieces.at(-2) === "" && pieces.at(-3) !== "";
}

/** Escapes also what would end a block or a section, and the white space that editors drop. */
function escapeLine(line: string): string {
  return escapeOctets(line).replace(/^[`#]/, escapeHex).replace(/ $/, escapeHex);
}

function escapeHex(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
}

function characters(octets: Uint8Array): string {
  return Array.from(octets, (octet) => String.fromCharCode(octet)).join("");
}
