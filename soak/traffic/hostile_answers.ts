import { toText, WireClient, type WireResponse } from "../../tests/transport/wire_client.ts";
import { checkOctets, type ExpectedOctets, joinExpected } from "./expected_answer.ts";

/** What may come of octets that break the rules, by the events that they stand for. */
export interface Bound {
  /** Methods of the requests that can be read. */
  readonly methods: readonly string[];
  /** The status of a refusal that belongs to none of them. */
  readonly refusal: number | undefined;
}

/** What the showcase may answer to octets that nobody meant: an answer, or a refusal. */
const STATUSES: ReadonlySet<number> = new Set(
  [200, 204, 400, 404, 405, 408, 413, 414, 417, 421, 426, 431, 501, 505],
);

/** Reads from the events of the corpus what may be answered. */
export function boundOf(events: readonly string[]): Bound {
  const methods = events.filter((event) => event.startsWith("head "))
    .map((event) => event.split(" ")[1]);
  const ends = events.filter((event) => event === "end").length;
  const refused = /^refused (\d{3}) /.exec(events.at(-1) ?? "");
  // What is wrong with a content is told in the one answer that its request gets.
  const refusal = refused !== null && ends === methods.length ? Number(refused[1]) : undefined;
  return { methods, refusal };
}

/** Reads answers until the connection ends; a client that is cut off is told nothing more. */
export async function readAll(
  client: WireClient,
  methods: readonly string[] = [],
): Promise<readonly WireResponse[]> {
  const responses: WireResponse[] = [];
  while (!await isOver(client)) {
    responses.push(await client.finalResponse(methods[responses.length]));
  }
  return responses;
}

/** Throws where there is an answer too many, or one that is neither right nor a refusal. */
export function checkHostile(responses: readonly WireResponse[], { methods, refusal }: Bound) {
  const statuses = responses.map(({ status }) => status);
  const told = `${statuses.join(", ") || "nothing"} to ${methods.join(", ") || "no request"}`;
  const most = methods.length + (refusal === undefined ? 0 : 1);
  if (responses.length > most) throw new Error(`Answered once too often: ${told}`);
  const stranger = statuses.find((status) => !STATUSES.has(status));
  if (stranger !== undefined) throw new Error(`Answered with ${stranger}: ${told}`);
  if (responses.slice(0, -1).some(closes)) throw new Error(`Answered behind a close: ${told}`);
  const last = responses.at(-1);
  if (responses.length === most && refusal !== undefined) checkRefusal(last, [refusal]);
  else if (last === undefined && most > 0) throw new Error(`Did not answer: ${told}`);
}

/** Throws unless an answer refuses with one of these statuses, and closes. */
export function checkRefusal(response: WireResponse | undefined, statuses: readonly number[]) {
  const wanted = `${statuses.join(" or ")}, then close`;
  if (response === undefined) throw new Error(`Did not answer with ${wanted}`);
  if (statuses.includes(response.status) && closes(response)) return;
  throw new Error(`Answered with ${response.status} instead of ${wanted}`);
}

/** Throws unless octets are these answers, or some of them, not all, and then one refusal with 408. */
export function checkUntilTimeout(found: Uint8Array, answers: readonly ExpectedOctets[]): void {
  const refusal = /HTTP\/1\.1 408 .*$/s.exec(toText(found))?.[0];
  if (refusal === undefined) return checkOctets(found, joinExpected(answers));
  if (!/^connection: close\r$/m.test(refusal) || refusal.includes("HTTP/1.1 ", 1)) {
    throw new Error(`A refusal does not close: ${JSON.stringify(refusal)}`);
  }
  const end = found.length - refusal.length;
  const before: ExpectedOctets[] = [];
  for (let octets = 0; octets < end; octets += before.at(-1)!.octets.length) {
    before.push(answers[before.length]);
    if (before.length === answers.length) throw new Error("Refused behind the last answer");
  }
  checkOctets(found.subarray(0, end), joinExpected(before));
}

function closes({ headers }: WireResponse): boolean {
  return headers.get("connection") === "close";
}

async function isOver(client: WireClient): Promise<boolean> {
  try {
    return await client.isOver();
  } catch (error) {
    if (isCutOff(error)) return true;
    throw error;
  }
}

/** Whether an error says no more than that the connection is gone. */
export function isCutOff(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.ConnectionAborted ||
    error instanceof Deno.errors.NotConnected;
}
