/** Whose the time is. */
export type Owner = "culvert" | "handler" | "runtime" | "kernel";

/** Whose the time was, in parts of 1; and what most of each owner's went to. */
export interface Shares {
  /** Parts of 1, by owner. */
  readonly byOwner: Readonly<Record<Owner, number>>;
  /** Culvert's own functions that took most, the first most of all. */
  readonly top: readonly (readonly [name: string, share: number])[];
}

/** How to tell whose a function is: by what its module's URL holds. */
export interface Places {
  /** In the URLs of Culvert's modules. */
  readonly culvert: string;
  /** In those of the handlers that it calls. */
  readonly handlers: string;
}

/** Functions that are named. */
const TOP = 3;

/**
 * Sums what `perf report --sort symbol` says of a process.
 *
 * A line is `12.34%  [k] tcp_sendmsg`, or `[.]` outside of the kernel. Functions of JavaScript are
 * `JS:*name url:line:column`, what was inlined being part of whoever called it.
 */
export function sharesOf(report: string, places: Places): Shares {
  const byOwner: Record<Owner, number> = { culvert: 0, handler: 0, runtime: 0, kernel: 0 };
  const functions = new Map<string, number>();
  for (const line of report.split("\n")) {
    const match = /^\s*([\d.]+)%\s+\[(.)\]\s+(.+?)\s*$/.exec(line);
    if (match === null) continue;
    const [, percent, space, symbol] = match;
    const share = Number(percent) / 100;
    const owner = ownerOf(space, symbol, places);
    byOwner[owner] += share;
    if (owner !== "culvert") continue;
    const name = nameOf(symbol);
    functions.set(name, (functions.get(name) ?? 0) + share);
  }
  if (byOwner.kernel + byOwner.runtime === 0) {
    throw new Error("Cannot profile: perf has no samples");
  }
  const top = [...functions].sort(([, a], [, b]) => b - a).slice(0, TOP);
  return { byOwner, top };
}

function ownerOf(space: string, symbol: string, { culvert, handlers }: Places): Owner {
  if (space === "k") return "kernel";
  if (!symbol.startsWith("JS:")) return "runtime";
  if (symbol.includes(culvert)) return "culvert";
  return symbol.includes(handlers) ? "handler" : "runtime";
}

/** `JS:*'#run file:///…/connection.ts:163:7` is `#run (connection.ts)`; marks tell the compiler. */
function nameOf(symbol: string): string {
  const [, name, file] = /^JS:[~^+*']*(\S*) .*?([^/]+?)(?::\d+)*(?:\s.*)?$/.exec(symbol) ?? [];
  return file === undefined ? symbol : `${name === "" ? "(anonymous)" : name} (${file})`;
}
