/** When resident memory was measured, and how much there was. */
export interface MemorySample {
  /** Minutes since the traffic began. */
  readonly minute: number;
  /** Octets behind a forced collection. */
  readonly resident: number;
}

/** A part of the run, in minutes. */
export interface Span {
  /** Its first minute. */
  readonly from: number;
  /** Its last minute. */
  readonly to: number;
}

/** What is compared: resident memory once everything is warm, and at the end. */
export interface MemoryComparison {
  /** Once everything is warm. */
  readonly early: Span;
  /** At the end. */
  readonly late: Span;
  /** Median of resident memory early, in octets; `undefined` where the run is too short. */
  readonly earlyMedian: number | undefined;
  /** Median of resident memory at the end, likewise. */
  readonly lateMedian: number | undefined;
}

/** Minutes from which the windows have the lengths that they are meant to have. */
const WHOLE = 10;

/** Minutes in which buffers and code are made that stay; what is measured then says nothing. */
const WARM_UP = 0.4;

/** Samples of which a median means something. */
const LEAST_SAMPLES = 3;

/** Minutes 3 to 5 and the last 3; in a short run its parts from 15 to 25 % and from 85 %. */
export function memoryWindows(minutes: number): { readonly early: Span; readonly late: Span } {
  return minutes >= WHOLE
    ? { early: { from: 3, to: 5 }, late: { from: minutes - 3, to: minutes } }
    : {
      early: { from: 0.15 * minutes, to: 0.25 * minutes },
      late: { from: 0.85 * minutes, to: minutes },
    };
}

/** Compares the medians of the two windows of a run. */
export function compareMemory(
  samples: readonly MemorySample[],
  minutes: number,
): MemoryComparison {
  const { early, late } = memoryWindows(minutes);
  if (early.from < WARM_UP) return { early, late, earlyMedian: undefined, lateMedian: undefined };
  return {
    early,
    late,
    earlyMedian: medianIn(samples, early),
    lateMedian: medianIn(samples, late),
  };
}

function medianIn(samples: readonly MemorySample[], { from, to }: Span): number | undefined {
  const sizes = samples.filter(({ minute }) => minute >= from && minute <= to)
    .map(({ resident }) => resident).sort((a, b) => a - b);
  if (sizes.length < LEAST_SAMPLES) return undefined;
  const middle = sizes.length >> 1;
  return sizes.length % 2 === 1 ? sizes[middle] : (sizes[middle - 1] + sizes[middle]) / 2;
}
