import { WireClient } from "../../tests/transport/wire_client.ts";
import { divide, type Repertoire, type Setting } from "./conversation.ts";
import {
  expectContinued,
  mirrorChunked,
  mirrorWhole,
  postMuch,
  takeStream,
} from "./content_clients.ts";
import { checkOctets, expectOctets, joinExpected } from "./expected_answer.ts";
import { fetchMany } from "./fetch_client.ts";
import { readPage } from "./page_client.ts";
import { makeExchange } from "./requests.ts";

/** Requests on a kept connection, at most. */
const KEPT = 200;

/** Requests that are sent at once, at most. */
const PIPELINED = 32;

/** Clients that keep to the rules; every octet of their answers is foreseen. */
export const GOOD_CLIENTS: Repertoire = {
  "a kept connection": [8, keepConnection],
  "a new connection": [8, openConnection],
  "pipelining": [8, pipeline],
  "half-close": [4, halfClose],
  "any division": [3, divideAnyhow],
  "HTTP/1.0": [2, speakOldVersion],
  "the page": [2, readPage],
  "fetch": [2, fetchMany],
  "large content": [1, postMuch],
  "content mirrored": [2, mirrorWhole],
  "chunks mirrored": [2, mirrorChunked],
  "a stream": [2, takeStream],
  "Expect: 100-continue": [3, expectContinued],
};

async function keepConnection({ to, random, checked, pause, isOver }: Setting): Promise<void> {
  using client = await WireClient.connect(to);
  for (let left = 1 + random.below(KEPT); left > 0 && !isOver(); left--) {
    const { sent, answer } = makeExchange(random);
    await client.send(sent);
    checkOctets(await client.octets(answer.octets.length), answer);
    checked();
    if (random.below(8) === 0) await pause(random.below(20));
  }
}

async function openConnection({ to, random, checked }: Setting): Promise<void> {
  using client = await WireClient.connect(to);
  const { sent, answer } = makeExchange(random, true);
  await client.send(sent);
  checkOctets(await client.rest(), answer);
  checked();
}

async function pipeline({ to, random, checked, pause }: Setting): Promise<void> {
  using client = await WireClient.connect(to);
  for (let rounds = 1 + random.below(10); rounds > 0; rounds--) {
    const exchanges = Array.from(
      { length: 2 + random.below(PIPELINED - 1) },
      () => makeExchange(random),
    );
    await client.send(exchanges.map(({ sent }) => sent).join(""));
    const expected = joinExpected(exchanges.map(({ answer }) => answer));
    checkOctets(await client.octets(expected.octets.length), expected);
    checked(exchanges.length);
    await pause(random.below(10));
  }
}

async function halfClose({ to, random, checked }: Setting): Promise<void> {
  using client = await WireClient.connect(to);
  const exchanges = Array.from({ length: 1 + random.below(3) }, () => makeExchange(random));
  await client.send(...exchanges.map(({ sent }) => sent));
  await client.end();
  // Nothing but the end of the connection may come behind the answers.
  checkOctets(await client.rest(), joinExpected(exchanges.map(({ answer }) => answer)));
  checked(exchanges.length);
}

async function divideAnyhow({ to, random, checked, pause }: Setting): Promise<void> {
  using client = await WireClient.connect(to);
  const exchanges = [makeExchange(random), makeExchange(random), makeExchange(random, true)];
  const octets = new TextEncoder().encode(exchanges.map(({ sent }) => sent).join(""));
  for (const piece of divide(octets, 60, random)) {
    await client.send(piece);
    await pause(0);
  }
  checkOctets(await client.rest(), joinExpected(exchanges.map(({ answer }) => answer)));
  checked(exchanges.length);
}

async function speakOldVersion({ to, checked }: Setting): Promise<void> {
  using client = await WireClient.connect(to);
  await client.send("GET /healthz HTTP/1.0\r\n\r\n");
  const answer = expectOctets({
    status: 200,
    reason: "OK",
    fields: [["content-type", "text/plain;charset=UTF-8"]],
    content: "ok\n",
  }, { closes: true });
  checkOctets(await client.rest(), answer);
  checked();
}
