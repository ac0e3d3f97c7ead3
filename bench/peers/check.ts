import { WireClient, type WireResponse } from "../../tests/transport/wire_client.ts";
import type { Workload } from "./workloads.ts";

/** Asks once what wrk will ask, and throws unless the answers are right. */
export async function checkAnswers(port: number, workload: Workload): Promise<void> {
  const { pipelined = 1, fields } = workload.load;
  const requests = requestText(workload.load).repeat(pipelined);
  using client = await WireClient.connect({ transport: "tcp", hostname: "127.0.0.1", port });
  await client.send(requests);
  for (let i = 0; i < pipelined; i++) checkAnswer(await client.response(), workload);
  if (fields?.Connection === "close" && !await client.isOver()) {
    throw new Error(`Cannot measure ${workload.name}: octets follow the answer`);
  }
}

/** Throws unless an answer is what the workload expects. */
export function checkAnswer(response: WireResponse, { name, type, answer }: Workload): void {
  const { status, headers, content } = response;
  if (status !== 200) throw new Error(`Cannot measure ${name}: the status is ${status}`);
  if (!headers.get("content-type")?.startsWith(type)) {
    throw new Error(`Cannot measure ${name}: the type is ${headers.get("content-type")}`);
  }
  if (!isExpected(content, answer)) {
    const shown = new TextDecoder().decode(content.subarray(0, 200));
    throw new Error(`Cannot measure ${name}: ${content.length} octets of content: ${shown}`);
  }
}

function isExpected(content: Uint8Array, answer: Workload["answer"]): boolean {
  if (answer instanceof Uint8Array) return isEqual(content, answer);
  const text = new TextDecoder().decode(content);
  if (typeof answer === "string") return text === answer;
  return JSON.stringify(JSON.parse(text)) === JSON.stringify(answer.json);
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((octet, index) => octet === other[index]);
}

/** A request, as wrk makes it. */
export function requestText(load: Workload["load"]): string {
  const { method = "GET", path = "/", fields = {}, content } = load;
  const body = content === undefined ? "" : content.text.repeat(content.times);
  const lines = Object.entries({ Host: "127.0.0.1:8000", ...fields });
  if (content !== undefined) lines.push(["Content-Length", String(body.length)]);
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return `${method} ${path} HTTP/1.1\r\n${head}\r\n${body}`;
}
