import type { LoadProgress } from "./report.ts";
import { formatCount, formatDuration } from "./units.ts";

/** Where progress is written. */
export interface ProgressOutput {
  /** Whether it is a terminal, where a line can be written over. */
  readonly isTTY?: boolean;
  /** Characters in a line of it. */
  readonly columns?: number;
  /** Writes text. */
  write(text: string): unknown;
}

const BAR = 14;
/** Seconds between two lines where none can be written over. */
const LINE_EVERY = 5;
const START_OF_LINE = "\r\x1b[2K";

/** Shows how far a load has come: a line that changes on a terminal, else one each few seconds. */
export class ProgressLine {
  readonly #output: ProgressOutput;
  #lastLine = 0;

  /** Writes to `output`. */
  constructor(output: ProgressOutput) {
    this.#output = output;
  }

  /** Shows progress. */
  show(progress: LoadProgress): void {
    const { isTTY = false, columns = 80 } = this.#output;
    if (isTTY) {
      this.#output.write(START_OF_LINE + renderProgress(progress).slice(0, columns - 1));
    } else if (!progress.isWarmingUp && progress.seconds - this.#lastLine >= LINE_EVERY) {
      this.#lastLine = progress.seconds;
      this.#output.write(`${renderFigures(progress)}\n`);
    }
  }

  /** Leaves nothing behind on a terminal. */
  clear(): void {
    if (this.#output.isTTY) this.#output.write(START_OF_LINE);
  }
}

/** A bar and the figures of the moment. */
export function renderProgress(progress: LoadProgress): string {
  const filled = Math.round(progress.done * BAR);
  const bar = "█".repeat(filled) + "░".repeat(BAR - filled);
  const percent = String(Math.floor(progress.done * 100)).padStart(3);
  return `${bar} ${percent} %  ${renderFigures(progress)}`;
}

function renderFigures({ isWarmingUp, seconds, ...progress }: LoadProgress): string {
  if (isWarmingUp) return `warming up, ${seconds.toFixed(1)} s`;
  const parts = [
    `${seconds.toFixed(1)} s`,
    `${formatCount(progress.requestsPerSecond)}/s`,
    `p50 ${formatDuration(progress.p50)}`,
    `p99 ${formatDuration(progress.p99)}`,
    `${formatCount(progress.errors)} errors`,
  ];
  return parts.join("  ");
}
