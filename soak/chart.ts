import type { MemoryComparison, Span } from "./memory_windows.ts";
import { mebioctets } from "./verdict.ts";

/** What the chart shows of one moment. */
export interface ChartSample {
  /** Minutes since the traffic began. */
  readonly minute: number;
  /** Octets of resident memory. */
  readonly resident: number;
  /** Octets of the heap in use. */
  readonly heap: number;
}

/** What the chart shows. */
export interface ChartData {
  /** What is written above it. */
  readonly title: string;
  /** What is written below the title. */
  readonly subtitle: string;
  /** Length of the run. */
  readonly minutes: number;
  /** What was measured, in order. */
  readonly samples: readonly ChartSample[];
  /** What was compared. */
  readonly memory: MemoryComparison;
}

const WIDTH = 800;
const HEIGHT = 440;
const FRAME = { left: 64, right: 120, top: 98, bottom: 52 };
const MEBIOCTET = 2 ** 20;

/** Ticks on an axis, about. */
const TICKS = 6;

/** Pixels between two labels at the end of lines, at least. */
const LABEL_GAP = 16;

const STYLE = `
  .paper { fill: #ffffff } .text { fill: #1f2933 } .faint { fill: #5c6873 }
  .grid { stroke: #e3e7eb } .axis { stroke: #8a949e }
  .resident { stroke: #1769aa; fill: none } .heap { stroke: #b4540a; fill: none }
  .resident-text { fill: #1769aa } .heap-text { fill: #b4540a }
  .window { fill: #1769aa; opacity: .09 } .median { stroke: #1f2933 }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #14181d } .text { fill: #e8ecf0 } .faint { fill: #a3adb8 }
    .grid { stroke: #2a3139 } .axis { stroke: #6b7681 }
    .resident { stroke: #6cb6ff } .heap { stroke: #f0a35e }
    .resident-text { fill: #6cb6ff } .heap-text { fill: #f0a35e }
    .window { fill: #6cb6ff; opacity: .13 } .median { stroke: #e8ecf0 }
  }
`;

/** Draws memory over time, with the windows that are compared, as an SVG image. */
export function drawChart(data: ChartData): string {
  const scale = new Scale(data);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img"`,
    ` width="${WIDTH}" height="${HEIGHT}" font-family="system-ui, sans-serif" font-size="13">`,
    `<title>${escape(data.title)}</title><desc>${escape(data.subtitle)}</desc>`,
    `<style>${STYLE}</style>`,
    `<rect class="paper" width="${WIDTH}" height="${HEIGHT}"/>`,
    text(24, 32, data.title, 'class="text" font-size="17" font-weight="600"'),
    text(24, 54, data.subtitle, 'class="faint"'),
    drawAxes(scale),
    drawWindow(scale, data.memory.early, data.memory.earlyMedian),
    drawWindow(scale, data.memory.late, data.memory.lateMedian),
    drawLine(scale, data.samples, "heap"),
    drawLine(scale, data.samples, "resident"),
    drawLabels(scale, data.samples),
    "</svg>\n",
  ].join("\n");
}

/** The step between ticks, 1, 2 or 5 times a power of ten, that divides a length into a few. */
export function tickStep(length: number): number {
  const rough = length / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * [1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999)!;
}

/** Places on the paper of minutes and octets. */
class Scale {
  readonly minuteStep: number;
  readonly sizeStep: number;
  readonly minutes: number;
  /** Octets at the top, a whole number of steps. */
  readonly most: number;

  constructor({ minutes, samples }: ChartData) {
    const greatest = Math.max(MEBIOCTET, ...samples.map(({ resident }) => resident));
    this.minutes = Math.max(minutes, ...samples.map(({ minute }) => minute));
    this.minuteStep = tickStep(this.minutes);
    this.sizeStep = tickStep(greatest / MEBIOCTET) * MEBIOCTET;
    this.most = Math.ceil(1.05 * greatest / this.sizeStep) * this.sizeStep;
  }

  x(minute: number): number {
    return round(FRAME.left + (WIDTH - FRAME.left - FRAME.right) * minute / this.minutes);
  }

  y(octets: number): number {
    return round(HEIGHT - FRAME.bottom - (HEIGHT - FRAME.top - FRAME.bottom) * octets / this.most);
  }
}

function drawAxes(scale: Scale): string {
  const [left, right] = [scale.x(0), scale.x(scale.minutes)];
  const bottom = scale.y(0);
  const parts: string[] = [];
  for (let size = 0; size <= scale.most; size += scale.sizeStep) {
    const y = scale.y(size);
    parts.push(line(left, y, right, y, size === 0 ? "axis" : "grid"));
    parts.push(
      text(left - 8, y + 4, showTick(size / MEBIOCTET), 'class="faint" text-anchor="end"'),
    );
  }
  for (let i = 0; i * scale.minuteStep <= scale.minutes * 1.0001; i++) {
    const x = scale.x(i * scale.minuteStep);
    parts.push(line(x, bottom, x, bottom + 5, "axis"));
    const label = showTick(i * scale.minuteStep);
    parts.push(text(x, bottom + 20, label, 'class="faint" text-anchor="middle"'));
  }
  parts.push(
    text((left + right) / 2, HEIGHT - 12, "minutes", 'class="faint" text-anchor="middle"'),
  );
  parts.push(text(left - 8, FRAME.top - 16, "MiB", 'class="faint" text-anchor="end"'));
  return parts.join("\n");
}

/** The part of the run that a median was taken of, and that median. */
function drawWindow(scale: Scale, { from, to }: Span, median: number | undefined): string {
  const [left, right] = [scale.x(from), scale.x(to)];
  const [top, bottom] = [scale.y(scale.most), scale.y(0)];
  const area = `<rect class="window" x="${left}" y="${top}" width="${round(right - left)}" ` +
    `height="${round(bottom - top)}"/>`;
  if (median === undefined) return area;
  const y = scale.y(median);
  const label = text(
    (left + right) / 2,
    y + LABEL_GAP,
    `median ${mebioctets(median)}`,
    'class="text" font-size="11" text-anchor="middle"',
  );
  return `${area}\n${line(left, y, right, y, "median", 'stroke-dasharray="4 3"')}\n${label}`;
}

function drawLine(scale: Scale, samples: readonly ChartSample[], name: "resident" | "heap") {
  const points = samples.map((sample) => `${scale.x(sample.minute)},${scale.y(sample[name])}`);
  return `<polyline class="${name}" stroke-width="2" stroke-linejoin="round" points="${
    points.join(" ")
  }"/>`;
}

/** Names the lines where they end. */
function drawLabels(scale: Scale, samples: readonly ChartSample[]): string {
  const last = samples.at(-1);
  if (last === undefined) return "";
  const x = scale.x(last.minute) + 8;
  const resident = scale.y(last.resident) + 4;
  const heap = Math.max(scale.y(last.heap) + 4, resident + LABEL_GAP);
  return text(x, resident, "resident", 'class="resident-text"') +
    text(x, heap, "heap in use", 'class="heap-text"');
}

function line(x1: number, y1: number, x2: number, y2: number, kind: string, more = ""): string {
  return `<line class="${kind}" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" ${more}/>`;
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escape(content)}</text>`;
}

function escape(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function showTick(value: number): string {
  return String(Number(value.toPrecision(6)));
}

function round(pixels: number): number {
  return Math.round(10 * pixels) / 10;
}
