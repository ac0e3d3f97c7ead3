import { fail } from "../assert.ts";

/** A response, read from the wire without any help of the code under test. */
export interface WireResponse {
  /** Status code; 1xx is a response of its own here. */
  readonly status: number;
  /** Reason phrase. */
  readonly reason: string;
  /** The field lines; their names may be asked for in any case. */
  readonly headers: Headers;
  /** The content, its framing taken off. */
  readonly content: Uint8Array;
}

/** Where a test connects to: TCP, TLS or a Unix domain socket. */
export type Destination =
  | { readonly transport: "tcp"; readonly hostname: string; readonly port: number }
  | { readonly transport: "unix"; readonly path: string };

/** Milliseconds after which a connection is given up, so that a test that waits in vain fails. */
const PATIENCE = 120_000;

const encoder = new TextEncoder();
const decoder = new TextDecoder("latin1");

/** The client's end of one connection, octet for octet. */
export class WireClient implements Disposable {
  readonly #conn: Deno.Conn;
  readonly #timer: ReturnType<typeof setTimeout>;
  #bytes = new Uint8Array(0);
  #ended = false;

  /** Talks over a connection that is open. */
  constructor(conn: Deno.Conn) {
    this.#conn = conn;
    this.#timer = setTimeout(() => this.#close(), PATIENCE);
  }

  /** Opens a connection. */
  static async connect(to: Destination): Promise<WireClient> {
    const conn = to.transport === "unix"
      ? await Deno.connect({ transport: "unix", path: to.path })
      : await Deno.connect({ hostname: to.hostname, port: to.port });
    return new WireClient(conn);
  }

  /** Sends text, one octet for each character, or octets. */
  async send(...pieces: readonly (string | Uint8Array)[]): Promise<void> {
    for (const piece of pieces) {
      const octets = typeof piece === "string" ? encoder.encode(piece) : piece;
      for (let sent = 0; sent < octets.length;) {
        sent += await this.#conn.write(octets.subarray(sent));
      }
    }
  }

  /** Says that nothing more will be sent. */
  async end(): Promise<void> {
    await this.#conn.closeWrite();
  }

  /** Reads one response to a request of the given method. */
  async response(method: string = "GET"): Promise<WireResponse> {
    const head = decoder.decode(await this.#readThrough("\r\n\r\n"));
    const [statusLine, ...lines] = head.slice(0, -4).split("\r\n");
    const match = /^HTTP\/1\.1 ([1-5]\d\d) ([\t\x20-\x7e]*)$/.exec(statusLine);
    if (match === null) fail(`no status line: ${JSON.stringify(statusLine)}`);
    const status = Number(match[1]);
    const headers = readFields(lines);
    const content = hasNoContent(method, status) ? new Uint8Array(0) : await this.#content(headers);
    return { status, reason: match[2], headers, content };
  }

  /** Reads one response, those with a status of 1xx left out. */
  async finalResponse(method: string = "GET"): Promise<WireResponse> {
    for (;;) {
      const response = await this.response(method);
      if (response.status >= 200) return response;
    }
  }

  /** Reads so many octets. */
  async octets(length: number): Promise<Uint8Array> {
    while (this.#bytes.length < length) await this.#more(length - this.#bytes.length);
    return this.#take(length);
  }

  /** Reads all that comes until the server ends the connection. */
  async rest(): Promise<Uint8Array> {
    while (!this.#ended) await this.#read(65_536);
    return this.#take(this.#bytes.length);
  }

  /** Whether the server has ended the connection, and everything it sent was read. */
  async isOver(): Promise<boolean> {
    while (this.#bytes.length === 0 && !this.#ended) await this.#read(1024);
    return this.#bytes.length === 0;
  }

  /** Closes the connection, whatever is still under way. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#close();
  }

  #close(): void {
    try {
      this.#conn.close();
    } catch {
      // It was closed already.
    }
  }

  async #content(headers: Headers): Promise<Uint8Array> {
    const length = headers.get("content-length");
    const coding = headers.get("transfer-encoding");
    if (length !== null && coding !== null) fail("a response has two framings");
    if (length !== null) {
      if (!/^\d+$/.test(length)) fail(`a content-length is ${length}`);
      return await this.octets(Number(length));
    }
    if (coding === null) return await this.rest();
    if (coding !== "chunked") fail(`a transfer coding is ${coding}`);
    return await this.#chunks();
  }

  async #chunks(): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for (;;) {
      const line = decoder.decode(await this.#readThrough("\r\n"));
      if (!/^[\da-f]+\r\n$/i.test(line)) fail(`a chunk begins with ${JSON.stringify(line)}`);
      const size = parseInt(line, 16);
      if (size > 0) chunks.push(await this.octets(size));
      if (decoder.decode(await this.octets(2)) !== "\r\n") fail("a chunk is not followed by CRLF");
      if (size === 0) return concatenate(chunks);
    }
  }

  async #readThrough(mark: string): Promise<Uint8Array> {
    for (let searched = 0;;) {
      const text = decoder.decode(this.#bytes.subarray(searched));
      const found = text.indexOf(mark);
      if (found !== -1) return this.#take(searched + found + mark.length);
      searched = Math.max(0, this.#bytes.length - mark.length + 1);
      await this.#more(4096);
    }
  }

  #take(length: number): Uint8Array {
    const taken = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    return taken;
  }

  async #more(octets: number): Promise<void> {
    if (!await this.#read(octets)) {
      fail(`the connection ended in the middle: ${decoder.decode(this.#bytes.subarray(0, 200))}`);
    }
  }

  async #read(octets: number): Promise<boolean> {
    // What is to come is read into one piece, so that much content costs no more than its length.
    const bytes = new Uint8Array(this.#bytes.length + Math.max(octets, 4096));
    bytes.set(this.#bytes);
    let end = this.#bytes.length;
    const enough = end + octets;
    do {
      const count = await this.#conn.read(bytes.subarray(end));
      this.#ended = count === null;
      end += count ?? 0;
    } while (!this.#ended && octets > 65_536 && end < enough);
    this.#bytes = bytes.subarray(0, end);
    return !this.#ended;
  }
}

/** Text of octets, one character for each. */
export function toText(octets: Uint8Array): string {
  return decoder.decode(octets);
}

/** Joins octets. */
export function concatenate(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((octets, piece) => octets + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}

function readFields(lines: readonly string[]): Headers {
  const headers = new Headers();
  for (const line of lines) {
    const match = /^([!#$%&'*+\-.^_`|~\w]+): ?([\t\x20-\x7e\x80-\xff]*)$/.exec(line);
    if (match === null) fail(`no field line: ${JSON.stringify(line)}`);
    headers.append(match[1], match[2]);
  }
  return headers;
}

/** RFC 9112 §6.3, items 1 and 2. */
function hasNoContent(method: string, status: number): boolean {
  return method === "HEAD" || status < 200 || status === 204 || status === 304;
}
