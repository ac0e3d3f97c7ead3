import { type Handler, type Middleware, routes } from "../../mod.ts";
import { staticFiles, type StaticFilesOptions } from "../../src/middleware/static_files.ts";
import { type LocalServer, startLocal } from "../transport/servers.ts";
import { WireClient, type WireResponse } from "../transport/wire_client.ts";

/** When the files of a site were last modified. */
export const MODIFIED = new Date("2024-06-01T12:00:00Z");

/** The same, as `Last-Modified` has it. */
export const LAST_MODIFIED = MODIFIED.toUTCString();

/** Files by their names. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** A folder with files, for one test. */
export interface Site extends Disposable {
  /** The folder that holds the root, and what must not be served. */
  readonly folder: string;
  /** The root. */
  readonly root: string;
}

/** Makes a folder with files; those below `public/` are the site. */
export function makeSite(files: Files): Site {
  const folder = Deno.realPathSync(Deno.makeTempDirSync());
  Deno.mkdirSync(`${folder}/public`);
  for (const [name, content] of Object.entries(files)) writeFile(`${folder}/${name}`, content);
  return {
    folder,
    root: `${folder}/public`,
    [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }),
  };
}

/** Writes a file that was last modified when all of them were, and the folders above it. */
export function writeFile(path: string, content: string | Uint8Array): void {
  Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  if (typeof content === "string") Deno.writeTextFileSync(path, content);
  else Deno.writeFileSync(path, content);
  Deno.utimeSync(path, MODIFIED, MODIFIED);
}

/** Long after all files were made: what was found out about them is kept. */
export function later(): number {
  return Date.now() + 60_000;
}

/** A server of a site's files. */
export interface SiteServer extends AsyncDisposable {
  /** The server. */
  readonly local: LocalServer;
  /** Sends a request over a connection of its own, with fields as they are. */
  ask(target: string, fields?: Fields, method?: string): Promise<WireResponse>;
}

/** Field values by name. */
export type Fields = Readonly<Record<string, string>>;

/** Serves the files of a site below `/`. */
export async function serveSite(
  root: string,
  options: StaticFilesOptions = {},
  wrap: Middleware = (next) => next,
): Promise<SiteServer> {
  return await serveHandler(wrap(routes({ "/*": staticFiles(root, options) }).fetch as Handler));
}

/** Serves with a handler. */
export async function serveHandler(handler: Handler): Promise<SiteServer> {
  const local = await startLocal(handler);
  return {
    local,
    ask: (target, fields, method) => ask(local, target, fields, method),
    [Symbol.asyncDispose]: () => local[Symbol.asyncDispose](),
  };
}

async function ask(
  { addr }: LocalServer,
  target: string,
  fields: Fields = {},
  method: string = "GET",
): Promise<WireResponse> {
  using client = await WireClient.connect(addr);
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  await client.send(`${method} ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${lines}\r\n`);
  const response = await client.response(method);
  if (!await client.isOver()) throw new Error("octets behind the answer");
  return response;
}

/** Some octets that tell where they are, the same each time. */
export function pattern(length: number): Uint8Array<ArrayBuffer> {
  const octets = new Uint8Array(length);
  for (let i = 0; i < length; i++) octets[i] = (i * 31 + (i >> 8) * 7 + (i >> 16)) & 255;
  return octets;
}
