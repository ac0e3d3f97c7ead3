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
  return (await openFiles(pid)).filter((name) => name.startsWith("socket:")).length;
}

/** Names of what a process has open: paths, and what proc(5) calls the rest. */
export async function openFiles(pid: number): Promise<readonly string[]> {
  const numbers = await openDescriptors(pid);
  const names = await Promise.all(numbers.map((number) => nameOf(`/proc/${pid}/fd/${number}`)));
  return names.filter((name) => name !== undefined);
}

async function nameOf(descriptor: string): Promise<string | undefined> {
  try {
    return await Deno.readLink(descriptor);
  } catch (error) {
    // It was closed meanwhile.
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
