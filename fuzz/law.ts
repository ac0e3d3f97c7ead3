/** Something that must hold of every input did not. */
export class BrokenLaw extends Error {
  /** Always `"BrokenLaw"`. */
  override readonly name = "BrokenLaw";
  /** Which law it was: the same for all inputs that break it. */
  readonly law: string;

  /** Reports a law, and how it was broken. */
  constructor(law: string, detail: string) {
    super(`${law}\n${detail}`);
    this.law = law;
  }
}

/** Demands that a condition holds. */
export function demand(condition: boolean, law: string, detail: string = ""): void {
  if (!condition) throw new BrokenLaw(law, detail);
}

/** Demands that two plain values are equal. */
export function demandSame(actual: unknown, expected: unknown, law: string): void {
  const [found, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (found !== wanted) throw new BrokenLaw(law, `  found    ${found}\n  expected ${wanted}`);
}

/** What an error is known by: two inputs with the same fault have the same. */
export function lawOf(error: unknown): string {
  if (error instanceof BrokenLaw) return error.law;
  if (!(error instanceof Error)) return `threw ${String(error)}`;
  const [message] = error.message.split("\n");
  return `total: threw ${error.name}: ${message.replaceAll(/"(?:[^"\\]|\\.)*"|\d+/g, "…")}`;
}
