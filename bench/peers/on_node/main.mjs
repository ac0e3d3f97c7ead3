/** Serves one kind of work on a free port, as the contestant that is named does it, and prints it. */
import { createReadStream } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import process from "node:process";
import { Readable } from "node:stream";
import { culvertHandlers } from "../apps/culvert_handlers.mjs";
import { fetchHandlers } from "../apps/fetch_handlers.mjs";
import { honoApp } from "../apps/hono_app.mjs";
import { rawAnswer } from "../apps/raw_answers.mjs";
import { fastifyApp } from "./fastify_app.mjs";
import { httpHandlers } from "./http_handlers.mjs";

const HOSTNAME = "127.0.0.1";
const [contestant, work, file, culvert] = process.argv.slice(2);
/** Who closes the connection makes no difference to a handler. */
const kind = work === "connection" ? "plaintext" : work;

const openFile = () => Readable.toWeb(createReadStream(file));

const CONTESTANTS = {
  /** The floor: one read, one answer, no HTTP. */
  "node:net": () => {
    const { answer, close } = rawAnswer(work);
    return listen(createServer({ noDelay: true }, (socket) => {
      socket.on("data", () => close ? socket.end(answer) : socket.write(answer));
      socket.on("error", () => socket.destroy());
    }));
  },
  "node:http": () => listen(createHttpServer(httpHandlers(file)[kind])),
  "Hono": async () => {
    const [library, { stream }, { serve }] = await Promise.all([
      import("hono"),
      import("hono/streaming"),
      import("@hono/node-server"),
    ]);
    const { fetch } = honoApp({ Hono: library.Hono, stream }, kind, openFile);
    return new Promise((resolve) => {
      serve({ fetch, hostname: HOSTNAME, port: 0 }, ({ port }) => resolve(port));
    });
  },
  "srvx": async () => {
    const { FastResponse, serve } = await import("srvx");
    const fetch = fetchHandlers({ openFile, Response: FastResponse })[kind];
    const server = await serve({ fetch, hostname: HOSTNAME, port: 0, silent: true }).ready();
    return Number(new URL(server.url).port);
  },
  "Fastify": async () => {
    const { default: fastify } = await import("fastify");
    const app = fastifyApp(fastify, kind, file);
    await app.listen({ host: HOSTNAME, port: 0 });
    return app.server.address().port;
  },
  "Culvert": async () => {
    const library = await import(culvert);
    const options = { hostname: HOSTNAME, port: 0, onListen() {} };
    const files = kind === "file" ? await loadStaticFiles() : {};
    const source = { openFile, path: file, ...files };
    const server = library.serve(options, culvertHandlers(library, source)[kind]);
    return (await server.listening).port;
  },
};

console.log(await CONTESTANTS[contestant]());

/** Only a program that serves files loads what serves them; a revision may be without. */
function loadStaticFiles() {
  return import(culvert.replace("node.js", "middleware/static_files.js")).catch(() => ({}));
}

/** Listens on a free port, and gives it. */
function listen(server) {
  return new Promise((resolve) => {
    server.listen(0, HOSTNAME, () => resolve(server.address().port));
  });
}
