/** One line of a listing. */
export interface ListedEntry {
  /** Its name, without a slash. */
  readonly name: string;
  /** Whether it is a folder. */
  readonly isFolder: boolean;
  /** Its length, in octets. */
  readonly size: number;
  /** When it was last modified, in milliseconds since the epoch. */
  readonly lastModified: number;
}

/** What a listing shows. */
export interface Listing {
  /** The folder's path, decoded. */
  readonly path: string;
  /** Its entries, in their order. */
  readonly entries: readonly ListedEntry[];
  /** Whether there is a folder above it. */
  readonly hasParent: boolean;
  /** How many entries were left out. */
  readonly more: number;
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d8dee4, #30363d); --dim: light-dark(#57606a, #9198a1); --link: light-dark(#0550ae, #79c0ff); }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 3rem; font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.25rem; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: .25rem .5rem; border-bottom: 1px solid var(--line); text-align: start; }
th { font-size: .875rem; font-weight: 600; color: var(--dim); }
td:first-child { width: 100%; overflow-wrap: anywhere; }
.size, .time { text-align: end; white-space: nowrap; font-variant-numeric: tabular-nums; }
td.size, td.time { color: var(--dim); }
a { color: var(--link); text-decoration: none; display: block; padding: .125rem 0; }
a:hover { text-decoration: underline; }
a:focus-visible { outline: 2px solid; outline-offset: 2px; border-radius: 2px; }
tbody tr:hover { background: light-dark(#f6f8fa, #161b22); }
.none { color: var(--dim); }
@media (max-width: 32rem) { .time { display: none; } }
`;

/** Makes the HTML document that lists a folder. */
export function listingPage({ path, entries, hasParent, more }: Listing): string {
  const title = `Index of ${escapeHtml(path)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Index of <bdi>${escapeHtml(path)}</bdi></h1>
<table>
<thead>
<tr><th scope="col">Name</th><th scope="col" class="size">Size</th><th scope="col" class="time">Last modified</th></tr>
</thead>
<tbody>
${hasParent ? PARENT : ""}${entries.map(row).join("")}</tbody>
</table>
${entries.length === 0 ? '<p class="none">This folder is empty.</p>\n' : ""}${
    more > 0 ? `<p class="none">${more} more are not shown.</p>\n` : ""
  }</main>
</body>
</html>
`;
}

/** A length in the unit that people read best: `1.4 MiB`. */
export function readableSize(octets: number): string {
  let size = octets;
  let unit = 0;
  while (size >= 1023.5 && unit < UNITS.length - 1) {
    size /= 1024;
    unit++;
  }
  const isExact = unit === 0 || size >= 9.95;
  return `${isExact ? Math.round(size) : size.toFixed(1)} ${UNITS[unit]}`;
}

/** Replaces what HTML would take for markup. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const PARENT = `<tr><td><a href="../">../ <span class="none">(folder above)</span></a></td>` +
  `<td></td><td class="time"></td></tr>\n`;

function row({ name, isFolder, size, lastModified }: ListedEntry): string {
  const slash = isFolder ? "/" : "";
  // A name written from right to left must not turn the slash around, nor what stands behind it.
  const label = `<bdi>${escapeHtml(name)}</bdi>${slash}`;
  const time = new Date(lastModified).toISOString();
  // A lone surrogate, which Windows allows in names, has no URL.
  const reference = `./${encodeURIComponent(name.replace(/\p{Surrogate}/gu, "\ufffd"))}${slash}`;
  return `<tr><td><a href="${escapeHtml(reference)}">${label}</a></td>` +
    `<td class="size">${isFolder ? "" : readableSize(size)}</td>` +
    `<td class="time"><time datetime="${time}">${readableTime(time)}</time></td></tr>\n`;
}

/** `2026-01-31 23:59 UTC` of an ISO time. */
function readableTime(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;
}
