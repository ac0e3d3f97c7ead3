import { PATIENCE } from "./patience.ts";
import { quiet } from "./quiet.ts";

/** What a stream gave at once, and what is still to come. */
export interface ContentStart {
  /** Its first octets; all of them where there is no `next`. */
  readonly octets: Uint8Array;
  /** What comes next, where the stream has not ended; it was asked for already. */
  readonly next: Promise<ReadableStreamReadResult<Uint8Array>> | undefined;
}

const NOTHING = new Uint8Array(0);

/** Begins to read a stream: whether it ends behind its first chunk decides how it is framed. */
export async function startContent(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): Promise<ContentStart> {
  const first = await reader.read();
  if (first.done) return { octets: NOTHING, next: undefined };
  const octets = checkChunk(first.value);
  const next = quiet(reader.read());
  return { octets, next: await endsSoon(next) ? undefined : next };
}

/** The chunk, if it is one. */
export function checkChunk(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  throw new TypeError("Cannot send the content: its stream gave something else than a Uint8Array");
}

/** Stops a stream that nobody will read. */
export function abandon(response: Response, reason: unknown): void {
  try {
    const { body } = response;
    if (body !== null && !body.locked) quiet(body.cancel(reason));
  } catch {
    // What is no response of the platform's may be anything.
  }
}

/** Whether anything is a response that can be sent; what cannot even be asked is none. */
export function isResponse(value: unknown): value is Response {
  try {
    if (value instanceof Response) return true;
    return Object.prototype.toString.call(value) === "[object Response]";
  } catch {
    return false;
  }
}

/** Waits for a few microtasks, never for an event: a first chunk must not wait for the second. */
async function endsSoon(next: Promise<ReadableStreamReadResult<Uint8Array>>): Promise<boolean> {
  let settled: ReadableStreamReadResult<Uint8Array> | undefined;
  let failed = false;
  next.then((result) => settled = result, () => failed = true);
  for (let turn = 0; turn < PATIENCE && settled === undefined && !failed; turn++) await undefined;
  return settled?.done === true;
}
