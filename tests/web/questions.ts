/** Something that may be asked of a request; what it answers must be a plain value. */
export type Question = (request: Request) => unknown;

/** What came of a question: the same of two requests that are alike. */
export type Outcome = { readonly value: unknown } | { readonly error: string };

/** All that a handler may ask of a request. */
export const QUESTIONS: Readonly<Record<string, Question>> = {
  method: (request) => request.method,
  url: (request) => request.url,
  redirect: (request) => request.redirect,
  cache: (request) => request.cache,
  credentials: (request) => request.credentials,
  mode: (request) => request.mode,
  referrer: (request) => request.referrer,
  "signal.aborted": (request) => request.signal.aborted,
  "instanceof Request": (request) => request instanceof Request,
  "converted to text": (request) => String(request),
  "headers instanceof Headers": (request) => request.headers instanceof Headers,
  "headers are the same ones": (request) => request.headers === request.headers,
  "headers.toString": (request) => String(request.headers),
  "headers.get host": (request) => request.headers.get("HOST"),
  "headers.get each": (request) => [...request.headers.keys()].map((n) => request.headers.get(n)),
  "headers.get of none": (request) => request.headers.get("x-none"),
  "headers.get malformed": (request) => request.headers.get("a b"),
  "headers.has host": (request) => request.headers.has("Host"),
  "headers.has of none": (request) => request.headers.has("x-none"),
  "headers.has malformed": (request) => request.headers.has(""),
  "headers in a loop": (request) => [...request.headers],
  "headers.entries": (request) => [...request.headers.entries()],
  "headers.values": (request) => [...request.headers.values()],
  "headers.forEach": (request) => {
    const seen: string[] = [];
    request.headers.forEach((value, name) => seen.push(name, value));
    return seen;
  },
  "headers.getSetCookie": (request) => request.headers.getSetCookie(),
  "headers.set": (request) => {
    request.headers.set("x-set", "a");
    return [request.headers.get("x-set"), request.headers.has("x-set"), [...request.headers]];
  },
  "headers.append": (request) => {
    request.headers.append("host", "b");
    return [request.headers.get("host"), [...request.headers]];
  },
  "headers.delete": (request) => {
    request.headers.delete("host");
    return [request.headers.get("host"), request.headers.has("host")];
  },
  "new Headers": (request) => [...new Headers(request.headers)],
  "body is null": (request) => request.body === null,
  "body is the same one": (request) => request.body === request.body,
  "body is locked": (request) => request.body?.locked,
  bodyUsed: (request) => request.bodyUsed,
  text: (request) => request.text(),
  json: (request) => request.json(),
  bytes: async (request) => [...await request.bytes()],
  arrayBuffer: async (request) => [...new Uint8Array(await request.arrayBuffer())],
  blob: async (request) => {
    const blob = await request.blob();
    return [blob.type, blob.size, await blob.text()];
  },
  formData: async (request) => {
    const form = await request.formData();
    return Promise.all(
      [...form].map(async ([name, value]) =>
        typeof value === "string"
          ? [name, value]
          : [name, value.name, value.type, await value.text()]
      ),
    );
  },
  "body in a loop": async (request) => {
    if (request.body === null) return null;
    const octets: number[] = [];
    for await (const chunk of request.body) octets.push(...chunk);
    return octets;
  },
  "body locked, then text": (request) => {
    request.body?.getReader();
    return request.text();
  },
  "body locked, then bodyUsed": (request) => {
    request.body?.getReader();
    return [request.bodyUsed, request.cache, request.bodyUsed, request.body?.locked];
  },
  "body read, then what is left": async (request) => {
    const reader = request.body?.getReader();
    const first = await reader?.read();
    reader?.releaseLock();
    return [first?.done, request.bodyUsed, request.cache, request.body?.locked, request.bodyUsed];
  },
  "body read, then clone": async (request) => {
    await request.body?.getReader().read();
    return contents(request.clone());
  },
  "body read, then handed on": async (request) => {
    await request.body?.getReader().read();
    return contents(new Request(request));
  },
  "body looked at, then text": (request) => [request.body === null, request.text()][1],
  "body looked at, then clone and text": async (request) => {
    const { body } = request;
    const clone = request.clone();
    return [body === null, await clone.text(), await request.text()];
  },
  "body in a loop that is left": async (request) => {
    if (request.body === null) return null;
    for await (const _ of request.body) break;
    return [request.bodyUsed, request.body.locked, await contents(request).catch(() => "used")];
  },
  "body in a loop, then again": async (request) => {
    if (request.body === null) return null;
    for await (const _ of request.body);
    const again: unknown[] = [request.bodyUsed, request.body.locked];
    for await (const chunk of request.body) again.push(chunk);
    return again;
  },
  "body in a loop, looked at by others": async (request) => {
    if (request.body === null) return null;
    const seen: unknown[] = [];
    for await (const _ of request.body) {
      if (seen.length === 0) seen.push(request.body.locked, grabbed(request.body));
    }
    return [...seen, request.bodyUsed, await request.body.getReader().read()];
  },
  "body in a loop that is left, then read": async (request) => {
    if (request.body === null) return null;
    for await (const _ of request.body) break;
    return [await request.body.getReader().read(), request.body.locked];
  },
  "body given to others, then in a loop": async (request) => {
    if (request.body === null) return null;
    const reader = request.body.getReader();
    reader.releaseLock();
    const octets: number[] = [];
    for await (const chunk of request.body) octets.push(...chunk);
    return [octets, await request.body.getReader().read()];
  },
  "body handed on from within its loop": async (request) => {
    if (request.body === null) return null;
    for await (const _ of request.body) new Response(request.body);
    return "taken";
  },
  "body locked by its iterator": (request) => {
    if (request.body === null) return null;
    request.body[Symbol.asyncIterator]();
    return [request.body.locked, request.bodyUsed, request.text()][2];
  },
  "body iterated by steps": async (request) => {
    if (request.body === null) return null;
    const iterator = request.body[Symbol.asyncIterator]();
    const steps = await Promise.all([iterator.next(), iterator.next(), iterator.return!()]);
    const last = await iterator.next();
    // How the octets are divided is for nobody to rely on.
    return [steps[2], last, request.body.locked, request.bodyUsed];
  },
  "body read in part, then in a loop": async (request) => {
    if (request.body === null) return null;
    const reader = request.body.getReader({ mode: "byob" });
    const first = await reader.read(new Uint8Array(1));
    reader.releaseLock();
    const octets = [...first.value ?? []];
    for await (const chunk of request.body) octets.push(...chunk);
    return octets;
  },
  "body.cancel": (request) => request.body?.cancel(),
  "body.tee": (request) => {
    if (request.body === null) return null;
    const [a, b] = request.body.tee();
    return Promise.all([new Response(a).text(), new Response(b).text()]);
  },
  "body through a transform": (request) =>
    request.body && new Response(
      request.body.pipeThrough(new TextDecoderStream())
        .pipeThrough(new TextEncoderStream()),
    ).text(),
  "body to a response": (request) => new Response(request.body).text(),
  clone: (request) => contents(request.clone()),
  "clone, then both": async (request) => {
    const clone = request.clone();
    return [await contents(clone), await contents(request)];
  },
  "new Request": (request) => contents(new Request(request)),
  "new Request with another body": (request) =>
    contents(new Request(request, { method: "POST", body: "b" })),
  "new Request of a URL": (request) => contents(new Request("http://b/c", request)),
};

/** Asks a request, one question behind the other. */
export async function ask(request: Request, names: readonly string[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const name of names) outcomes.push(await outcomeOf(QUESTIONS[name], request));
  return outcomes;
}

/** Whether somebody else could take a stream. */
function grabbed(stream: ReadableStream): boolean {
  try {
    stream.getReader();
    return true;
  } catch {
    return false;
  }
}

async function outcomeOf(question: Question, request: Request): Promise<Outcome> {
  try {
    return { value: await question(request) };
  } catch (error) {
    return { error: (error as Error).name };
  }
}

async function contents(request: Request): Promise<unknown[]> {
  const { method, url, headers, bodyUsed, body } = request;
  return [method, url, [...headers], bodyUsed, body === null, await request.text()];
}
