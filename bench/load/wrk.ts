import { CLIENT_CORE, pinned } from "./process.ts";

/** What wrk is asked to do; absent members are a `GET /` over the usual connections, one by one. */
export interface Load {
  /** Seconds. */
  readonly seconds: number;
  /** Connections that are kept busy. */
  readonly connections?: number;
  /** Whether wrk has a core of its own; it has by default. */
  readonly pinned?: boolean;
  /** Requests that are sent before the first answer is read. */
  readonly pipelined?: number;
  /** What is asked for. */
  readonly path?: string;
  /** The method of the request. */
  readonly method?: string;
  /** Header fields beside `Host`. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Content of the request: one text, so many times. */
  readonly content?: { readonly text: string; readonly times: number };
}

/** What wrk has seen. */
export interface Outcome {
  /** Requests that were answered. */
  readonly requests: number;
  /** How long it took, in seconds. */
  readonly seconds: number;
  /** Octets that were received. */
  readonly octets: number;
  /** Time from request to answer, in microseconds. */
  readonly latency: { readonly p50: number; readonly p99: number; readonly p999: number };
}

/** Nothing went wrong, but no request was answered in time. */
export class NoAnswer extends Error {
  /** Always `"NoAnswer"`. */
  override readonly name = "NoAnswer";
}

/** How often a server is warmed up that does not answer. */
const WARM_UPS = 5;

/** Connections that are kept busy. */
export const CONNECTIONS = 64;

/** Stands before the report of the script, in the output of wrk. */
const MARK = "@outcome ";

/**
 * wrk adds requests that it would have sent, had it not waited for an answer. Those that are quicker
 * than the quickest it has seen are counted, but not found by `percentile`, which gives 0 at the other
 * end for it; the shares are moved by as much.
 */
const REPORT = `
local function hiddenShare(latency)
  if latency:percentile(99.9) > 0 then return 0 end
  local low, high = 0, 100
  for _ = 1, 40 do
    local middle = (low + high) / 2
    if latency:percentile(middle) > 0 then low = middle else high = middle end
  end
  return 100 - low
end

done = function(summary, latency)
  local hidden = hiddenShare(latency)
  local function at(share)
    if share <= hidden then return latency.min end
    return latency:percentile(share - hidden)
  end
  local e = summary.errors
  io.write(string.format(
    '${MARK}{"requests":%d,"microseconds":%d,"octets":%d,"p50":%d,"p99":%d,"p999":%d,' ..
    '"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d}\\n',
    summary.requests, summary.duration, summary.bytes, at(50), at(99), at(99.9),
    e.connect, e.read, e.write, e.status, e.timeout))
end
`;

/** Loads a server, and tells what came of it; throws when a request failed. */
export async function runWrk(port: number, load: Load): Promise<Outcome> {
  const { connections = CONNECTIONS, seconds, path = "/" } = load;
  const script = await Deno.makeTempFile({ suffix: ".lua" });
  try {
    await Deno.writeTextFile(script, scriptOf(load));
    const wrk = ["wrk", "-t1", `-c${connections}`, `-d${seconds}`, "--timeout", "10s"];
    wrk.push("-s", script, `http://127.0.0.1:${port}${path}`);
    const [first, ...args] = load.pinned === false ? wrk : pinned(CLIENT_CORE, wrk);
    const { stdout, stderr } = await new Deno.Command(first, { args }).output();
    const decoder = new TextDecoder();
    const output = decoder.decode(stdout) + decoder.decode(stderr);
    return readOutcome(output, load.fields?.Connection === "close");
  } finally {
    await Deno.remove(script);
  }
}

/** Loads a server until it has answered something, for compilers to have seen its code. */
export async function warmUp(port: number, load: Load): Promise<void> {
  for (let attempt = 1; attempt <= WARM_UPS; attempt++) {
    try {
      return void await runWrk(port, load);
    } catch (error) {
      // On a busy machine, many connections may take all of the time to be opened.
      if (!(error instanceof NoAnswer) || attempt === WARM_UPS) throw error;
    }
  }
}

/**
 * Reads what the script has reported; throws when a request failed or none was answered.
 *
 * Where the client asks to close, a server may do so without a word about it; then wrk counts each
 * end of a connection as an error, although its request was answered.
 */
export function readOutcome(output: string, closing: boolean = false): Outcome {
  const line = output.split("\n").find((line) => line.startsWith(MARK));
  if (line === undefined) throw new Error(`Cannot measure: wrk says\n${output}`);
  const report = JSON.parse(line.slice(MARK.length));
  const kinds = ["connect", "write", "status", "timeout", ...(closing ? [] : ["read"])];
  const failed = kinds.filter((kind) => report[kind] > 0);
  if (failed.length > 0) throw new Error(`Cannot measure: ${failed.join(", ")}: ${line}`);
  if (report.requests === 0) throw new NoAnswer(`Cannot measure: no answer: ${line}`);
  const { requests, octets, p50, p99, p999 } = report;
  return { requests, octets, seconds: report.microseconds / 1e6, latency: { p50, p99, p999 } };
}

/** The Lua script that makes the requests and reports. */
export function scriptOf(
  { method, fields = {}, content, pipelined = 1 }: Omit<Load, "seconds">,
): string {
  const lines: string[] = [];
  if (method !== undefined) lines.push(`wrk.method = ${JSON.stringify(method)}`);
  for (const [name, value] of Object.entries(fields)) {
    lines.push(`wrk.headers[${JSON.stringify(name)}] = ${JSON.stringify(value)}`);
  }
  if (content !== undefined) {
    lines.push(`wrk.body = string.rep(${JSON.stringify(content.text)}, ${content.times})`);
  }
  // A function is called for each request; without one wrk sends the same octets again.
  if (pipelined > 1) {
    lines.push(
      `init = function() requests = string.rep(wrk.format(), ${pipelined}) end`,
      "request = function() return requests end",
    );
  }
  return lines.join("\n") + REPORT;
}
