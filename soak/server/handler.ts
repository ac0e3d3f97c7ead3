import { type Handler, routes, type RouteTable, text } from "../../mod.ts";
import { PATHNAME } from "../../src/handler.ts";
import { patternAt } from "../pattern.ts";

/** Octets that a stream gives at once. */
const PIECE = 16_384;

const OCTETS = { "content-type": "application/octet-stream" };

const table: RouteTable = routes({
  "GET /soak/octets/:count": (_request, { params }) =>
    new Response(octetStream(Number(params.count)), { headers: OCTETS }),
  "POST /soak/mirror": (request) => new Response(request.body, { headers: OCTETS }),
  "GET /soak/never": async ({ signal }) => {
    const gone = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => gone.resolve());
    await gone.promise;
    return text("nobody is left to read this");
  },
});

/** Adds what a showcase lacks to one: streams of any length, and a handler that never answers. */
export function withStreams(showcase: Handler): Handler {
  return (request, context) => {
    // Asked for as the route table asks, so that no URL is made that the server would not make.
    const path = (request as { readonly [PATHNAME]?: string })[PATHNAME]!;
    return path.startsWith("/soak/") ? table.fetch(request, context) : showcase(request, context);
  };
}

function octetStream(count: number): ReadableStream<Uint8Array> {
  let offset = 0;
  return new ReadableStream({
    pull(controller) {
      const length = Math.min(PIECE, count - offset);
      if (length > 0) controller.enqueue(patternAt(offset, length));
      offset += length;
      if (offset >= count) controller.close();
    },
  });
}
