/** What wrk is asked to do. */
export interface Load {
  /** Requests that are sent before the first answer is read. */
  readonly pipelined: number;
  /** Seconds. */
  readonly seconds: number;
}

/** Connections that are kept busy. */
export const CONNECTIONS = 64;

/** Loads a server, and gives the number of requests that were answered. */
export async function runWrk(port: number, load: Load): Promise<number> {
  const url = `http://127.0.0.1:${port}/`;
  const wrk = ["wrk", "-t1", `-c${CONNECTIONS}`, `-d${load.seconds}`];
  if (load.pipelined > 1) wrk.push("-s", await writeScript(load.pipelined));
  const [first, ...args] = navigator.hardwareConcurrency > 1
    ? ["taskset", "-c", "1", ...wrk, url]
    : [...wrk, url];
  const { stdout } = await new Deno.Command(first, { args }).output();
  const report = new TextDecoder().decode(stdout);
  if (/Non-2xx|Socket errors/.test(report)) throw new Error(`Cannot measure: ${report}`);
  return Number(/(\d+) requests in/.exec(report)![1]);
}

async function writeScript(pipelined: number): Promise<string> {
  const path = await Deno.makeTempFile({ suffix: ".lua" });
  await Deno.writeTextFile(
    path,
    `init = function() request_text = string.rep(wrk.format(), ${pipelined}) end\n` +
      "request = function() return request_text end\n",
  );
  return path;
}
