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

/** How many sockets a process has open. */
export async function openSockets(pid: number): Promise<number> {
  let sockets = 0;
  for (const descriptor of await openDescriptors(pid)) {
    if (await isSocket(`/proc/${pid}/fd/${descriptor}`)) sockets++;
  }
  return sockets;
}

async function isSocket(link: string): Promise<boolean> {
  try {
    return (await Deno.readLink(link)).startsWith("socket:");
  } catch (error) {
    // It was closed meanwhile.
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
