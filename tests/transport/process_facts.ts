/** Octets of memory that a process has in use (`VmRSS` of proc(5)). */
export async function residentMemory(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]) * 1024;
}

/** Numbers of the descriptors that a process has open. */
export async function openDescriptors(pid: number): Promise<readonly number[]> {
  const numbers: number[] = [];
  for await (const { name } of Deno.readDir(`/proc/${pid}/fd`)) numbers.push(Number(name));
  return numbers;
}
