/** Writes a file of a report as `deno fmt` has it, and makes the folder that it lies in. */
export async function writeReport(path: string, content: string): Promise<void> {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  if (folder !== "") await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(path, content);
  // Charts and figures may be committed, and everything that is has one format.
  const options = { args: ["fmt", "--quiet", path] };
  const { success, stderr } = await new Deno.Command(Deno.execPath(), options).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  console.error(`Wrote ${path}`);
}
