import type { ResponseReader } from "./platform_response.ts";

const PLATFORM = Response.prototype;

/** Whether anything is of the platform's own class; what cannot even be asked is not. */
export function isPlatformResponse(value: unknown): boolean {
  try {
    return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === PLATFORM;
  } catch {
    return false;
  }
}

/** Responses of every kind that is read here. */
const SAMPLES: readonly (() => Response)[] = [
  () => new Response("text"),
  () => Response.json({ sample: true }),
  () => new Response("text", { status: 404, statusText: "None", headers: { "X-B": "b" } }),
  () => new Response("text", { headers: [["b", "1"], ["a", "2"], ["B", "3"]] }),
  () => new Response("text", { headers: [["Set-Cookie", "a=1"], ["Set-Cookie", "b=2"]] }),
  () => new Response("<p>", { headers: { "Content-Type": "text/html" } }),
  () => new Response(new Uint8Array([1, 2])),
  () => new Response(null, { status: 204, headers: { a: "b" } }),
  () => changed(new Response("text")),
];

function changed(response: Response): Response {
  response.headers.set("X-Changed", "yes");
  return response;
}

/** Whether what is taken is what the public face says, and taking it counts as reading it. */
export function passesProbe(reader: ResponseReader): boolean {
  const isRead = SAMPLES.every((make) => {
    const response = make();
    const { status, statusText, headers } = make();
    const known = reader.take(response);
    return known !== undefined && known.status === status && known.statusText === statusText &&
      String(known.fields) === String([...headers]) && isUsed(response) === (status !== 204);
  });
  return isRead && reader.take(new Response("text"))?.content === "text" &&
    reader.take(new Response(new ReadableStream())) === undefined;
}

/** Asked twice: what was taken stays taken. */
function isUsed(response: Response): boolean {
  return response.bodyUsed && response.bodyUsed;
}
