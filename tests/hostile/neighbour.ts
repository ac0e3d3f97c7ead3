import { assertEquals } from "../assert.ts";
import { toText, type WireClient } from "../transport/wire_client.ts";
import { ADDRESSES, type Target } from "./target.ts";

/** Milliseconds between two requests. */
const PAUSE = 5;

/** A client that behaves well, at an address of its own: it must not notice that others do not. */
export class Neighbour implements Disposable {
  /** Answers so far on the connection that is kept. */
  onKept = 0;
  /** Answers so far on connections that were new. */
  onNew = 0;
  readonly #target: Target;
  readonly #kept: WireClient;
  #requests = 0;

  private constructor(target: Target, kept: WireClient) {
    this.#target = target;
    this.#kept = kept;
  }

  /** Opens the connection that is kept. */
  static async of(target: Target): Promise<Neighbour> {
    const neighbour = new Neighbour(target, await target.connectFrom(ADDRESSES.neighbour));
    await neighbour.#greet(neighbour.#kept, "keep-alive");
    return neighbour;
  }

  /** Asks again and again, on the connection that is kept. */
  async stay(goesOn: () => boolean): Promise<void> {
    while (goesOn()) {
      await this.#greet(this.#kept, "keep-alive");
      // What comes behind the attack's end tells nothing of it.
      if (goesOn()) this.onKept++;
      await pause();
    }
  }

  /** Asks again and again, on a new connection each time. */
  async comeAndGo(goesOn: () => boolean): Promise<void> {
    while (goesOn()) {
      using client = await this.#target.connectFrom(ADDRESSES.neighbour);
      await this.#greet(client, "close");
      if (goesOn()) this.onNew++;
      await pause();
    }
  }

  /** Leaves. */
  [Symbol.dispose](): void {
    this.#kept[Symbol.dispose]();
  }

  async #greet(client: WireClient, persistence: string): Promise<void> {
    const number = this.#requests++;
    await client.send(
      `GET /hello/${number} HTTP/1.1\r\nHost: a\r\nConnection: ${persistence}\r\n\r\n`,
    );
    const { status, content } = await client.response();
    assertEquals([status, toText(content)], [200, String(number)]);
    if (persistence === "close") assertEquals(await client.isOver(), true);
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE));
}
