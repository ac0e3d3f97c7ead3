/** A fenced code block of a Markdown document. */
export interface Fence {
  /** Line of the opening fence, from 1. */
  readonly line: number;
  /** The words of the info string: the language, then attributes. */
  readonly info: readonly string[];
  /** The lines between the fences. */
  readonly code: string;
}

/** Finds the fenced code blocks of a Markdown document. */
export function readFences(markdown: string): readonly Fence[] {
  const fences = /^(?<fence>`{3,})(?<info>[^`\n]*)\n(?<code>[^]*?)^\k<fence>`*[ \t]*$/gm;
  return [...markdown.matchAll(fences)].map(({ index, groups }) => ({
    line: markdown.slice(0, index).split("\n").length,
    info: groups!.info.trim().split(/\s+/),
    code: groups!.code,
  }));
}
