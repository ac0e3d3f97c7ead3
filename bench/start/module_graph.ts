import { outputOf } from "../load/machine.ts";

/** What a program loads. */
export interface ModuleGraph {
  /** How many modules, the program itself included. */
  readonly modules: number;
  /** How long they are together, in octets. */
  readonly octets: number;
}

/** Asks `deno info` what a module loads, types left out. */
export async function readModuleGraph(path: string): Promise<ModuleGraph> {
  return countModules(await outputOf(Deno.execPath(), ["info", "--json", path]));
}

interface Info {
  readonly roots: readonly string[];
  readonly modules: readonly InfoModule[];
}

interface InfoModule {
  readonly specifier: string;
  readonly kind?: string;
  readonly size?: number;
  readonly dependencies?: readonly InfoDependency[];
}

interface InfoDependency {
  /** Absent for what is only imported as a type. */
  readonly code?: { readonly specifier?: string };
}

/** Counts the modules that run, which are those of a file; what the runtime brings along is not. */
export function countModules(json: string): ModuleGraph {
  const { roots, modules }: Info = JSON.parse(json);
  const bySpecifier = new Map(modules.map((module) => [module.specifier, module]));
  const reached = new Set<InfoModule>();
  const pending = [...roots];
  while (pending.length > 0) {
    const module = bySpecifier.get(pending.pop()!);
    if (module?.size === undefined || reached.has(module)) continue;
    reached.add(module);
    pending.push(...(module.dependencies ?? []).flatMap(({ code }) => code?.specifier ?? []));
  }
  const octets = [...reached].reduce((sum, { size }) => sum + size!, 0);
  return { modules: reached.size, octets };
}
