/** What another program wrote, and how it ended. */
export interface ToolResult {
  /** Exit code. */
  readonly code: number;
  /** Its standard output, one character for each octet. */
  readonly stdout: string;
  /** Its standard error. */
  readonly stderr: string;
}

const latin1 = new TextDecoder("latin1");

/** Runs curl with no configuration but these arguments, for two minutes at most. */
export function curl(args: readonly string[], stdin?: Uint8Array): Promise<ToolResult> {
  return runTool("curl", ["--disable", "--silent", "--max-time", "120", ...args], stdin);
}

/**
 * Runs a program until it ends.
 *
 * A program that is missing is an error: what it would have tested was not tested.
 */
export async function runTool(
  name: string,
  args: readonly string[],
  stdin: Uint8Array = new Uint8Array(0),
): Promise<ToolResult> {
  const process = startTool(name, args);
  const [{ code, stdout, stderr }] = await Promise.all([
    process.output(),
    feed(process.stdin, stdin),
  ]);
  return { code, stdout: latin1.decode(stdout), stderr: latin1.decode(stderr) };
}

/** Starts a program whose three standard streams are piped. */
export function startTool(name: string, args: readonly string[]): Deno.ChildProcess {
  try {
    return new Deno.Command(name, {
      args: [...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(
      `Cannot run ${name}: install it (on Debian: apt-get install ${packageOf(name)})`,
    );
  }
}

/** Gives octets to a program; one that does not want them all is no error. */
async function feed(stdin: WritableStream<Uint8Array>, octets: Uint8Array): Promise<void> {
  const writer = stdin.getWriter();
  try {
    if (octets.length > 0) await writer.write(octets);
    await writer.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

function packageOf(name: string): string {
  return name === "node" ? "nodejs" : name;
}
