import type { Context, Handler, Params, RouteTable } from "../../mod.ts";
import { routes } from "../../src/routing/route_table.ts";
import { text } from "../../src/known_response.ts";

/** What a route that answered saw. */
export interface Seen {
  readonly key: string;
  readonly params: Params;
  readonly segments: readonly string[];
}

/** A table in which every key stands for a handler that notes its key and what it saw. */
export class NotedTable {
  readonly table: RouteTable;
  #seen: Seen | undefined;

  constructor(keys: readonly string[]) {
    const entries: [string, Handler][] = keys.map((key) => [
      key,
      (_request, { params, segments }) => {
        this.#seen = { key, params, segments };
        return text(key);
      },
    ]);
    this.table = routes<Record<string, unknown>>(Object.fromEntries(entries));
  }

  /** What the route that answers saw; `undefined` where none did. */
  async ask(method: string, path: string): Promise<Seen | undefined> {
    this.#seen = undefined;
    await this.table.fetch(new Request(`http://localhost${path}`, { method }));
    return this.#seen;
  }
}

/** A context as a server of ours makes it. */
export function contextOf(request: Request): { -readonly [Name in keyof Context]: Context[Name] } {
  return {
    params: {},
    segments: [],
    route: undefined,
    url: new URL(request.url),
    remoteAddr: { transport: "tcp", hostname: "192.0.2.1", port: 4711 },
    localAddr: { transport: "tcp", hostname: "192.0.2.2", port: 80 },
    limits: { content: 100, drain: 10 },
    completed: Promise.resolve({ status: 200, contentOctets: 0 }),
  };
}
