import {
  CHUNK,
  CHUNKS,
  countOctets,
  FILE_FIELDS,
  HELLO,
  OCTET_STREAM,
  OCTETS,
} from "./material.mjs";

/** An application of Hono for one kind of work, as its documentation writes them. */
export function honoApp({ Hono, stream }, kind, openFile) {
  const app = new Hono();
  ROUTES[kind](app, { stream, openFile });
  return app;
}

const ROUTES = {
  plaintext: (app) => app.get("/", (c) => c.text(HELLO)),
  native: (app) => app.get("/", () => new Response(HELLO)),
  parameter: (app) =>
    app.get("/users/:id", (c) => c.json({ id: c.req.param("id"), status: "active" })),
  json: (app) => app.post("/json", async (c) => c.json(await c.req.json())),
  fields: (app) =>
    app.get(
      "/",
      (c) => c.text(`${c.req.header("accept-language")} ${c.req.header("x-request-id")}`),
    ),
  octets: (app) => app.get("/", (c) => c.body(OCTETS, 200, { "content-type": OCTET_STREAM })),
  file: (app, { openFile }) =>
    app.get("/", async (c) => c.body(await openFile(), 200, FILE_FIELDS)),
  upload: (app) => app.post("/", async (c) => c.text(String(await countOctets(c.req.raw.body)))),
  chunks: (app, { stream }) =>
    app.get("/", (c) => {
      c.header("content-type", OCTET_STREAM);
      return stream(c, async (out) => {
        for (let i = 0; i < CHUNKS; i++) await out.write(CHUNK);
      });
    }),
};
