import { setImmediate } from "node:timers";
import { text } from "../../mod.ts";
import type { Handler, HandlerObject } from "../../src/handler.ts";
import { type RunningServer, type ServeOptions, serveOver } from "../../src/serve.ts";
import type { RefusalReason } from "../../src/server/refusals.ts";
import { type MemoryClient, MemoryTransport } from "../../src/transport/memory.ts";
import { type Answer, readAnswers } from "./answers.ts";
import { FakeClock } from "./fake_clock.ts";

/** A request that anybody may put behind another. */
export const FOLLOWER = "GET /follower HTTP/1.1\r\nHost: follower\r\n\r\n";

/** A server without a network or a clock that moves by itself, and what it reported. */
export class MemoryServer {
  /** The time. */
  readonly clock = new FakeClock();
  /** Where clients connect. */
  readonly transport = new MemoryTransport();
  /** Refusals, in their order. */
  readonly refusals: RefusalReason[] = [];
  /** What handlers threw, in its order. */
  readonly errors: unknown[] = [];
  /** The server itself. */
  readonly server: RunningServer;

  /** Serves a handler; an error is noted and answered with 500. */
  constructor(handler: Handler | HandlerObject, options: ServeOptions = {}) {
    this.server = serveOver(this.transport)({
      clock: this.clock,
      onListen() {},
      onRefusal: (reason) => void this.refusals.push(reason),
      onError: (error) => {
        this.errors.push(error);
        return text("error", { status: 500 });
      },
      ...options,
    }, handler);
  }

  /** Connects a client. */
  connect(hostname?: string): MemoryClient {
    return this.transport.connect(hostname);
  }

  /** Connects, sends and reads all answers that come without waiting for the clock. */
  async converse(wire: string, methods: readonly string[] = []): Promise<Conversation> {
    const client = this.connect();
    client.send(wire);
    await settle();
    return { client, answers: readAnswers(client.read(), methods) };
  }
}

/** A client, and what it was answered. */
export interface Conversation {
  readonly client: MemoryClient;
  readonly answers: readonly Answer[];
}

/** A request from its lines and content; `Host` is added. */
export function request(line: string, fields: readonly string[] = [], content = ""): string {
  return `${[line, "Host: test", ...fields].join("\r\n")}\r\n\r\n${content}`;
}

/** A request with content of the declared length. */
export function post(content: string, fields: readonly string[] = []): string {
  return request(
    "POST / HTTP/1.1",
    [`Content-Length: ${content.length}`, ...fields],
    content,
  );
}

/** Sends one octet at a time. */
export function sendOctetByOctet(client: MemoryClient, wire: string): void {
  for (const octet of wire) client.send(octet);
}

/** Lets everything happen that waits for no clock. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Runs a test while nothing is printed; gives what would have been. */
export async function unprinted(test: () => Promise<void>): Promise<unknown[]> {
  const printed: unknown[] = [];
  const { error } = console;
  console.error = (...values: unknown[]) => void printed.push(...values);
  try {
    await test();
  } finally {
    console.error = error;
  }
  return printed;
}

/** Runs a test; gives the reasons of rejections that nobody listened to. */
export async function unhandledRejections(test: () => Promise<void>): Promise<unknown[]> {
  const reasons: unknown[] = [];
  const note = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    reasons.push(event.reason);
  };
  globalThis.addEventListener("unhandledrejection", note);
  try {
    await test();
    await settle();
  } finally {
    globalThis.removeEventListener("unhandledrejection", note);
  }
  return reasons;
}
