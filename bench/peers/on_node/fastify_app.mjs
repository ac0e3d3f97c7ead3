import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import {
  CHUNK,
  CHUNKS,
  countOctets,
  FILE_FIELDS,
  HELLO,
  OCTET_STREAM,
  OCTETS,
} from "../apps/material.mjs";

/** An application of Fastify for one kind of work, as its documentation writes them. */
export function fastifyApp(fastify, kind, file) {
  const app = fastify();
  ROUTES[kind](app, file);
  return app;
}

/** What a serialiser is compiled from; the documentation recommends it for speed. */
const USER = {
  response: {
    200: {
      type: "object",
      properties: { id: { type: "string" }, status: { type: "string" } },
    },
  },
};

const ROUTES = {
  plaintext: (app) => app.get("/", (_request, reply) => reply.send(HELLO)),
  parameter: (app) =>
    app.get("/users/:id", { schema: USER }, ({ params }, reply) => {
      reply.send({ id: params.id, status: "active" });
    }),
  json: (app) => app.post("/json", ({ body }, reply) => reply.send(body)),
  fields: (app) =>
    app.get("/", ({ headers }, reply) => {
      reply.send(`${headers["accept-language"]} ${headers["x-request-id"]}`);
    }),
  octets: (app) => app.get("/", (_request, reply) => reply.type(OCTET_STREAM).send(OCTETS)),
  file: (app, file) =>
    app.get("/", (_request, reply) => reply.headers(FILE_FIELDS).send(createReadStream(file))),
  upload(app) {
    app.addContentTypeParser(OCTET_STREAM, (_request, content, done) => done(null, content));
    app.post("/", async ({ body }) => String(await countOctets(body)));
  },
  chunks: (app) =>
    app.get("/", (_request, reply) => {
      const chunks = Array.from({ length: CHUNKS }, () => CHUNK);
      reply.type(OCTET_STREAM).send(Readable.from(chunks, { objectMode: false }));
    }),
};
