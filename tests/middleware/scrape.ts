/** The samples of a scrape: values by name and labels, as they are written. */
export type Samples = ReadonlyMap<string, number>;

const SAMPLE = /^([a-zA-Z_:][\w:]*(?:\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\.)*",?)*\})?) (\S+)$/;

/** Reads what Prometheus would; throws for a line that it would not. */
export function readSamples(text: string): Samples {
  const samples = new Map<string, number>();
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("# HELP ") || line.startsWith("# TYPE ")) continue;
    const match = SAMPLE.exec(line);
    if (match === null) throw new Error(`Cannot read the sample ${line}`);
    if (samples.has(match[1])) throw new Error(`There are two samples ${match[1]}`);
    samples.set(match[1], match[2] === "+Inf" ? Infinity : Number(match[2]));
  }
  return samples;
}
