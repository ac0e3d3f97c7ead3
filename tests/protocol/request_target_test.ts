import { assertEquals, assertThrows } from "../assert.ts";
import { ProtocolError } from "../../src/protocol/errors.ts";
import { octetsOf } from "../../src/protocol/octets.ts";
import {
  isPlainTarget,
  pathnameOf,
  targetForm,
  targetUri,
} from "../../src/protocol/request_target.ts";
import { assertAccepted, assertRefused, headOf } from "./transcript.ts";

const FORMS: [rfc: string, method: string, target: string, form: string, uri: string][] = [
  ["9112 §3.2.1", "GET", "/", "origin-form", "http://a/"],
  ["9112 §3.2.1", "GET", "/b?c=d", "origin-form", "http://a/b?c=d"],
  ["9112 §3.2.1", "GET", "//b//c", "origin-form", "http://a//b//c"],
  ["9112 §3.2.1", "GET", "/?", "origin-form", "http://a/?"],
  ["9112 §3.2.1", "OPTIONS", "/*", "origin-form", "http://a/*"],
  ["9112 §3.2.1", "connect", "/b", "origin-form", "http://a/b"],
  ["3986 §5.2.4", "GET", "/b/../c", "origin-form", "http://a/c"],
  ["3986 §5.2.4", "GET", "/b/./c", "origin-form", "http://a/b/c"],
  ["3986 §5.2.4", "GET", "/b/%2e%2E/c", "origin-form", "http://a/c"],
  ["3986 §5.2.4", "GET", "/../../b", "origin-form", "http://a/b"],
  ["3986 §5.2.4", "GET", "/b/..", "origin-form", "http://a/"],
  ["3986 §2.1", "GET", "/%2f%41", "origin-form", "http://a/%2f%41"],
  ["3986 §2.1", "GET", "/b\\..\\c", "origin-form", "http://a/c"],
  ["3986 §2.1", "GET", "/{b}?{c}|^", "origin-form", "http://a/%7Bb%7D?{c}|^"],
  ["3986 §2.1", "GET", `/"<>?'"`, "origin-form", "http://a/%22%3C%3E?%27%22"],
  ["9112 §3.2.2", "GET", "http://b/c?d", "absolute-form", "http://b/c?d"],
  ["9112 §3.2.2", "GET", "HTTP://B.Example:80/c", "absolute-form", "http://b.example/c"],
  ["9112 §3.2.2", "GET", "http://b", "absolute-form", "http://b/"],
  ["9112 §3.2.2", "GET", "http://b?c", "absolute-form", "http://b/?c"],
  ["9112 §3.2.2", "GET", "http://b/c/../d", "absolute-form", "http://b/d"],
  ["9112 §3.2.2", "GET", "http://[::1]:81/c", "absolute-form", "http://[::1]:81/c"],
  ["9110 §7.4", "GET", "https://b:81/c", "absolute-form", "http://b:81/c"],
  ["9112 §3.2.2", "OPTIONS", "http://b", "absolute-form", "http://b/"],
  ["9112 §3.2.3", "CONNECT", "b:443", "authority-form", "http://a/"],
  ["9112 §3.2.3", "CONNECT", "[::1]:443", "authority-form", "http://a/"],
  ["9112 §3.2.4", "OPTIONS", "*", "asterisk-form", "http://a/"],
];

const REJECTED: [why: string, rfc: string, method: string, target: string][] = [
  ["a path without a slash", "9112 §3.2.1", "GET", "b"],
  ["a query alone", "9112 §3.2.1", "GET", "?b"],
  ["a backslash first", "9112 §3.2.1", "GET", "\\b"],
  ["another scheme", "9112 §3.2.2", "GET", "ftp://b/"],
  ["a scheme without a host", "9112 §3.2.2", "GET", "http:///b"],
  ["a scheme and nothing", "9112 §3.2.2", "GET", "http://"],
  ["a scheme with one slash", "9112 §3.2.2", "GET", "http:/b"],
  ["a scheme with a prefix", "9112 §3.2.2", "GET", "xhttp://b/"],
  ["userinfo", "9110 §4.2.4", "GET", "http://user:secret@b/"],
  ["a backslash in the authority", "9112 §3.2.2", "GET", "http://b\\c"],
  ["a host that URL refuses", "9112 §3.2.2", "GET", "http://1.2.3.4.5/"],
  ["a port that is none", "9112 §3.2.2", "GET", "http://b:65536/"],
  ["authority-form", "9112 §3.2.3", "GET", "b:443"],
  ["CONNECT with a path", "9112 §3.2.3", "CONNECT", "/b"],
  ["CONNECT without a port", "9112 §3.2.3", "CONNECT", "b"],
  ["CONNECT with an empty port", "9112 §3.2.3", "CONNECT", "b:"],
  ["CONNECT without a host", "9112 §3.2.3", "CONNECT", ":443"],
  ["CONNECT with a port that is none", "9112 §3.2.3", "CONNECT", "b:65536"],
  ["CONNECT with absolute-form", "9112 §3.2.3", "CONNECT", "http://b:443"],
  ["an asterisk with GET", "9112 §3.2.4", "GET", "*"],
  ["two asterisks", "9112 §3.2.4", "OPTIONS", "**"],
];

/** Targets, and whether a URL holds them as they are at first sight. */
const PLAIN: [target: string, plain: boolean][] = [
  ["/", true],
  ["/b/c?d=e&f=%20", true],
  ["/b.c/d%2e", true],
  ["/b?/c", true],
  ["/~-_!$&()*+,;=:@[]", true],
  ["/.b", false],
  ["/b/..", false],
  ["/%2e", false],
  ["/b\\c", false],
  ["/b'", false],
  ["/{b}", false],
];

for (const [rfc, method, target, form, uri] of FORMS) {
  const wire = `${method} ${target} HTTP/1.1\r\nHost: a\r\n\r\n`;
  Deno.test(`targetForm() reads ${method} ${target} as ${form} (RFC ${rfc})`, () => {
    const bytes = octetsOf(`GET ${target} `);
    assertEquals(targetForm(method, bytes, 4, bytes.length - 1), form);
    assertAccepted(wire, [`${method} ${target}`, "end"]);
  });

  Deno.test(`RequestHead.uri() of ${method} ${target} is ${uri} (RFC ${rfc})`, () => {
    const head = headOf(wire);
    assertEquals(head.form, form);
    assertEquals(head.uri("http", "fallback"), uri);
    assertEquals(head.pathname(), new URL(uri).pathname);
  });
}

for (const [why, rfc, method, target] of REJECTED) {
  Deno.test(`targetForm() rejects ${why} (RFC ${rfc})`, () => {
    const bytes = octetsOf(target);
    const error = assertThrows(() => targetForm(method, bytes, 0, bytes.length), ProtocolError);
    assertEquals(error.reason, "malformed-request-target");
    const wire = `${method} ${target} HTTP/1.1\r\nHost: a\r\n\r\n`;
    assertRefused(wire, "malformed-request-target", 400);
  });
}

for (const [target, plain] of PLAIN) {
  Deno.test(`isPlainTarget() ${plain ? "passes" : "looks again at"} ${target} (RFC 9112 §3.2.1)`, () => {
    const bytes = octetsOf(`${target} `);
    assertEquals(isPlainTarget(bytes, 0, target.length), plain);
  });
}

Deno.test("targetUri() takes the connection's scheme (RFC 9110 §7.4)", () => {
  assertEquals(targetUri("absolute-form", "http://b:443/c", "https", "a"), "https://b/c");
  assertEquals(targetUri("origin-form", "/b/../c", "https", "a:80"), "https://a:80/c");
  assertEquals(targetUri("asterisk-form", "*", "https", "a"), "https://a/");
  assertEquals(targetUri("authority-form", "b:443", "https", "a"), "https://a/");
});

Deno.test("pathnameOf() finds the path of a URL's text (RFC 3986 §3.3)", () => {
  assertEquals(pathnameOf("http://a/"), "/");
  assertEquals(pathnameOf("https://a:1/b/c?d=/e?f"), "/b/c");
  assertEquals(pathnameOf("http://a//b"), "//b");
});
