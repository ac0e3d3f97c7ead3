/** Octets of memory that a process has in use (`VmRSS` of proc(5)). */
export async function residentMemory(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]) * 1024;
}

/** How many descriptors a process has open. */
export async function countDescriptors(pid: number): Promise<number> {
  let count = 0;
  for await (const _descriptor of Deno.readDir(`/proc/${pid}/fd`)) count++;
  return count;
}
