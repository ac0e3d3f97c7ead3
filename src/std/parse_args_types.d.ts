/** Which flags a command line may have. */
export interface ParseArgsOptions<Boolean extends string, Text extends string> {
  /** Flags without a value; `false` where they are not given. */
  readonly boolean: readonly Boolean[];
  /** Flags whose value is text; absent where they are not given, the last one where repeated. */
  readonly string: readonly Text[];
  /** Those of them that may be repeated: their values come as a list, empty where there are none. */
  readonly collect?: readonly Text[];
  /**
   * Called with every other argument as it was written, and with its name where it is a flag.
   * `false` leaves it out of the result.
   */
  readonly unknown?: (argument: string, name?: string, value?: unknown) => unknown;
}

/** The flags by name; `_` holds the arguments that are no flags. */
export type ParsedArgs<Boolean extends string, Text extends string> =
  & { readonly _: readonly (string | number)[] }
  & { readonly [name in Boolean]: boolean }
  & { readonly [name in Text]?: string };

/** Divides a command line into flags and other arguments. */
export function parseArgs<const Boolean extends string, const Text extends string>(
  args: string[],
  options: ParseArgsOptions<Boolean, Text>,
): ParsedArgs<Boolean, Text>;
