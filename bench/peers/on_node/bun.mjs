/** Serves one kind of work with Bun.serve on a free port, and prints it. */
/* global Bun */
import { fetchHandlers } from "../apps/fetch_handlers.mjs";
import { FILE_FIELDS } from "../apps/material.mjs";

const [work, file] = Bun.argv.slice(2);
const kind = work === "connection" ? "plaintext" : work;
const handlers = {
  ...fetchHandlers({}),
  file: () => new Response(Bun.file(file), { headers: FILE_FIELDS }),
};
/** Its own router; everything else is a function, as a static answer is not what the others give. */
const ROUTES = {
  "/users/:id": ({ params }) => Response.json({ id: params.id, status: "active" }),
};

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  ...(kind === "parameter" ? { routes: ROUTES } : {}),
  fetch: handlers[kind],
});
console.log(server.port);
