/** The regular expression of a glob over paths that are divided by `/`. */
export function globToRegExp(glob: string): RegExp;
