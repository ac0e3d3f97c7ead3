import { type Destination, WireClient } from "../transport/wire_client.ts";
import { readCorpus } from "./corpus.ts";

/**
 * What a server behind a socket sends for each conversation of the corpus, by its name: one
 * character for each octet, the time of `Date` left out.
 *
 * The client half-closes behind its last octet, so that every connection ends.
 */
export async function corpusAnswers(to: Destination): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  for (const { file, title, octets } of readCorpus()) {
    answers.set(`${file}: ${title}`, await answerTo(octets, to));
  }
  return answers;
}

async function answerTo(octets: Uint8Array, to: Destination): Promise<string> {
  using client = await WireClient.connect(to);
  try {
    await client.send(octets);
    await client.end();
  } catch {
    // A server that has refused the beginning need not take the rest.
  }
  const answer = new TextDecoder("latin1").decode(await client.rest());
  return answer.replaceAll(/^date: .*$/gm, "date: now");
}
