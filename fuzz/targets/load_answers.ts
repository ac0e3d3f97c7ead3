import { MalformedAnswer, ResponseReader } from "../../src/load/response_reader.ts";
import { octetsOf } from "../../src/protocol/octets.ts";
import { demandSame } from "../law.ts";
import type { Target } from "../target.ts";
import { divideByHash, oneByOne } from "./division.ts";
import { MAX_WIRE } from "./wire_seeds.ts";

const SEEDS = [
  "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1 204 No Content\r\n\r\n",
  "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 404 Not Found\r\nConnection: keep-alive, x\r\n\r\nabc",
  "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\nDate: now\r\n\r\n" +
  "3;x=y\r\nabc\r\n0\r\nTrailer: one\r\n\r\nHTTP/1.1 304 \r\nContent-Length: 9\r\n\r\n",
  "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\n\0\0",
  "HTTP/1.1 500 No\r\nConnection: close\r\ncontent-length: 0\r\nContent-Length: 0\r\n\r\nrest",
];

/** The reader of answers of the load tester. */
export const loadAnswers: Target = {
  name: "load",
  seeds: () => SEEDS.map(octetsOf),
  maxLength: MAX_WIRE / 2,
  run(octets) {
    const whole = readAll([octets]);
    for (const pieces of [divideByHash(octets), oneByOne(octets)]) {
      demandSame(readAll(pieces), whole, "load: divided octets give the same answers");
    }
    return `${whole.outcome} ${Math.min(whole.answers.length, 4)}`;
  },
};

function readAll(pieces: readonly Uint8Array[]) {
  const answers: string[] = [];
  const reader = new ResponseReader("GET", {
    answered: (status, persists) => void answers.push(`${status} ${persists}`),
  });
  try {
    // Copies that are written over: the reader may keep none of them.
    for (const piece of pieces.map((piece) => piece.slice())) {
      reader.read(piece);
      piece.fill(0x23);
    }
  } catch (error) {
    if (!(error instanceof MalformedAnswer)) throw error;
    // Which of several faults is seen first may depend on what came first.
    return { answers, outcome: "malformed" };
  }
  return { answers, outcome: reader.end() ? "cut" : "whole" };
}
