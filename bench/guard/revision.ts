import { UsageError } from "../load/options.ts";

const ROOT = new URL("../../", import.meta.url);

/** The sources of a revision, in a folder of their own until they are no longer needed. */
export class Revision implements AsyncDisposable {
  /** What it is called. */
  readonly name: string;
  /** Its module, as a URL. */
  readonly module: string;
  readonly #folder: string | undefined;

  private constructor(name: string, base: URL | string, folder?: string) {
    this.name = name;
    this.module = new URL("mod.ts", base).href;
    this.#folder = folder;
  }

  /** Takes a revision out of the repository, or the work tree as it is. */
  static async open(name?: string): Promise<Revision> {
    if (name === undefined) return new Revision("the work tree", ROOT);
    const folder = await Deno.makeTempDir();
    try {
      const archive = `${folder}/sources.tar`;
      await run("git", ["archive", `--output=${archive}`, name, "mod.ts", "src"]);
      await run("tar", ["-xf", archive, "-C", folder]);
      return new Revision(name, new URL(`file://${folder}/`), folder);
    } catch (error) {
      await Deno.remove(folder, { recursive: true });
      throw error;
    }
  }

  /** Removes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#folder !== undefined) await Deno.remove(this.#folder, { recursive: true });
  }
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const options = { args: [...args], cwd: ROOT };
  const { success, stderr } = await new Deno.Command(command, options).output();
  if (!success) throw new UsageError(`no such revision: ${new TextDecoder().decode(stderr)}`);
}
