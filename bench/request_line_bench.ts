import { parseRequestLine } from "../src/protocol/request_line.ts";
import { BROWSER_GET, JSON_POST, SHORT_GET } from "./messages.ts";

const LINE = /^([!#$%&'*+\-.^_`|~\w]{1,32}) ([!-"$-~]+) HTTP\/(\d)\.(\d)\r\n/;

const decoder = new TextDecoder();
const spans = { methodEnd: 0, targetEnd: 0, minorVersion: 0 };
let sink = 0;

for (
  const [what, octets] of [
    ["short GET", SHORT_GET],
    ["browser GET", BROWSER_GET],
    ["JSON POST", JSON_POST],
  ] as const
) {
  const group = `request line: ${what}`;
  const line = octets.subarray(0, octets.indexOf(10) + 1);

  Deno.bench({
    group,
    name: "decode, then RegExp",
    baseline: true,
    fn: () => {
      sink += LINE.exec(decoder.decode(line))![0].length;
    },
  });

  Deno.bench({
    group,
    name: "parseRequestLine()",
    fn: () => {
      sink += parseRequestLine(line, 0, line.length, spans)!;
    },
  });
}

globalThis.addEventListener("unload", () => {
  if (sink === 0) throw new Error("Cannot trust the benchmark: nothing was consumed");
});
