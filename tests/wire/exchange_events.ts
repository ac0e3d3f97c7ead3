import { ProtocolError } from "../../src/protocol/errors.ts";
import { Exchange } from "../../src/protocol/exchange.ts";
import { DEFAULT_LIMITS, type Limits } from "../../src/protocol/limits.ts";

/**
 * What an exchange reports of octets that come in pieces, in the words of the corpus.
 *
 * Pieces of one content are joined: how they are divided is no part of the message.
 */
export function exchangeEvents(
  pieces: Iterable<Uint8Array>,
  limits: Limits = DEFAULT_LIMITS,
): string[] {
  const log = new EventLog(new Exchange(limits));
  try {
    for (const piece of pieces) log.receive(piece);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return [...log.events, `refused ${error.status} ${error.reason}`];
  }
  return log.isIncomplete ? [...log.events, "incomplete"] : log.events;
}

/** Whether an event of the corpus is what was reported; the URI of a head may be left out. */
export function isEvent(reported: string, expected: string): boolean {
  return reported === expected ||
    (reported.startsWith("head ") && reported.startsWith(`${expected} -> `));
}

class EventLog {
  readonly events: string[] = [];
  readonly #exchange: Exchange;
  #content: string | undefined;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  get isIncomplete(): boolean {
    return this.#exchange.state !== "between" || this.#exchange.unread > 0;
  }

  receive(piece: Uint8Array): void {
    this.#exchange.receive(piece);
    let event = this.#exchange.next();
    while (event !== undefined) {
      if (event === "head") this.#noteHead();
      else if (event === "content") this.#noteContent();
      else this.#noteEnd();
      event = this.#exchange.next();
    }
  }

  #noteHead(): void {
    const { head } = this.#exchange;
    const uri = head.uri("http", "127.0.0.1");
    this.#content = undefined;
    this.events.push(`head ${head.method} ${head.target} -> ${uri}`);
  }

  #noteContent(): void {
    const { bytes, contentStart, contentEnd } = this.#exchange;
    if (this.#content !== undefined) this.events.pop();
    this.#content ??= "";
    for (const octet of bytes.subarray(contentStart, contentEnd)) {
      this.#content += String.fromCharCode(octet);
    }
    this.events.push(`content "${this.#content}"`);
  }

  #noteEnd(): void {
    const { trailers } = this.#exchange;
    for (let line = 0; line < (trailers?.count ?? 0); line++) {
      this.events.push(`trailer ${trailers!.name(line)}: ${trailers!.value(line)}`);
    }
    this.events.push("end");
  }
}
