import { type LoadOptions, resolveOptions } from "../../src/load/options.ts";
import { assertEquals, assertThrows } from "../assert.ts";

type Given = { readonly [name in keyof LoadOptions]?: unknown };

const URL_ = "http://127.0.0.1:8000/";

/** Who throws what; `Given` is not typed on purpose. */
const REFUSED: [given: Given & Record<string, unknown>, kind: typeof Error, message: string][] = [
  [
    { url: "127.0.0.1:8000" },
    TypeError,
    'Cannot load "127.0.0.1:8000": it is no URL; write http://host:port/path',
  ],
  [
    { url: "ftp://127.0.0.1/" },
    TypeError,
    "Cannot load ftp://127.0.0.1/: only http: and https: can be",
  ],
  [
    { url: "http://me:secret@127.0.0.1/" },
    TypeError,
    "Cannot load a URL with a name or a password: send Authorization instead",
  ],
  [{ url: 7 }, TypeError, "Cannot load: url cannot be 7"],
  [{ threads: 4 }, TypeError, "Cannot load: threads is no option"],
  [{ connections: "4" }, TypeError, 'Cannot load: connections cannot be "4"'],
  [
    { connections: 0 },
    RangeError,
    "Cannot load with connections 0: it must be a whole number from 1 to 65535",
  ],
  [
    { connections: 1.5 },
    RangeError,
    "Cannot load with connections 1.5: it must be a whole number from 1 to 65535",
  ],
  [
    { pipelining: 1_025 },
    RangeError,
    "Cannot load with pipelining 1025: it must be a whole number from 1 to 1024",
  ],
  [
    { duration: NaN },
    RangeError,
    "Cannot load with duration NaN: it must be a number from 1 to 2147483647",
  ],
  [
    { requests: -1 },
    RangeError,
    "Cannot load with requests -1: it must be a whole number from 1 to 9007199254740991",
  ],
  [{ rate: 0 }, RangeError, "Cannot load with rate 0: it must be a number from 0.001 to 10000000"],
  [
    { warmUp: -1 },
    RangeError,
    "Cannot load with warmUp -1: it must be a number from 0 to 2147483647",
  ],
  [
    { timeout: 0 },
    RangeError,
    "Cannot load with timeout 0: it must be a number from 1 to 2147483647",
  ],
  [{ method: "GET /" }, TypeError, 'Cannot load with the method "GET /": it is no token'],
  [{ method: "" }, TypeError, 'Cannot load with the method "": it is no token'],
  [{ method: "CONNECT" }, TypeError, "Cannot load with CONNECT: what answers it is no HTTP"],
  [{ headers: { "a b": "c" } }, TypeError, 'Cannot send the field "a b": its name is no token'],
  [
    { headers: { a: "b\r\nc: d" } },
    TypeError,
    "Cannot send the field a: its value has characters none may have",
  ],
  [{ headers: [["a"]] }, TypeError, "Cannot load: headers cannot hold a"],
  [{ headers: { a: 1 } }, TypeError, "Cannot load: headers cannot hold a,1"],
  [
    { headers: { "Content-Length": "1" } },
    TypeError,
    "Cannot send the field Content-Length: it follows from the content",
  ],
  [
    { headers: { "transfer-encoding": "chunked" } },
    TypeError,
    "Cannot send the field transfer-encoding: it follows from the content",
  ],
  [{ content: {} }, TypeError, "Cannot load: content cannot be [object Object]"],
  [{ unix: "" }, TypeError, 'Cannot load: unix cannot be ""'],
  [{ insecure: 1 }, TypeError, "Cannot load: insecure cannot be 1"],
  [{ signal: {} }, TypeError, "Cannot load: signal cannot be [object Object]"],
  [{ onProgress: true }, TypeError, "Cannot load: onProgress cannot be true"],
];

for (const [given, kind, message] of REFUSED) {
  Deno.test(`loadTest() refuses ${JSON.stringify(given)}`, () => {
    const error = assertThrows(() => resolveOptions({ url: URL_, ...given } as LoadOptions));
    assertEquals([(error as Error).constructor, (error as Error).message], [kind, message]);
  });
}

const REQUESTS: [what: string, options: Partial<LoadOptions>, request: string][] = [
  ["nothing more", {}, "GET / HTTP/1.1\r\nHost: 127.0.0.1:8000\r\n\r\n"],
  [
    "a query and a fragment",
    { url: "http://a.test/p?q=1#f" },
    "GET /p?q=1 HTTP/1.1\r\nHost: a.test\r\n\r\n",
  ],
  ["IPv6", { url: "http://[::1]:80/ä" }, "GET /%C3%A4 HTTP/1.1\r\nHost: [::1]\r\n\r\n"],
  ["another host", { headers: { host: "b" } }, "GET / HTTP/1.1\r\nhost: b\r\n\r\n"],
  [
    "repeated fields",
    { headers: [["A", "1"], ["A", "2"]] },
    "GET / HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nA: 1\r\nA: 2\r\n\r\n",
  ],
  [
    "Headers",
    { headers: new Headers({ A: "é" }) },
    "GET / HTTP/1.1\r\nHost: 127.0.0.1:8000\r\na: \xe9\r\n\r\n",
  ],
  [
    "content",
    { content: "ab" },
    "POST / HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nContent-Length: 2\r\n\r\nab",
  ],
  [
    "empty content, another method",
    { content: new Uint8Array(), method: "PUT" },
    "PUT / HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nContent-Length: 0\r\n\r\n",
  ],
];

for (const [what, options, expected] of REQUESTS) {
  Deno.test(`a request with ${what}`, () => {
    const { request } = resolveOptions({ url: URL_, ...options });
    assertEquals(new TextDecoder("latin1").decode(request), expected);
  });
}

Deno.test("defaults are those of the documentation", async () => {
  const { connections, pipelining, duration, requests, rate, warmUp, timeout } = resolveOptions({
    url: URL_,
  });
  assertEquals([duration, requests, rate], [10_000, Infinity, undefined]);
  assertEquals(resolveOptions({ url: URL_, requests: 1 }).duration, Infinity);
  const page = await Deno.readTextFile(new URL("../../docs/load.md", import.meta.url));
  const rows = new Map(
    [...page.matchAll(/^\| `(\w+)` +\| ([^ ]+) +\|/gm)].map((row) => [row[1], row[2]]),
  );
  assertEquals(rows.get("connections"), String(connections));
  assertEquals(rows.get("pipelining"), String(pipelining));
  assertEquals(rows.get("duration"), String(duration));
  assertEquals(rows.get("warmUp"), String(warmUp));
  assertEquals(rows.get("timeout"), String(timeout));
});

const ENDPOINTS: [url: string, hostname: string, port: number, isSecure: boolean][] = [
  ["http://a.test/", "a.test", 80, false],
  ["https://a.test/", "a.test", 443, true],
  ["https://[2001:db8::1]:8443/", "2001:db8::1", 8443, true],
];

for (const [url, hostname, port, isSecure] of ENDPOINTS) {
  Deno.test(`${url} is ${hostname} port ${port}`, () => {
    const { endpoint } = resolveOptions({ url });
    assertEquals([endpoint.hostname, endpoint.port, endpoint.isSecure], [hostname, port, isSecure]);
  });
}
