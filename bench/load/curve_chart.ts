import { picture, round, text } from "./chart.ts";

/** One line of a chart. */
export interface Line {
  /** What it is called. */
  readonly label: string;
  /** The product's own line, which stands out. */
  readonly own: boolean;
  /** Its points, from left to right; both numbers are above 0. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** How a chart of lines is described. */
export interface CurveChart {
  /** What it shows. */
  readonly title: string;
  /** What grows to the right, in powers. */
  readonly axis: string;
  /** The unit of what is drawn upwards. */
  readonly unit: string;
  /** The lines. */
  readonly lines: readonly Line[];
}

const WIDTH = 640;
const HEIGHT = 340;
const LEFT = 70;
const RIGHT = 110;
const TOP = 40;
const BOTTOM = 50;
/** Beyond this, low values could not be told apart if the axis were even. */
const EVEN = 20;

type Scale = (value: number) => number;

/** Draws lines over an axis of powers; upwards evenly from 0, or in powers where values are far apart. */
export function curveChart({ title, axis, unit, lines }: CurveChart): string {
  const xs = lines.flatMap(({ points }) => points.map(([x]) => x));
  const ys = lines.flatMap(({ points }) => points.map(([, y]) => y));
  const toX = powers(Math.min(...xs), Math.max(...xs), LEFT, WIDTH - RIGHT);
  const toY = upwards(ys);
  const ticks = [...new Set(xs)];
  const levels = [Math.min(...ys), Math.max(...ys)];
  return picture(title, WIDTH, HEIGHT, [
    `<path d="M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${WIDTH - RIGHT}" class="axis" fill="none"/>`,
    ...ticks.map((x) => text(toX(x), HEIGHT - BOTTOM + 18, short(x), "", "middle")),
    ...levels.map((y) => text(LEFT - 8, toY(y) + 4, `${y.toPrecision(3)} ${unit}`, "", "end")),
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, axis, "", "middle"),
    ...lines.flatMap((line) => drawLine(line, toX, toY)),
  ]);
}

function drawLine({ label, own, points }: Line, toX: Scale, toY: Scale): string[] {
  const path = points.map(([x, y]) => `${round(toX(x))} ${round(toY(y))}`).join("L");
  const [lastX, lastY] = points[points.length - 1];
  return [
    `<path d="M${path}" class="curve${own ? " own" : ""}"/>`,
    text(toX(lastX) + 8, toY(lastY) + 4, label),
  ];
}

function upwards(values: readonly number[]): Scale {
  const least = Math.min(...values);
  const most = Math.max(...values);
  const bottom = HEIGHT - BOTTOM;
  if (most / least > EVEN) return powers(least, most, bottom - 10, TOP);
  return (value) => bottom - (value / most) * (bottom - TOP);
}

function powers(least: number, most: number, from: number, to: number): Scale {
  const span = Math.log(most) - Math.log(least) || 1;
  return (value) => from + ((Math.log(value) - Math.log(least)) / span) * (to - from);
}

/** A size in few characters: 5000 is 5k, 65536 is 64Ki. */
function short(size: number): string {
  if (size >= 1_048_576 && size % 1_048_576 === 0) return `${size / 1_048_576}Mi`;
  if (size >= 1_024 && size % 1_024 === 0) return `${size / 1_024}Ki`;
  return size >= 1_000 && size % 1_000 === 0 ? `${size / 1_000}k` : String(size);
}
