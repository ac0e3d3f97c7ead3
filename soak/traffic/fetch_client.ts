import type { Setting } from "./conversation.ts";
import { checkDate, checkOctets, type ExpectedAnswer } from "./expected_answer.ts";
import { echoAnswer, word } from "./requests.ts";

/** Requests of one client, at most. */
const MOST = 30;

/** Asks through the platform's own client, with connections of its own pool. */
export async function fetchMany({ to, random, checked, pause }: Setting): Promise<void> {
  using client = Deno.createHttpClient({});
  for (let left = 1 + random.below(MOST); left > 0; left--) {
    const agent = `fetch/${word(random)}`;
    const query = { a: word(random), b: `${word(random)} é` };
    const url = `http://${to.hostname}:${to.port}/echo?${new URLSearchParams(query)}`;
    const response = await fetch(url, {
      client,
      headers: { "user-agent": agent },
      ...(random.below(2) === 0 ? {} : { method: "POST", body: word(random, 5_000) }),
    });
    await checkFetched(response, echoAnswer(query, agent));
    checked();
    await pause(random.below(5));
  }
}

/** Checks what `fetch` made of an answer. */
export async function checkFetched(response: Response, expected: ExpectedAnswer): Promise<void> {
  const octets = new TextEncoder().encode(expected.content);
  const { date, ...fields } = Object.fromEntries(response.headers);
  const found = JSON.stringify([response.status, response.statusText, fields]);
  const wanted = JSON.stringify([expected.status, expected.reason, {
    "content-length": String(octets.length),
    ...Object.fromEntries(expected.fields),
  }]);
  if (found !== wanted) throw new Error(`Fetched ${found} instead of ${wanted}`);
  checkDate(date);
  checkOctets(await response.bytes(), { octets, dates: [] });
}
