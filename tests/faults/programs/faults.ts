/** Handlers at fault, by name. */
import { compose, type Handler, text } from "../../../mod.ts";

/** Octets that each fault takes along, so that what is kept of it shows. */
const BALLAST = 131_072;

const USED = new Response("once");
const LOCKED = new Response("locked");
LOCKED.body!.getReader();

/** An answer that is given to every request, though it can be sent once. */
const SHARED = new Response(chunks(["sha", "red"]));

/** What is never let go of. */
const kept: object[] = [];

/** Handlers that do something wrong. */
export const FAULTS: Readonly<Record<string, Handler>> = {
  "throws": () => {
    throw ballasted(new Error("fault"));
  },
  "rejects": async () => {
    await later();
    throw ballasted(new Error("fault"));
  },
  "throws-nothing": () => {
    throw undefined;
  },
  "rejects-with-text": () => Promise.reject("fault"),
  "throws-hostile-proxy": () => {
    throw hostileProxy();
  },
  "rejects-with-hostile-proxy": () => Promise.reject(hostileProxy()),
  "returns-hostile-proxy": () => hostileProxy() as Response,
  "resolves-to-hostile-proxy": () => Promise.resolve(quietProxy() as Response),
  "returns-nothing": () => undefined as unknown as Response,
  "resolves-to-number": () => Promise.resolve(42 as unknown as Response),

  "keeps": () => {
    kept.push(ballasted({}));
    return text("kept");
  },

  "never-answers": (request) => new Promise(() => void ballasted(request)),
  "waits-for-its-signal": ({ signal }) =>
    new Promise((_, reject) => {
      signal.addEventListener("abort", ballasted(() => reject(signal.reason)));
    }),
  "never-streams": () => new Response(new ReadableStream(ballasted({}))),
  "never-ends": () => stream(["a", "b"], () => new Promise(() => {})),

  "errs-at-once": () => stream([], fail),
  "errs-in-the-middle": () => stream(["a", "b"], fail),
  "errs-with-a-symbol": () => stream(["a", "b"], () => Promise.reject(Symbol("fault"))),
  "errs-without-a-prototype": () => stream(["a", "b"], () => Promise.reject(Object.create(null))),
  "gives-text-in-the-middle": () =>
    stream(
      ["a", "b"],
      (controller) => controller.enqueue("text" as unknown as Uint8Array<ArrayBuffer>),
    ),
  "errs-within-its-length": () => stream(["a", "b"], fail, { "content-length": "3" }),

  "used": async () => {
    if (!USED.bodyUsed) await USED.text();
    return USED;
  },
  "locked": () => LOCKED,
  "shared": () => SHARED,

  "too-short": () => text("short", { headers: { "content-length": "9" } }),
  "too-long": () => text("too long", { headers: { "content-length": "1" } }),
  "malformed": () => text("text", { headers: { "content-length": "4x" } }),
  "native-too-short": () => new Response("short", { headers: { "content-length": "9" } }),
  "native-too-long": () => new Response("too long", { headers: { "content-length": "1" } }),
  "native-malformed": () => new Response("text", { headers: { "content-length": "-4" } }),
  "stream-too-short": () => stream(["a", "b"], close, { "content-length": "9" }),
  "stream-too-long": () => stream(["a", "b", "cde"], close, { "content-length": "3" }),
  "stream-malformed": () => stream(["a", "b"], close, { "content-length": "2, 3" }),

  "field-name": () => text("text", { headers: { "x evil": "1" } }),
  "field-value": () => text("text", { headers: { "x": "1\r\nevil: 1" } }),
  "field-value-nul": () => text("text", { headers: [["x", "a\0b"]] }),
  "status": () => text("text", { status: 99 }),
  "status-of-error": () => Response.error(),
  "status-text": () => text("text", { statusText: "OK\r\nevil: 1" }),

  "next-twice": compose((next) => async (request, context) => {
    await next(request, context);
    return await next(request, context);
  })(async (request) => text(await request.text())),
  "next-twice-streams": compose((next) => async (request, context) => {
    await next(request, context);
    return await next(request, context);
  })(() => stream(["he", "llo"], close)),
};

/** An object that objects to whatever is done with it. */
export function hostileProxy(): unknown {
  const refuse = () => {
    throw new Error("of the proxy");
  };
  const traps = { get: refuse, has: refuse, ownKeys: refuse, getPrototypeOf: refuse };
  return new Proxy(ballasted({}), traps);
}

/** One that can be a promise's value: it objects to `instanceof`. */
function quietProxy(): unknown {
  return new Proxy(ballasted({}), {
    getPrototypeOf() {
      throw new Error("of the proxy");
    },
  });
}

type Controller = ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;

/** Streams pieces, each on its way before the next, then does what comes last. */
function stream(
  pieces: readonly string[],
  last: (controller: Controller) => void | Promise<void>,
  headers: HeadersInit = {},
): Response {
  return new Response(chunks(pieces, last), { headers });
}

function chunks(
  pieces: readonly string[],
  last: (controller: Controller) => void | Promise<void> = close,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let given = 0;
  return new ReadableStream(ballasted({
    async pull(controller: Controller) {
      await later();
      const piece = pieces[given++];
      if (piece === undefined) await last(controller);
      else controller.enqueue(new TextEncoder().encode(piece));
    },
  }));
}

function fail(): Promise<void> {
  return Promise.reject(ballasted(new Error("fault")));
}

function close(controller: Controller): void {
  controller.close();
}

function later(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}

function ballasted<T extends object>(value: T): T {
  return Object.assign(value, { ballast: new Uint8Array(BALLAST) });
}
