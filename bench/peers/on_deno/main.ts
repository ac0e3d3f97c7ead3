/** Serves one kind of work on a free port, as the contestant that is named does it, and prints it. */
import { culvertHandlers } from "../apps/culvert_handlers.mjs";
import { fetchHandlers } from "../apps/fetch_handlers.mjs";
import { honoApp } from "../apps/hono_app.mjs";
import { rawAnswer } from "../apps/raw_answers.mjs";

const NO_FILES: { readonly staticFiles: unknown } = { staticFiles: undefined };

type Handler = (request: Request) => Response | Promise<Response>;
type HandlerByKind = Readonly<Record<string, Handler>>;

const ADDRESS = { hostname: "127.0.0.1", port: 0, onListen() {} };
const [contestant, work, file, hono, culvert] = Deno.args;
/** Who closes the connection makes no difference to a handler. */
const kind = work === "connection" ? "plaintext" : work;

const CONTESTANTS: Readonly<Record<string, () => number | Promise<number>>> = {
  "Deno.listen": () => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    acceptAll(listener);
    return listener.addr.port;
  },
  "Deno.serve": () => {
    const handlers = fetchHandlers({ openFile }) as HandlerByKind;
    return Deno.serve(ADDRESS, handlers[kind]).addr.port;
  },
  "Hono": async () => {
    const [{ Hono }, { stream }] = await Promise.all([
      import(`npm:hono@${hono}`),
      import(`npm:hono@${hono}/streaming`),
    ]);
    return Deno.serve(ADDRESS, honoApp({ Hono, stream }, kind, openFile).fetch).addr.port;
  },
  // A specifier at run time, so that any revision can be served.
  "Culvert": async () => {
    const library = await import(culvert);
    const files = kind === "file" ? await loadStaticFiles() : NO_FILES;
    const source = { openFile, path: file, ...files };
    const handlers = culvertHandlers(library, source) as HandlerByKind;
    return library.serve(ADDRESS, handlers[kind]).addr.port;
  },
};

console.log(await CONTESTANTS[contestant]());

/** Only a program that serves files loads what serves them; a revision may be without. */
function loadStaticFiles(): Promise<typeof NO_FILES> {
  return import(culvert.replace("mod.ts", "src/middleware/static_files.ts")).catch(() => NO_FILES);
}

async function openFile(): Promise<ReadableStream<Uint8Array>> {
  return (await Deno.open(file)).readable;
}

async function acceptAll(listener: Deno.TcpListener): Promise<void> {
  for await (const conn of listener) {
    conn.setNoDelay(true);
    answerAll(conn).catch(() => conn.close());
  }
}

/** The floor: one read, one answer, no HTTP. */
async function answerAll(conn: Deno.TcpConn): Promise<void> {
  const { answer, close } = rawAnswer(work);
  const buffer = new Uint8Array(4096);
  while (await conn.read(buffer) !== null) {
    for (let sent = 0; sent < answer.length;) sent += await conn.write(answer.subarray(sent));
    if (close) break;
  }
  conn.close();
}
