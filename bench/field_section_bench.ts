import { FieldSection, FieldSectionParser } from "../src/protocol/field_section.ts";
import { DEFAULT_LIMITS } from "../src/protocol/limits.ts";
import { RequestHeadParser } from "../src/protocol/request_head.ts";
import { BROWSER_GET, BROWSER_SECTION, SHORT_GET } from "./messages.ts";

const decoder = new TextDecoder();
const parser = new FieldSectionParser({
  octets: DEFAULT_LIMITS.headerSection,
  fields: DEFAULT_LIMITS.headerFields,
  tooLarge: "header-section-too-large",
});
const headParser = new RequestHeadParser(DEFAULT_LIMITS);
const unheard = { noteField: () => {} };
let sink = 0;

Deno.bench({
  group: "field section: find nothing",
  name: "split, then Headers",
  baseline: true,
  fn: () => {
    sink += splitToHeaders(BROWSER_SECTION).has("accept") ? 1 : 0;
  },
});

Deno.bench({
  group: "field section: find nothing",
  name: "split, then Map",
  fn: () => {
    sink += splitToMap(BROWSER_SECTION).size;
  },
});

Deno.bench({
  group: "field section: find nothing",
  name: "FieldSectionParser",
  fn: () => {
    parser.begin(0);
    sink += parser.parse(BROWSER_SECTION, BROWSER_SECTION.length, unheard)!;
  },
});

Deno.bench({
  group: "field section: find one field",
  name: "split, then Headers",
  baseline: true,
  fn: () => {
    sink += splitToHeaders(BROWSER_SECTION).get("cookie")!.length;
  },
});

Deno.bench({
  group: "field section: find one field",
  name: "FieldSectionParser, then FieldSection",
  fn: () => {
    parser.begin(0);
    const end = parser.parse(BROWSER_SECTION, BROWSER_SECTION.length, unheard)!;
    const section = new FieldSection(
      BROWSER_SECTION,
      [0, end],
      parser.count,
      parser.indexOf(parser.reading),
    );
    sink += section.value(section.find("cookie")!).length;
  },
});

for (const [what, octets] of [["short GET", SHORT_GET], ["browser GET", BROWSER_GET]] as const) {
  Deno.bench({
    group: `head: ${what}`,
    name: "split, then Headers",
    baseline: true,
    fn: () => {
      const lineEnd = octets.indexOf(10) + 1;
      sink += decoder.decode(octets.subarray(0, lineEnd)).split(" ").length;
      sink += splitToHeaders(octets.subarray(lineEnd)).has("host") ? 1 : 0;
    },
  });

  Deno.bench({
    group: `head: ${what}`,
    name: "RequestHeadParser",
    fn: () => {
      headParser.reset();
      sink += headParser.parse(octets, 0, octets.length)!;
    },
  });
}

function splitToHeaders(section: Uint8Array): Headers {
  const headers = new Headers();
  for (const [name, value] of split(section)) headers.append(name, value);
  return headers;
}

function splitToMap(section: Uint8Array): Map<string, string> {
  const fields = new Map<string, string>();
  for (const [name, value] of split(section)) {
    const before = fields.get(name);
    fields.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return fields;
}

function split(section: Uint8Array): [name: string, value: string][] {
  const lines = decoder.decode(section).split("\r\n").filter((line) => line !== "");
  return lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
}

globalThis.addEventListener("unload", () => {
  if (sink === 0) throw new Error("Cannot trust the benchmark: nothing was consumed");
});
