import { parseArgs } from "../../src/std/parse_args.ts";

/** The flags of a task and its other arguments. */
export interface Arguments<Switch extends string, Text extends string> {
  /** Flags without a value. */
  readonly switches: { readonly [name in Switch]: boolean };
  /** Flags with one. */
  readonly texts: { readonly [name in Text]?: string };
  /** Everything else. */
  readonly rest: readonly string[];
}

/** A command line that makes no sense; its message is for whoever wrote it. */
export class UsageError extends Error {
  /** Always `"UsageError"`. */
  override readonly name = "UsageError";
}

/** Divides a command line; throws a `UsageError` for a flag that the task does not know. */
export function readArguments<const Switch extends string, const Text extends string>(
  args: readonly string[],
  names: { readonly switches: readonly Switch[]; readonly texts: readonly Text[] },
): Arguments<Switch, Text> {
  const flags = parseArgs([...args], {
    boolean: names.switches,
    string: names.texts,
    unknown(argument, name) {
      if (name !== undefined) throw new UsageError(`unknown flag ${argument}`);
      return true;
    },
  });
  const values = flags as unknown as Readonly<Record<string, string>>;
  const empty = names.texts.find((name) => values[name] === "");
  if (empty !== undefined) throw new UsageError(`--${empty} needs a value`);
  return { switches: flags, texts: flags, rest: flags._.map(String) } as Arguments<Switch, Text>;
}

/** Reads a number from 1 on; throws a `UsageError` for anything else. */
export function readCount(name: string, text: string | undefined, usual: number): number {
  if (text === undefined) return usual;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`--${name} needs a number from 1 on`);
  return Number(text);
}

/** Reads names with commas between them; throws a `UsageError` for one that is not among the known. */
export function readNames<const Name extends string>(
  name: string,
  text: string | undefined,
  known: readonly Name[],
): readonly Name[] {
  if (text === undefined) return known;
  const names = text.split(",");
  const stranger = names.find((one) => !known.includes(one as Name));
  if (stranger !== undefined) {
    throw new UsageError(`--${name} does not know ${stranger}, but ${known.join(", ")}`);
  }
  return known.filter((one) => names.includes(one));
}

/** Runs a task; a `UsageError` is printed, and ends it with exit code 2. */
export async function runTask(task: (args: readonly string[]) => Promise<void>): Promise<void> {
  try {
    await task(Deno.args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    Deno.exit(2);
  }
}
