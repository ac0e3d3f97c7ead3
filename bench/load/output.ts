/** Writes a file of a report, and makes the folder that it lies in. */
export async function writeReport(path: string, content: string): Promise<void> {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  if (folder !== "") await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(path, content);
  console.error(`Wrote ${path}`);
}
