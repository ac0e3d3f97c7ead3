import { ProtocolError } from "../../src/protocol/errors.ts";
import { Exchange } from "../../src/protocol/exchange.ts";
import { DEFAULT_LIMITS } from "../../src/protocol/limits.ts";
import { octetsOf } from "../../src/protocol/octets.ts";
import type { RequestHead } from "../../src/protocol/request_head.ts";
import { ask, QUESTIONS } from "../../tests/web/questions.ts";
import {
  hasJoinedEmptyValue,
  lazyRequest,
  nativeRequest,
  type Received,
} from "../../tests/web/requests.ts";
import { demandSame } from "../law.ts";
import type { Target } from "../target.ts";
import { hashOf } from "./division.ts";
import { MAX_WIRE, wireSeeds } from "./wire_seeds.ts";

const NAMES = Object.keys(QUESTIONS);

const FORMS = [
  "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 7\r\n\r\na=b&%63",
  'Content-Type: application/json\r\nContent-Length: 7\r\n\r\n{"a":1}',
  "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 62\r\n\r\n" +
  '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nbc\r\n--x--\r\n\r\n',
].map((rest) => octetsOf(`POST /form HTTP/1.1\r\nHost: a\r\n${rest}`));

/** The lazy request and the platform's own answer the same questions alike. */
export const facade: Target = {
  name: "facade",
  seeds: () => [...FORMS, ...wireSeeds()],
  maxLength: MAX_WIRE,
  async run(octets) {
    const received = firstMessage(octets);
    if (received === undefined || !isRepresentable(received.head.method)) return "";
    if (hasJoinedEmptyValue(received.head.fields)) return "";
    const hash = hashOf(octets);
    const questions = [hash, hash >>> 8, hash >>> 16].map((part) => NAMES[part % NAMES.length]);
    const terms = { later: hash >>> 31 === 1, scheme: hash & 1 ? "http" : "https" } as const;
    const expected = await ask(nativeRequest(received, terms), questions);
    const answers = await ask(lazyRequest(received, terms), questions);
    demandSame(answers, expected, `facade: both answer alike: ${questions.join(", ")}`);
    return answers.map((answer) => "error" in answer ? answer.error : "").join(" ");
  },
};

/** Methods of which a platform's request keeps the case. */
function isRepresentable(method: string): boolean {
  return /^(?:GET|POST|PUT|HEAD|OPTIONS|DELETE)$/.test(method) ||
    !/^(?:get|post|put|head|options|delete|connect|trace|track)$/i.test(method);
}

/** The first message, if it is whole. */
function firstMessage(octets: Uint8Array): Received | undefined {
  const exchange = new Exchange(DEFAULT_LIMITS);
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let head: RequestHead | undefined;
  exchange.receive(octets);
  try {
    for (let event = exchange.next(); event !== undefined; event = exchange.next()) {
      if (event === "end") return { head: head!, pieces };
      if (event === "head") head = exchange.head;
      else pieces.push(exchange.bytes.slice(exchange.contentStart, exchange.contentEnd));
    }
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
  }
  return undefined;
}
