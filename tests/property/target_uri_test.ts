import fc from "fast-check";
import { assert, assertEquals } from "../assert.ts";
import { isPlainAuthority, normaliseAuthority } from "../../src/protocol/host.ts";
import { octetsOf } from "../../src/protocol/octets.ts";
import { isPlainTarget } from "../../src/protocol/request_target.ts";
import { headOf } from "../protocol/transcript.ts";
import { target } from "./messages.ts";

const plainLabel = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);

const label = fc.oneof(
  fc.stringMatching(/^[a-z0-9-]{0,8}$/),
  fc.constantFrom("a", "www", "xn--a", "--", "-", "0", "1", "255", "256", "01", "0x1", "", "a_b"),
  fc.stringMatching(/^[A-Za-z0-9._~!$&'()*+;=%-]{1,8}$/),
);

const port = fc.oneof(
  fc.constant(""),
  fc.constantFrom("", ":", ":80", ":443", ":0", ":00", ":080", ":65535", ":65536", ":8000"),
  fc.nat(70_000).map((port) => `:${port}`),
);

/** What stands in a Host, or might. */
const authority = fc.tuple(
  fc.oneof(
    { weight: 4, arbitrary: fc.array(plainLabel, { minLength: 1, maxLength: 4 }) },
    { weight: 4, arbitrary: fc.array(label, { minLength: 1, maxLength: 5 }) },
    { weight: 2, arbitrary: fc.array(fc.nat(300).map(String), { minLength: 2, maxLength: 5 }) },
    { weight: 1, arbitrary: fc.ipV6().map((address) => [`[${address}]`]) },
  ),
  port,
).map(([labels, port]) => labels.join(".") + port);

Deno.test("isPlainAuthority() passes only what a URL of either scheme holds as it is", () => {
  let passed = 0;
  fc.assert(
    fc.property(authority, (authority) => {
      const bytes = octetsOf(authority);
      if (!isPlainAuthority(bytes, 0, bytes.length)) return;
      passed++;
      for (const scheme of ["http", "https"] as const) {
        assertEquals(URL.parse(`${scheme}://${authority}/`)?.host, authority);
        assertEquals(normaliseAuthority(authority, scheme), authority);
      }
    }),
    { numRuns: 1_000 },
  );
  assert(passed > 50, `plain ones are among them: ${passed}`);
});

Deno.test("normaliseAuthority() gives what a URL has, or nothing", () => {
  fc.assert(
    fc.property(authority, fc.constantFrom("http", "https"), (authority, scheme) => {
      const normal = normaliseAuthority(authority, scheme);
      if (normal === undefined) return;
      assertEquals(new URL(`${scheme}://${authority}/`).host, normal);
      assertEquals(normaliseAuthority(normal, scheme), normal);
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("isPlainTarget() passes only what a URL holds as it is", () => {
  fc.assert(
    fc.property(target, (target) => {
      const bytes = octetsOf(`${target} `);
      if (target.startsWith("/") && isPlainTarget(bytes, 0, target.length)) {
        assertEquals(new URL(`http://a${target}`).href, `http://a${target}`);
      }
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("RequestHead.uri() and pathname() are those of the URL, plain or not", () => {
  let plain = 0;
  let others = 0;
  fc.assert(
    fc.property(
      target,
      authority.filter((text) => normaliseAuthority(text, "http") !== undefined),
      fc.constantFrom("http", "https"),
      (target, authority, scheme) => {
        const head = headOf(`GET ${target} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
        const text = target.startsWith("/")
          ? `${scheme}://${authority}${target}`
          : target.replace("http:", `${scheme}:`);
        const url = new URL(text);
        assertEquals(head.uri(scheme, "fallback"), url.href);
        assertEquals(head.pathname(), url.pathname);
        if (text === url.href) plain++;
        else others++;
      },
    ),
    { numRuns: 1_000 },
  );
  assert(plain > 50 && others > 50, `both paths are taken: ${plain} and ${others}`);
});
