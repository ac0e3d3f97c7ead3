/** Serves something of the size that the arguments give on a free port, and prints the port. */
import {
  bytes,
  json,
  type NetAddress,
  type RouteHandler,
  routes,
  serve,
  text,
} from "@culvert/http";

const [contestant, kind, sizeText] = Deno.args;
const size = Number(sizeText);
const ADDRESS = { hostname: "127.0.0.1", port: 0, onListen() {} };
const HELLO = "Hello, World!";
const CONTENT = new Uint8Array(kind === "content" ? size : 0).fill(0x61);
const OCTETS = { headers: { "content-type": "application/octet-stream" } };

const DENO_HANDLERS: Readonly<Record<string, () => Response>> = {
  plaintext: () => new Response(HELLO),
  content: () => new Response(CONTENT, OCTETS),
};

const CULVERT_HANDLERS = {
  plaintext: () => () => text(HELLO),
  content: () => () => bytes(CONTENT),
  routes: () => routes(table(size)),
};

console.log((start().addr as NetAddress).port);

function start(): { readonly addr: object } {
  if (contestant === "Deno.serve") return Deno.serve(ADDRESS, DENO_HANDLERS[kind]);
  const makeHandler = CULVERT_HANDLERS[kind as keyof typeof CULVERT_HANDLERS];
  // The default admits as many connections as the last point of the curve has.
  return serve({ ...ADDRESS, limits: { connections: 20_000 } }, makeHandler());
}

/** So many routes, each with a parameter. */
function table(size: number): Readonly<Record<string, RouteHandler>> {
  const show: RouteHandler = (_request, { params }) => json({ id: params.id });
  return Object.fromEntries(
    Array.from({ length: size }, (_, index) => [`GET /things/${index}/:id`, show]),
  );
}
