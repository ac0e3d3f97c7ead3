/** One bar. */
export interface Bar {
  /** What it is called. */
  readonly label: string;
  /** How long it is. */
  readonly value: number;
  /** The product's own bar, which stands out. */
  readonly own: boolean;
}

/** Bars that are compared with one another. */
export interface BarGroup {
  /** What they have in common. */
  readonly title: string;
  /** The bars, from above. */
  readonly bars: readonly Bar[];
}

/** How a bar chart is described. */
export interface BarChart {
  /** What it shows. */
  readonly title: string;
  /** The groups, from above. */
  readonly groups: readonly BarGroup[];
  /** A value that is marked with a line. */
  readonly mark: number;
}

const WIDTH = 760;
const LABELS = 150;
const FIGURES = 60;
const BAR = 14;
const STEP = 18;
const GROUP_HEAD = 30;
const HEAD = 40;

/** Follows the reader's choice of light or dark; without a background both are readable. */
const STYLE = `
text { font: 12px system-ui, sans-serif; fill: #24292f; }
.title { font-size: 15px; font-weight: 600; }
.group { font-weight: 600; }
.bar { fill: #8c959f; }
.own { fill: #0969da; }
.mark { stroke: #24292f; stroke-dasharray: 3 3; opacity: 0.6; }
.axis { stroke: #8c959f; }
.curve { fill: none; stroke-width: 2; stroke: #8c959f; }
.curve.own { fill: none; stroke: #0969da; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .bar { fill: #6e7681; }
  .own { fill: #4493f8; }
  .mark { stroke: #e6edf3; }
  .curve.own { fill: none; stroke: #4493f8; }
}`;

/** Draws horizontal bars, in groups below one another. */
export function barChart({ title, groups, mark }: BarChart): string {
  const longest = Math.max(mark, ...groups.flatMap(({ bars }) => bars.map(({ value }) => value)));
  const scale = (WIDTH - LABELS - FIGURES) / longest;
  const parts: string[] = [];
  let y = HEAD;
  for (const group of groups) {
    parts.push(text(0, y + 18, group.title, "group"));
    y += GROUP_HEAD;
    const bottom = y + group.bars.length * STEP;
    for (const bar of group.bars) {
      parts.push(...drawBar(bar, y, scale));
      y += STEP;
    }
    parts.push(line(LABELS + mark * scale, y - group.bars.length * STEP - 4, bottom, "mark"));
  }
  return picture(title, WIDTH, y + 10, parts);
}

/** A picture with its title, readable in light and dark. */
export function picture(
  title: string,
  width: number,
  height: number,
  parts: readonly string[],
): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" ` +
    `role="img" aria-label="${escape(title)}">\n<style>${STYLE}\n</style>\n` +
    [text(0, 20, title, "title"), ...parts].join("\n") + "\n</svg>\n";
}

/** Text at a point. */
export function text(x: number, y: number, content: string, kind = "", anchor = "start"): string {
  return `<text x="${round(x)}" y="${round(y)}" class="${kind}" text-anchor="${anchor}">` +
    `${escape(content)}</text>`;
}

/** A coordinate, short. */
export function round(coordinate: number): number {
  return Math.round(coordinate * 10) / 10;
}

function drawBar({ label, value, own }: Bar, y: number, scale: number): string[] {
  const width = round(value * scale);
  const kind = own ? "bar own" : "bar";
  return [
    text(LABELS - 8, y + 11, label, "", "end"),
    `<rect x="${LABELS}" y="${y}" width="${width}" height="${BAR}" class="${kind}"/>`,
    text(LABELS + width + 6, y + 11, value.toFixed(2)),
  ];
}

function line(x: number, from: number, to: number, kind: string): string {
  const at = round(x);
  return `<line x1="${at}" y1="${from}" x2="${at}" y2="${to}" class="${kind}"/>`;
}

function escape(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
