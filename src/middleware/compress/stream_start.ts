/** How a stream begins. */

/** What a stream gave at once. */
export interface StreamStart {
  /** How many octets. */
  readonly octets: number;
  /** The octets, in pieces. */
  readonly first: readonly Uint8Array[];
  /** What comes next; `undefined` where the stream has ended. */
  readonly next: Promise<ReadableStreamReadResult<Uint8Array>> | undefined;
}

/** Turns of the microtask queue in which a stream that has more says so. */
const PATIENCE = 8;

/** Reads until there is enough to be worth it, the stream pauses, or it ends. */
export async function readStart(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  enough: number,
): Promise<StreamStart> {
  const first: Uint8Array[] = [];
  let octets = 0;
  for (;;) {
    const next = reader.read();
    next.catch(() => {});
    if (octets > 0 && (octets >= enough || !(await settlesSoon(next)))) {
      return { octets, first, next };
    }
    const { done, value } = await next;
    if (done) return { octets, first, next: undefined };
    if (checkOctets(value).length > 0) first.push(value);
    octets += value.length;
  }
}

/** Whether a promise resolves without an event. */
export async function settlesSoon(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const note = () => void (settled = true);
  promise.then(note, note);
  for (let turn = 0; turn < PATIENCE && !settled; turn++) await undefined;
  return settled;
}

/** Makes one piece of several. */
export function join(pieces: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const octets = new Uint8Array(length);
  let position = 0;
  for (const piece of pieces) {
    octets.set(piece, position);
    position += piece.length;
  }
  return octets;
}

/** The chunk, if it is one. */
export function checkOctets(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  throw new TypeError("Cannot compress the content: its stream gave something else than octets");
}
