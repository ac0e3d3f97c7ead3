/** Security headers: the defaults, what turns them off, and what they cannot be. */
import { type Context, html, routes, text } from "../../mod.ts";
import {
  nonceOf,
  secureHeaders,
  type SecureHeadersOptions,
} from "../../src/middleware/secure_headers.ts";
import { assertEquals, assertMatch, assertNotEquals, assertThrows } from "../assert.ts";
import { startLocal } from "../transport/servers.ts";

const DEFAULTS = {
  "content-security-policy":
    "default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'; object-src 'none'",
  "content-type": "text/html;charset=UTF-8",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "SAMEORIGIN",
};

const NOTHING: SecureHeadersOptions = {
  contentSecurityPolicy: false,
  strictTransportSecurity: false,
  contentTypeOptions: false,
  referrerPolicy: false,
  frameOptions: false,
  crossOriginOpenerPolicy: false,
  crossOriginResourcePolicy: false,
};

async function fieldsOf(options: SecureHeadersOptions, url = "http://localhost/") {
  const handler = secureHeaders(options)(() => html("<p>"));
  return Object.fromEntries((await handler(new Request(url), {} as Context)).headers);
}

const ANSWERS: [why: string, SecureHeadersOptions, fields: object, url?: string][] = [
  ["what suits most", {}, DEFAULTS],
  [
    "TLS for half a year over TLS",
    {},
    { ...DEFAULTS, "strict-transport-security": "max-age=15552000; includeSubDomains" },
    "https://localhost/",
  ],
  ["nothing where all is off", NOTHING, { "content-type": "text/html;charset=UTF-8" }],
  ["TLS as told", {
    ...NOTHING,
    strictTransportSecurity: { maxAge: 1, includeSubDomains: false, preload: true, always: true },
  }, {
    "content-type": "text/html;charset=UTF-8",
    "strict-transport-security": "max-age=1; preload",
  }],
  ["another policy", { ...NOTHING, contentSecurityPolicy: "default-src 'none'" }, {
    "content-type": "text/html;charset=UTF-8",
    "content-security-policy": "default-src 'none'",
  }],
  ["a policy that is only reported", {
    ...NOTHING,
    reportOnly: true,
    contentSecurityPolicy: "default-src 'none'",
  }, {
    "content-type": "text/html;charset=UTF-8",
    "content-security-policy-report-only": "default-src 'none'",
  }],
  ["directives besides those of the default", {
    ...NOTHING,
    contentSecurityPolicy: {
      "default-src": "'none'",
      imgSrc: ["'self'", "data:", "https://*.example:*/a"],
      styleSrc: "'self' https:",
      upgradeInsecureRequests: true,
      objectSrc: false,
    },
  }, {
    "content-type": "text/html;charset=UTF-8",
    "content-security-policy":
      "default-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'; " +
      "img-src 'self' data: https://*.example:*/a; style-src 'self' https:; upgrade-insecure-requests",
  }],
  ["others", {
    ...NOTHING,
    frameOptions: "DENY",
    referrerPolicy: "no-referrer, strict-origin-when-cross-origin",
    crossOriginEmbedderPolicy: "require-corp",
    permissionsPolicy: "camera=(), geolocation=(self)",
  }, {
    "content-type": "text/html;charset=UTF-8",
    "cross-origin-embedder-policy": "require-corp",
    "permissions-policy": "camera=(), geolocation=(self)",
    "referrer-policy": "no-referrer, strict-origin-when-cross-origin",
    "x-frame-options": "DENY",
  }],
];

for (const [why, options, fields, url] of ANSWERS) {
  Deno.test(`secureHeaders() sends ${why}`, async () => {
    assertEquals(await fieldsOf(options, url), fields as Record<string, string>);
  });
}

Deno.test("secureHeaders() leaves what the handler has set", async () => {
  const handler = secureHeaders()(() => text("ok", { headers: { "X-Frame-Options": "DENY" } }));
  const response = await handler(new Request("http://localhost/"), {} as Context);
  assertEquals(response.headers.get("x-frame-options"), "DENY");
});

Deno.test("secureHeaders() makes a nonce for each request", async () => {
  const seen: (string | undefined)[] = [];
  const contentSecurityPolicy = { scriptSrc: ["'nonce'"], styleSrc: ["'self'", "'nonce'"] };
  const handler = secureHeaders({ contentSecurityPolicy })((request, context) => {
    seen.push(nonceOf(request), nonceOf(context));
    return html("<p>");
  });
  for (let i = 0; i < 2; i++) {
    const { headers } = await handler(new Request("https://localhost/"), {} as Context);
    const nonce = seen.at(-1);
    assertMatch(nonce ?? "", /^[A-Za-z\d+/]{22}==$/);
    assertMatch(
      headers.get("content-security-policy") ?? "",
      RegExp(
        `script-src 'nonce-${nonce}'; style-src 'self' 'nonce-${nonce}'$`.replaceAll("+", "\\+"),
      ),
    );
    assertMatch(headers.get("strict-transport-security") ?? "", /^max-age/);
  }
  assertEquals([seen[0], seen[2]], [seen[1], seen[3]]);
  assertNotEquals(seen[0], seen[2]);
});

const MISTAKES: [why: string, options: unknown, type?: typeof RangeError][] = [
  ["a policy with an end of line", { contentSecurityPolicy: "default-src\n" }],
  ["a policy of a number", { contentSecurityPolicy: 5 }],
  ["an empty policy", { contentSecurityPolicy: "" }],
  ["a directive that is none", { contentSecurityPolicy: { "img src": "'self'" } }],
  ["a source with a semicolon", { contentSecurityPolicy: { imgSrc: ["a;script-src"] } }],
  ["a source with a comma", { contentSecurityPolicy: { imgSrc: ["a,b"] } }],
  ["a source with white space", { contentSecurityPolicy: { imgSrc: ["a b"] } }],
  ["a keyword without its quotes", { contentSecurityPolicy: { imgSrc: ["self"] } }],
  ["a nonce without its quotes", { contentSecurityPolicy: { imgSrc: "nonce-abc" } }],
  ["sources of a number", { contentSecurityPolicy: { imgSrc: 5 } }],
  ["a referrer policy that is none", { referrerPolicy: "never" }],
  ["a referrer policy with a final comma", { referrerPolicy: "origin, " }],
  ["two referrer policies without a comma", { referrerPolicy: "originorigin" }],
  ["frame options that are none", { frameOptions: "ALLOWALL" }],
  ["type options that are true", { contentTypeOptions: true }],
  ["a permissions policy with an end of line", { permissionsPolicy: "camera=()\r\n" }],
  ["TLS of true", { strictTransportSecurity: true }],
  ["TLS for a text", { strictTransportSecurity: { maxAge: "1" } }],
  ["TLS for less than nothing", { strictTransportSecurity: { maxAge: -1 } }, RangeError],
  ["TLS with a name that is none", { strictTransportSecurity: { maxage: 1 } }],
  ["TLS with a preload of text", { strictTransportSecurity: { preload: "yes" } }],
  ["a name that is none", { hsts: false }],
];

for (const [why, options, type = TypeError] of MISTAKES) {
  Deno.test(`secureHeaders() objects to ${why}`, () => {
    assertThrows(() => secureHeaders(options as SecureHeadersOptions), type, "Cannot ");
  });
}

Deno.test("pages and errors get the same fields, over sockets", async () => {
  const table = routes({
    "GET /": () => html("<p>"),
    "GET /native": () => new Response("text"),
    "GET /error": () => {
      throw new Error("of the handler");
    },
  }, { use: [secureHeaders()] });
  await using local = await startLocal(table.fetch);
  for (const path of ["/", "/", "/native", "/error", "/nowhere"]) {
    const { headers, body } = await fetch(local.origin + path);
    await body?.cancel();
    for (const [name, value] of Object.entries(DEFAULTS)) {
      if (name !== "content-type") assertEquals(headers.get(name), value, path);
    }
    assertEquals(headers.get("strict-transport-security"), null);
  }
});
