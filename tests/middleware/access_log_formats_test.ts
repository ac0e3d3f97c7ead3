/** What lines of the access log look like, whatever a client has sent. */
import fc from "fast-check";
import { CombinedFormat } from "../../src/middleware/access_log/combined.ts";
import type { LineFormat, LogEntry } from "../../src/middleware/access_log/entry.ts";
import { LONGEST_VALUE } from "../../src/middleware/access_log/escape.ts";
import { JsonFormat } from "../../src/middleware/access_log/json_lines.ts";
import { LineBuffer } from "../../src/middleware/access_log/line_buffer.ts";
import { ShortFormat } from "../../src/middleware/access_log/short.ts";
import { assert, assertEquals, assertLess, assertMatch } from "../assert.ts";
import { parseCombined } from "./combined_parser.ts";

const ENTRY: LogEntry = {
  time: Date.UTC(2026, 10, 24, 17, 4, 5, 678),
  client: "192.0.2.7",
  method: "GET",
  target: "/users/7?full=yes",
  minorVersion: 1,
  status: 200,
  contentOctets: 1536,
  receivedOctets: 0,
  duration: 12.3456,
  referer: "https://example.com/",
  userAgent: "curl/8.5",
  route: "/users/:id",
  aborted: false,
  fields: undefined,
};

const COMBINED: [why: string, entry: Partial<LogEntry>, line: string][] = [
  [
    "all of it",
    {},
    '192.0.2.7 - - [24/Nov/2026:17:04:05 +0000] "GET /users/7?full=yes HTTP/1.1" 200 1536 ' +
    '"https://example.com/" "curl/8.5" 0.012346',
  ],
  [
    "what is missing",
    { client: "", referer: null, userAgent: "", minorVersion: 0, route: undefined },
    '- - - [24/Nov/2026:17:04:05 +0000] "GET /users/7?full=yes HTTP/1.0" 200 1536 "-" "-" 0.012346',
  ],
  [
    "no answer",
    { status: 0, contentOctets: 0, aborted: true },
    '192.0.2.7 - - [24/Nov/2026:17:04:05 +0000] "GET /users/7?full=yes HTTP/1.1" 499 0 ' +
    '"https://example.com/" "curl/8.5" 0.012346 aborted',
  ],
  [
    "quotes, controls, and octets beyond ASCII",
    { client: "#a b", target: '/"', referer: "\\\r\n", userAgent: "\x1b[31m\xe9\0" },
    '\\x23a\\x20b - - [24/Nov/2026:17:04:05 +0000] "GET /\\x22 HTTP/1.1" 200 1536 ' +
    '"\\x5C\\x0D\\x0A" "\\x1B[31m\\xE9\\x00" 0.012346',
  ],
];

for (const [why, entry, line] of COMBINED) {
  Deno.test(`a combined line has ${why}`, () => {
    assertEquals(lineOf(new CombinedFormat(), { ...ENTRY, ...entry }), `${line}\n`);
  });
}

Deno.test("a combined line has the duration in seconds, as toFixed has it", () => {
  for (
    const duration of [
      -1,
      0,
      0.0004,
      0.001,
      0.9996,
      123.4567,
      999.9994,
      999.9996,
      1000,
      61_001.5,
      86_400_000,
    ]
  ) {
    const line = lineOf(new CombinedFormat(), { ...ENTRY, duration });
    const expected = (Math.max(0, Math.round(duration * 1000)) / 1e6).toFixed(6);
    assertEquals(line.trimEnd().split(" ").at(-1), expected);
  }
});

Deno.test("a combined line has the second it belongs to", () => {
  const format = new CombinedFormat();
  const dates = [0, 999, 1000].map((offset) =>
    parseCombined(lineOf(format, { ...ENTRY, time: Date.UTC(2026, 0, 1) + offset }).trimEnd()).date
  );
  assertEquals(dates, [
    "01/Jan/2026:00:00:00 +0000",
    "01/Jan/2026:00:00:00 +0000",
    "01/Jan/2026:00:00:01 +0000",
  ]);
});

Deno.test("a line of JSON has all that is known, and what the program adds", () => {
  const fields = { request_id: "abc", status: "not this one" };
  assertEquals(JSON.parse(lineOf(new JsonFormat(), { ...ENTRY, fields })), {
    time: "2026-11-24T17:04:05.678Z",
    client: "192.0.2.7",
    method: "GET",
    target: "/users/7?full=yes",
    version: "1.1",
    status: 200,
    contentOctets: 1536,
    receivedOctets: 0,
    duration: 0.012346,
    route: "/users/:id",
    referer: "https://example.com/",
    userAgent: "curl/8.5",
    aborted: false,
    request_id: "abc",
  });
});

/** User agents as they come, an octet for each character, and as JSON has them. */
const AGENTS: [why: string, octets: string, text: string][] = [
  ["UTF-8", "caf\xc3\xa9 \xf0\x9f\x90\x9a", "café 🐚"],
  ["octets that are no UTF-8", "\xc3(\xff", "\xc3(\xff"],
  ["a line separator", "\xe2\x80\xa8", "\u2028"],
  ["an escape sequence", "\x1b]0;title\x07", "\x1b]0;title\x07"],
  ["a byte order mark", "\xef\xbb\xbfx", "\ufeffx"],
];

for (const [why, userAgent, text] of AGENTS) {
  Deno.test(`a line of JSON is ASCII, and has ${why}`, () => {
    const line = lineOf(new JsonFormat(), { ...ENTRY, userAgent });
    assertMatch(line, /^[ -~]+\n$/);
    assertEquals(JSON.parse(line).userAgent, text);
  });
}

const SHORT: [entry: Partial<LogEntry>, line: string][] = [
  [{}, "17:04:05 200 GET /users/7?full=yes 12 ms 1.5 KiB\n"],
  [{ duration: 1.26, contentOctets: 13 }, "17:04:05 200 GET /users/7?full=yes 1.3 ms 13 B\n"],
  [
    { duration: 2500, contentOctets: 3 << 20 },
    "17:04:05 200 GET /users/7?full=yes 2.5 s 3.0 MiB\n",
  ],
  [
    { status: 0, aborted: true, target: "/\x1b[2J" },
    "17:04:05 --- GET /\\x1B[2J 12 ms 1.5 KiB aborted\n",
  ],
];

for (const [entry, line] of SHORT) {
  Deno.test(`a short line: ${line.trimEnd()}`, () => {
    assertEquals(lineOf(new ShortFormat(false), { ...ENTRY, ...entry }), line);
    const coloured = lineOf(new ShortFormat(true), { ...ENTRY, ...entry });
    // deno-lint-ignore no-control-regex
    assertEquals(coloured.replaceAll(/\x1b\[\d+m/g, ""), line);
  });
}

Deno.test("a short line has the colour of its status", () => {
  const colours = [200, 304, 404, 500].map((status) =>
    // deno-lint-ignore no-control-regex
    /\x1b\[(\d+)m\d{3}\x1b/.exec(lineOf(new ShortFormat(true), { ...ENTRY, status }))?.[1]
  );
  assertEquals(colours, ["32", "36", "33", "31"]);
});

const FORMATS: [name: string, format: LineFormat][] = [
  ["combined", new CombinedFormat()],
  ["json", new JsonFormat()],
  ["short", new ShortFormat(false)],
];

for (const [name, format] of FORMATS) {
  Deno.test(`${name}: a value that is long is cut`, () => {
    const line = lineOf(format, { ...ENTRY, target: "x".repeat(100_000) });
    assertLess(line.length, LONGEST_VALUE + 1000);
    assert(line.includes("xxx..."));
  });

  Deno.test(`${name}: a notice is one line, with the number`, () => {
    assertMatch(format.notice(17, ENTRY.time), /^[ -~]*\b17\b[ -~]*\n$/);
  });
}

Deno.test("a combined line is whole in a buffer of 4096 octets, whatever it has", () => {
  for (
    const value of ['"'.repeat(9999), "x".repeat(9999), ` ${"\xff".repeat(9999)}`, "\u{1f41a}"]
  ) {
    for (const start of ["", "a", "ab", "abc"]) {
      const long = start + value;
      const entry = { client: long, method: long, target: long, referer: long, userAgent: long };
      const line = lineOf(new CombinedFormat(), { ...ENTRY, ...entry, aborted: true });
      assertLess(line.length, 4096);
      assert(!/\\(?!x[\dA-F]{2})/.test(line), line);
      parseCombined(line.trimEnd());
    }
  }
});

Deno.test("notices are told apart from lines", () => {
  assertEquals(new CombinedFormat().notice(17, ENTRY.time)[0], "#");
  const notice = JSON.parse(new JsonFormat().notice(17, ENTRY.time));
  assertEquals(notice, { time: "2026-11-24T17:04:05.678Z", dropped: 17 });
});

/** Any text, as octets that a client sends would be read. */
const octets = fc.uint8Array({ maxLength: 40 }).map((bytes) => String.fromCharCode(...bytes));

const injected = fc.oneof(
  octets,
  fc.constantFrom('"', "\\", "\\x22", "\r\n", '" 200 0 "-" "-"\n', "\u2028", "\x1b[31m", "-"),
).filter((value) => value !== "");

const clientText = fc.oneof(injected, fc.string({ unit: "binary" }));

const hostile = fc.record({
  client: clientText,
  method: injected,
  target: clientText,
  referer: injected,
  userAgent: injected,
});

for (const [name, format] of FORMATS) {
  Deno.test(`${name}: whatever a client sends makes one line of printable ASCII`, () => {
    fc.assert(fc.property(hostile, (values) => {
      assertMatch(lineOf(format, { ...ENTRY, ...values }), /^[ -~]+\n$/);
    }));
  });
}

Deno.test("combined: whatever a client sends is read back", () => {
  fc.assert(fc.property(fc.record({ referer: injected, userAgent: injected, target: injected }), (
    values,
  ) => {
    const line = parseCombined(lineOf(new CombinedFormat(), { ...ENTRY, ...values }).trimEnd());
    const { referer, userAgent, request } = line;
    assertEquals({ referer, userAgent, request }, {
      referer: asOctets(values.referer),
      userAgent: asOctets(values.userAgent),
      request: `GET ${asOctets(values.target)} HTTP/1.1`,
    });
  }));
});

Deno.test("json: whatever a client sends is read back", () => {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  fc.assert(fc.property(octets, clientText, (userAgent, target) => {
    const line = JSON.parse(lineOf(new JsonFormat(), { ...ENTRY, userAgent, target }));
    let expected = userAgent;
    try {
      expected = decoder.decode(Uint8Array.from(userAgent, (octet) => octet.charCodeAt(0)));
    } catch {
      // It stays as it is.
    }
    assertEquals([line.userAgent, line.target], [expected, target]);
  }));
});

/** Characters up to U+00FF are octets, others are UTF-8. */
function asOctets(text: string): string {
  return [...text].map((character) =>
    character <= "\xff" ? character : String.fromCharCode(...new TextEncoder().encode(character))
  ).join("");
}

Deno.test("combined: a line does not depend on those before it", () => {
  const few = fc.record({
    time: fc.constantFrom(ENTRY.time, ENTRY.time + 300, ENTRY.time + 400),
    client: fc.constantFrom("192.0.2.7", "192.0.2.8"),
    method: fc.constantFrom("GET", "HEAD"),
    target: fc.constantFrom("/", "/a"),
    minorVersion: fc.constantFrom(0, 1),
    status: fc.constantFrom(200, 0),
    contentOctets: fc.constantFrom(0, 1),
    referer: fc.constantFrom(null, "", "x"),
    userAgent: fc.constantFrom(null, "x"),
    duration: fc.constantFrom(1, 2),
    aborted: fc.boolean(),
  });
  // Mostly one member differs: each must be looked at.
  const steps = fc.array(fc.tuple(fc.constantFrom(...Object.keys(ENTRY)), few), { maxLength: 40 });
  fc.assert(fc.property(steps, (steps) => {
    const format = new CombinedFormat();
    let entry = ENTRY;
    for (const [name, values] of steps) {
      if (name in values) entry = { ...entry, [name]: values[name as keyof typeof values] };
      assertEquals(lineOf(format, entry), lineOf(new CombinedFormat(), entry));
    }
  }));
});

function lineOf(format: LineFormat, entry: LogEntry): string {
  const lines = new LineBuffer();
  format.append(entry, lines);
  return new TextDecoder().decode(lines.take());
}
