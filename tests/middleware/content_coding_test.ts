import fc from "fast-check";
import { chooseCoding } from "../../src/middleware/content_coding.ts";
import { assertEquals } from "../assert.ts";

const ALL = ["br", "zstd", "gzip"];

const CASES: readonly [why: string, accepted: string | null, offered: string[], chosen: string][] =
  [
    ["no field", null, ALL, "identity"],
    ["an empty field", "", ALL, "identity"],
    ["equal wishes", "gzip, deflate, br, zstd", ALL, "br"],
    ["equal wishes, others offered", "gzip, deflate, br, zstd", ["gzip"], "gzip"],
    ["weights", "br;q=0.5, gzip;q=0.9", ALL, "gzip"],
    ["a refusal", "br;q=0, gzip", ALL, "gzip"],
    ["any", "*", ALL, "br"],
    ["any but one", "br;q=0, *", ALL, "zstd"],
    ["none but identity", "*;q=0, identity", ALL, "identity"],
    ["identity before others", "identity, gzip;q=0.5", ALL, "identity"],
    ["identity behind others", "identity;q=0.5, gzip", ALL, "gzip"],
    ["identity beside others", "identity, gzip", ALL, "gzip"],
    ["identity refused", "identity;q=0, br", ["gzip"], "identity"],
    ["another name of gzip", "x-gzip", ALL, "gzip"],
    ["another case", "GZIP;Q=0.5", ALL, "gzip"],
    ["white space", "\tgzip\t;\tq=1.000 ,br;q=0.001", ALL, "gzip"],
    ["a malformed weight", "br;q=2, gzip;q=.5", ALL, "identity"],
    ["nothing offered", "br", [], "identity"],
    ["what is not offered", "deflate", ALL, "identity"],
  ];

for (const [why, accepted, offered, chosen] of CASES) {
  Deno.test(`chooseCoding() heeds ${why} (RFC 9110 §12.5.3)`, () => {
    assertEquals(chooseCoding(accepted, offered), chosen);
  });
}

Deno.test("chooseCoding() gives what is offered, or identity", () => {
  fc.assert(fc.property(fc.string(), fc.subarray(ALL), (accepted, offered) => {
    assertEquals([...offered, "identity"].includes(chooseCoding(accepted, offered)), true);
  }));
});
