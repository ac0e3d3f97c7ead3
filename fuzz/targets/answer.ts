import { text } from "../../mod.ts";
import { octetsOf } from "../../src/protocol/octets.ts";
import { type Answer, fieldValues, readAnswers } from "../../tests/server/answers.ts";
import { FOLLOWER, MemoryServer, request, settle } from "../../tests/server/memory_server.ts";
import { demand, demandSame } from "../law.ts";
import type { Target } from "../target.ts";
import { type AnswerParts, pairs, PARTS_SEEDS, partsOf } from "./answer_parts.ts";
import { hashOf } from "./division.ts";

/** Fields that the server makes or answers for itself. */
const OF_THE_SERVER = /^(?:connection|content-length|transfer-encoding|date|keep-alive|upgrade)$/i;

/** A whole answer, known or native: one request gets one, and the next request its own. */
export const answer: Target = {
  name: "answer",
  seeds: () => PARTS_SEEDS.map(octetsOf),
  maxLength: 256,
  async run(octets) {
    const parts = partsOf(octets);
    const isHead = (hashOf(octets) & 1) === 1;
    let isMade = false;
    const server = new MemoryServer((_request, { url }) => {
      if (url.pathname === "/follower") return text("follower");
      const response = makeResponse(parts, hashOf(octets));
      isMade = true;
      return response;
    });
    const client = server.connect();
    client.send(request(`${isHead ? "HEAD" : "GET"} / HTTP/1.1`) + FOLLOWER);
    for (let turn = 0; turn < 3; turn++) await settle();
    const answers = readAnswers(client.read(), [isHead ? "HEAD" : "GET"]);
    checkAnswers(answers, client.finished || client.closed);
    if (isMade && answers[0].status !== 500) checkFields(answers[0], parts);
    return [answers[0].status >> 0, answers[0].framing, answers.length].join(" ");
  },
};

function makeResponse(parts: AnswerParts, hash: number): Response {
  const { status, reason: statusText, fields, content } = parts;
  const init = { status, statusText, headers: pairs(fields) };
  switch ((hash >>> 1) % 4) {
    case 0:
      return text(content, init);
    case 1:
      return new Response(content === "" ? null : content, init);
    case 2:
      return new Response(new Blob([content]).stream(), init);
    default:
      return withHeadersSet(text(content), fields);
  }
}

function withHeadersSet(response: Response, fields: readonly string[]): Response {
  for (const [name, value] of pairs(fields)) response.headers.append(name, value);
  return response;
}

/** The follower is answered with its own content, unless the first answer ended the connection. */
function checkAnswers(answers: readonly Answer[], isOver: boolean): void {
  const law = "answer: each request gets its own answer";
  demandSame(answers.length, isOver ? 1 : 2, law);
  demand(answers[0].whole, "answer: it is whole");
  if (!isOver) demandSame([answers[1].status, answers[1].content], [200, "follower"], law);
}

/** What a handler gave is there, and nothing else. */
function checkFields(answer: Answer, { fields }: AnswerParts): void {
  const given = new Headers(pairs(fields));
  for (const [name, value] of given) {
    if (OF_THE_SERVER.test(name) || name === "set-cookie") continue;
    const sent = fieldValues(answer, name);
    // The platform drops an empty value in front of others when it lists fields, but sends it.
    const [found, expected] = [sent.join(", "), value].map((list) => list.replace(/^(?:, ?)+/, ""));
    demandSame(found, expected, "answer: fields are sent as they were given");
  }
  demandSame(fieldValues(answer, "set-cookie"), given.getSetCookie(), "answer: cookies stay apart");
  for (const [name] of answer.fields) {
    const isKnown = given.has(name) || OF_THE_SERVER.test(name) || /^content-type$/i.test(name);
    demand(isKnown, "answer: no field is there that nobody gave", name);
  }
}
