/** Where and when something was measured. */
export interface Machine {
  /** Day, as year, month and day. */
  readonly date: string;
  /** Model of the processor. */
  readonly processor: string;
  /** How many cores it has. */
  readonly cores: number;
  /** The operating system's kernel. */
  readonly kernel: string;
  /** The revision of this repository; marked where files differ from it. */
  readonly revision: string;
  /** Versions of what took part. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Describes this machine; `versions` are added to those of Deno and wrk. */
export async function describeMachine(
  versions: Readonly<Record<string, string>>,
): Promise<Machine> {
  const information = await Deno.readTextFile("/proc/cpuinfo").catch(() => "");
  return {
    date: new Date().toISOString().slice(0, 10),
    processor: /^model name\s*: (.*)$/m.exec(information)?.[1] ?? "unknown",
    cores: navigator.hardwareConcurrency,
    kernel: `${Deno.build.os} ${Deno.osRelease()}`,
    revision: await revision(),
    versions: { Deno: Deno.version.deno, wrk: await wrkVersion(), ...versions },
  };
}

/** One line of the machine, for a reader. */
export function machineLine({ date, processor, cores, kernel, versions }: Machine): string {
  const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `${date}; ${processor}, ${cores} cores, ${kernel}; ${names.join(", ")}`;
}

async function revision(): Promise<string> {
  const hash = (await outputOf("git", ["rev-parse", "--short", "HEAD"])).trim();
  const changes = await outputOf("git", ["status", "--porcelain", "--", "src", "mod.ts"]);
  return changes === "" ? hash : `${hash} with changes`;
}

async function wrkVersion(): Promise<string> {
  return /^wrk (?:debian\/)?(\S+)/.exec(await outputOf("wrk", ["-v"]))?.[1] ?? "unknown";
}

/** What a command writes. */
export async function outputOf(command: string, args: readonly string[]): Promise<string> {
  const { stdout } = await new Deno.Command(command, { args: [...args], stderr: "null" }).output();
  return new TextDecoder().decode(stdout);
}
