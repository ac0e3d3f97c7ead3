import { assertEquals } from "../assert.ts";
import { isPlainAuthority, normaliseAuthority } from "../../src/protocol/host.ts";
import { octetsOf } from "../../src/protocol/octets.ts";
import { assertAccepted, assertRefused, headOf } from "./transcript.ts";

/** Hosts, how a URL has them, and whether they are plain at first sight. */
const ACCEPTED: [rfc: string, host: string, authority: string, plain: boolean][] = [
  ["9110 §7.2", "a", "a", true],
  ["9110 §7.2", "www.example.com", "www.example.com", true],
  ["9110 §7.2", "a:8000", "a:8000", true],
  ["9110 §7.2", "a-b.c1:0", "a-b.c1:0", true],
  ["9110 §7.2", "a:65535", "a:65535", true],
  ["9110 §7.2", "127.0.0.1", "127.0.0.1", true],
  ["9110 §7.2", "127.0.0.1:8000", "127.0.0.1:8000", true],
  ["9110 §7.2", "0.0.0.0", "0.0.0.0", true],
  ["9110 §7.2", "255.255.255.255", "255.255.255.255", true],
  ["9110 §4.2.3", "a:", "a", false],
  ["9110 §4.2.3", "a:80", "a", false],
  ["9110 §4.2.3", "a:443", "a:443", false],
  ["9110 §4.2.3", "a:080", "a", false],
  ["9110 §4.2.3", "a:008000", "a:8000", false],
  ["9110 §4.2.3", "A.Example", "a.example", false],
  ["3986 §3.2.2", "[::1]", "[::1]", false],
  ["3986 §3.2.2", "[::1]:8000", "[::1]:8000", false],
  ["3986 §3.2.2", "[2001:DB8:0:0::1]", "[2001:db8::1]", false],
  ["3986 §3.2.2", "[::ffff:1.2.3.4]", "[::ffff:102:304]", false],
  ["3986 §3.2.2", "a_b", "a_b", false],
  ["3986 §3.2.2", "a!$&'()*+;=~", "a!$&'()*+;=~", false],
  ["3986 §3.2.2", "%61", "a", false],
  ["3986 §3.2.2", "a.", "a.", false],
  ["3986 §3.2.2", "1.2.3", "1.2.0.3", false],
  ["3986 §3.2.2", "0x7f.1", "127.0.0.1", false],
  ["3986 §3.2.2", "01.2.3.4", "1.2.3.4", false],
  ["3986 §3.2.2", "xn--caf-dma.example", "xn--caf-dma.example", false],
  ["3986 §3.2.2", "a--b", "a--b", false],
];

const REJECTED: [why: string, rfc: string, host: string][] = [
  ["an empty one", "9112 §3.2", ""],
  ["a port alone", "9110 §4.2.1", ":80"],
  ["userinfo", "9110 §4.2.4", "user@a"],
  ["userinfo with a password", "9110 §4.2.4", "user:secret@a"],
  ["a path", "9110 §7.2", "a/b"],
  ["a query", "9110 §7.2", "a?b"],
  ["a fragment", "9110 §7.2", "a#b"],
  ["a backslash", "9110 §7.2", "a\\b"],
  ["a comma", "9110 §5.3", "a,b"],
  ["two hosts in a list", "9110 §5.3", "a, a"],
  ["a space", "9110 §7.2", "a b"],
  ["a tab", "9110 §7.2", "a\tb"],
  ["a scheme", "9110 §7.2", "http://a"],
  ["a port with letters", "9110 §7.2", "a:b"],
  ["a port with a sign", "9110 §7.2", "a:-1"],
  ["a port beyond 65535", "9110 §7.2", "a:65536"],
  ["a port of many digits", "9110 §7.2", "a:123456"],
  ["two ports", "9110 §7.2", "a:1:2"],
  ["an open bracket", "3986 §3.2.2", "[::1"],
  ["a closed bracket", "3986 §3.2.2", "::1]"],
  ["an IPv6 address without brackets", "3986 §3.2.2", "::1"],
  ["empty brackets", "3986 §3.2.2", "[]"],
  ["a name in brackets", "3986 §3.2.2", "[a.example]"],
  ["a zone", "6874 §2", "[fe80::1%25eth0]"],
  ["letters behind brackets", "3986 §3.2.2", "[::1]a"],
  ["an IPv6 address of nine groups", "3986 §3.2.2", "[1:2:3:4:5:6:7:8:9]"],
  ["an IPv4 address of five numbers", "3986 §3.2.2", "1.2.3.4.5"],
  ["an IPv4 number beyond 255", "3986 §3.2.2", "1.2.3.256"],
  ["a name that ends in a number", "3986 §3.2.2", "a.1"],
  ["an empty label before a number", "3986 §3.2.2", "1..2"],
  ["punycode that is none", "3986 §3.2.2", "xn--a"],
  ["an encoded slash", "3986 §3.2.2", "%2f"],
  ["a malformed escape", "3986 §2.1", "%zz"],
  ["an octet beyond ASCII", "3986 §3.2.2", "caf\xe9"],
  ["curly brackets", "3986 §3.2.2", "{a}"],
];

for (const [rfc, host, authority, plain] of ACCEPTED) {
  Deno.test(`normaliseAuthority() makes ${authority} of ${host} (RFC ${rfc})`, () => {
    assertEquals(normaliseAuthority(host, "http"), authority);
  });

  Deno.test(`isPlainAuthority() ${plain ? "passes" : "looks again at"} ${host} (RFC ${rfc})`, () => {
    const bytes = octetsOf(` ${host} `);
    assertEquals(isPlainAuthority(bytes, 1, bytes.length - 1), plain);
  });

  Deno.test(`Exchange reads Host: ${host} (RFC ${rfc})`, () => {
    for (const version of ["1.1", "1.0"]) {
      const wire = `GET / HTTP/${version}\r\nHost: ${host}\r\n\r\n`;
      assertAccepted(wire, ["GET /", "end"]);
      assertEquals(headOf(wire).uri("http", "fallback"), `http://${authority}/`);
    }
  });
}

for (const [why, rfc, host] of REJECTED) {
  Deno.test(`normaliseAuthority() rejects ${why} (RFC ${rfc})`, () => {
    assertEquals(normaliseAuthority(host, "http"), undefined);
    assertEquals(normaliseAuthority(host, "https"), undefined);
    const bytes = octetsOf(host);
    assertEquals(isPlainAuthority(bytes, 0, bytes.length), false);
  });

  Deno.test(`Exchange rejects ${why} as Host (RFC ${rfc})`, () => {
    assertRefused(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`, "invalid-host", 400);
    assertRefused(`GET / HTTP/1.0\r\nHost: ${host}\r\n\r\n`, "invalid-host", 400);
  });
}

Deno.test("normaliseAuthority() leaves out the port of the scheme (RFC 9110 §4.2.3)", () => {
  assertEquals(normaliseAuthority("a:443", "https"), "a");
  assertEquals(normaliseAuthority("a:80", "https"), "a:80");
});

Deno.test("Exchange rejects HTTP/1.1 without Host (RFC 9112 §3.2)", () => {
  assertRefused("GET / HTTP/1.1\r\n\r\n", "missing-host", 400);
  assertRefused("GET / HTTP/1.1\r\nHosts: a\r\nHose: a\r\n\r\n", "missing-host", 400);
  assertRefused("GET http://a/ HTTP/1.1\r\n\r\n", "missing-host", 400);
});

Deno.test("Exchange reads HTTP/1.0 without Host, and falls back (RFC 9112 §3.3)", () => {
  assertAccepted("GET /b HTTP/1.0\r\n\r\n", ["GET /b", "end"]);
  assertEquals(headOf("GET /b HTTP/1.0\r\n\r\n").uri("https", "c:1"), "https://c:1/b");
  assertEquals(headOf("GET /b/. HTTP/1.0\r\n\r\n").uri("https", "c:1"), "https://c:1/b/");
  assertEquals(headOf("GET /b/. HTTP/1.0\r\n\r\n").pathname(), "/b/");
});

Deno.test("Exchange rejects two Hosts, equal ones too (RFC 9112 §3.2)", () => {
  for (const version of ["1.1", "1.0"]) {
    const line = `GET / HTTP/${version}\r\nHost: a\r\n`;
    assertRefused(`${line}Host: b\r\n\r\n`, "repeated-host", 400);
    assertRefused(`${line}X: y\r\nhOST: a\r\n\r\n`, "repeated-host", 400);
    assertRefused(`${line}Host: /\r\n\r\n`, "repeated-host", 400);
  }
});
