import { json, text } from "../../mod.ts";

/** One of the many things that a handler may do. */
export interface Behaviour {
  /** Whether the answer is the content as it comes, so that neither can be whole without the other. */
  readonly echoes: boolean;
  /** Answers. */
  handle(request: Request): Response | Promise<Response>;
}

/** What handlers do with requests. */
export const BEHAVIOURS: readonly Behaviour[] = [
  echo((request) => new Response(request.body)),
  echo((request) => new Response(request.body?.pipeThrough(new TransformStream()))),
  other(async (request) => text(await request.text())),
  other(() => text("nothing read")),
  other(({ headers }) =>
    new Response("native", { headers: { "x-host": `${headers.get("host")}` } })
  ),
  other(() => {
    throw new Error("A handler fails");
  }),
  other(async (request) => {
    const octets = await request.bytes();
    return json([request.method, request.url, [...request.headers], octets.length]);
  }),
  other(async (request) => {
    await Promise.resolve();
    return new Response(null, { status: request.signal.aborted ? 204 : 205 });
  }),
  other(async (request) => {
    const copy = request.clone();
    return text(`${await request.text()}${await copy.text()}`);
  }),
  other(async (request) => {
    await request.body?.cancel();
    return text("cancelled");
  }),
];

function echo(handle: Behaviour["handle"]): Behaviour {
  return { echoes: true, handle };
}

function other(handle: Behaviour["handle"]): Behaviour {
  return { echoes: false, handle };
}
