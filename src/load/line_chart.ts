import { escapeMarkup } from "./markup.ts";

/** A line of a chart. */
export interface Series {
  /** What it is called. */
  readonly name: string;
  /** Its look: `a`, `b` or `c`. */
  readonly look: "a" | "b" | "c";
  /** Its points, from left to right. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** A mark on the horizontal axis. */
export interface Mark {
  /** Where it stands. */
  readonly at: number;
  /** What is written there. */
  readonly label: string;
}

/** How a chart is described. */
export interface LineChart {
  /** What it shows; read aloud in its place. */
  readonly title: string;
  /** What the horizontal axis means. */
  readonly across: string;
  /** Marks of the horizontal axis. */
  readonly marks: readonly Mark[];
  /** Writes values of the vertical axis. */
  readonly format: (value: number) => string;
  /** The lines. */
  readonly series: readonly Series[];
}

const WIDTH = 760;
const HEIGHT = 260;
const LEFT = 70;
const RIGHT = 20;
const TOP = 34;
const BOTTOM = 44;
const STEPS = 4;
/** More points than this are too close together to be told apart. */
const MOST_POINTS = 350;

/** Draws lines over one another, as SVG that takes its colours from the page. */
export function lineChart({ title, across, marks, format, series }: LineChart): string {
  const all = series.flatMap(({ points }) => points);
  const right = Math.max(...all.map(([x]) => x), ...marks.map(({ at }) => at), 1e-9);
  const ticks = niceTicks(Math.max(...all.map(([, y]) => y), 0));
  const highest = ticks.at(-1)!;
  const x = (value: number) => round(LEFT + value / right * (WIDTH - LEFT - RIGHT));
  const y = (value: number) => round(HEIGHT - BOTTOM - value / highest * (HEIGHT - TOP - BOTTOM));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" ` +
    `aria-label="${escapeMarkup(title)}">`,
    ...ticks.map((value) =>
      `<line class="grid" x1="${LEFT}" y1="${y(value)}" x2="${WIDTH - RIGHT}" y2="${y(value)}"/>` +
      text(LEFT - 8, y(value) + 4, format(value), "end")
    ),
    ...marks.map(({ at, label }) => text(x(at), HEIGHT - BOTTOM + 18, label, "middle")),
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, across, "middle"),
    ...series.map(({ look, points }) => {
      const path = thinned(points).map(([at, value]) => `${x(at)},${y(value)}`).join(" ");
      return `<polyline class="line ${look}" points="${path}"/>`;
    }),
    ...series.map(({ name, look }, i) => legend(name, look, LEFT + i * 130)),
    "</svg>",
  ].join("\n");
}

/** Round numbers from 0 to at least `highest`. */
export function niceTicks(highest: number): number[] {
  if (!(highest > 0)) return [0, 1];
  const rough = highest / STEPS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * 0.9999)!;
  const count = Math.ceil(highest / step - 1e-4);
  return Array.from({ length: count + 1 }, (_, i) => i * step);
}

/** At most so many points: of those that fall together, the highest. */
function thinned(points: Series["points"]): Series["points"] {
  const width = Math.ceil(points.length / MOST_POINTS);
  if (width <= 1) return points;
  const kept: [number, number][] = [];
  for (let i = 0; i < points.length; i += width) {
    const group = points.slice(i, i + width);
    kept.push([group[0][0], Math.max(...group.map(([, value]) => value))]);
  }
  return kept;
}

function legend(name: string, look: string, at: number): string {
  return `<line class="line ${look}" x1="${at}" y1="14" x2="${at + 24}" y2="14"/>` +
    text(at + 30, 18, name, "start");
}

function text(x: number, y: number, content: string, anchor: string): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${escapeMarkup(content)}</text>`;
}

function round(coordinate: number): number {
  return Math.round(coordinate * 10) / 10;
}
