import {
  chunkStream,
  countOctets,
  FILE_FIELDS,
  HELLO,
  OCTET_STREAM,
  OCTETS,
  pathnameOf,
} from "./material.mjs";

const USERS = "/users/";

/**
 * Handlers of web standards alone, one for each kind of work.
 *
 * `openFile` gives the file as a stream, `Response` may be a server's own class. The route is a
 * comparison of text, not a URLPattern: the fastest code that is still plain.
 */
export function fetchHandlers({ openFile, Response = globalThis.Response }) {
  return {
    plaintext: () => new Response(HELLO),
    native: () => new globalThis.Response(HELLO),
    parameter(request) {
      const pathname = pathnameOf(request.url);
      if (request.method !== "GET" || !pathname.startsWith(USERS)) {
        return new Response("Not Found", { status: 404 });
      }
      return jsonResponse(Response, { id: pathname.slice(USERS.length), status: "active" });
    },
    json: async (request) => jsonResponse(Response, await request.json()),
    fields: ({ headers }) =>
      new Response(`${headers.get("accept-language")} ${headers.get("x-request-id")}`),
    octets: () => new Response(OCTETS, { headers: { "content-type": OCTET_STREAM } }),
    file: async () => new Response(await openFile(), { headers: FILE_FIELDS }),
    upload: async (request) => new Response(String(await countOctets(request.body))),
    chunks: () => new Response(chunkStream(), { headers: { "content-type": OCTET_STREAM } }),
  };
}

/** `Response.json` where it makes what it is called on. */
function jsonResponse(Response, value) {
  if (Response === globalThis.Response) return Response.json(value);
  const headers = { "content-type": "application/json" };
  return new Response(JSON.stringify(value), { headers });
}
