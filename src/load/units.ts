/** Milliseconds of each unit of time. */
const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Octets of each unit of size. */
const OCTETS: Readonly<Record<string, number>> = {
  "": 1,
  B: 1,
  k: 1_000,
  kB: 1_000,
  KiB: 2 ** 10,
  M: 1_000_000,
  MB: 1_000_000,
  MiB: 2 ** 20,
  G: 1_000_000_000,
  GB: 1_000_000_000,
  GiB: 2 ** 30,
};

/** Reads `500ms`, `1.5s`, `2m` or `1h` as milliseconds; `undefined` where it is no such thing. */
export function parseDuration(text: string): number | undefined {
  const [, number, unit] = /^(\d{1,9}(?:\.\d{1,9})?)(ms|s|m|h)$/.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) * MILLISECONDS[unit];
}

/** Reads `512`, `64KiB` or `1.5MB` as octets; `undefined` where it is no such thing. */
export function parseSize(text: string): number | undefined {
  const [, number, unit] = /^(\d{1,12}(?:\.\d{1,9})?)([KMG]iB|[kMG]?B|[kMG]?)$/.exec(text) ?? [];
  if (number === undefined) return undefined;
  const octets = Number(number) * OCTETS[unit];
  return Number.isInteger(octets) ? octets : undefined;
}

/** Milliseconds for people: three digits and the unit that fits. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds === 0) return "0 ms";
  // What would be rounded up to 1 000 of a unit is 1 of the next one.
  if (milliseconds < 0.9995) return `${digits(milliseconds * 1_000)} µs`;
  if (milliseconds < 999.5) return `${digits(milliseconds)} ms`;
  return `${digits(milliseconds / 1_000)} s`;
}

/** Octets for people: three digits and the unit that fits. */
export function formatSize(octets: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let size = octets;
  let unit = 0;
  for (; size >= 999.5 && unit < units.length - 1; unit++) size /= 1024;
  return `${unit === 0 ? Math.round(size) : digits(size)} ${units[unit]}`;
}

/** A count for people: digits in groups of three, and a tenth where there are few. */
export function formatCount(count: number): string {
  const [whole, ...tenth] = String(Number(count.toFixed(count < 100 ? 1 : 0))).split(".");
  return [whole.replace(/\B(?=(\d{3})+$)/g, ","), ...tenth].join(".");
}

function digits(value: number): string {
  if (value >= 99.95) return String(Math.round(value));
  return value.toFixed(value >= 9.995 ? 1 : 2);
}
