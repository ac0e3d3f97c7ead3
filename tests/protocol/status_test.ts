import { assertEquals } from "../assert.ts";
import { isWithoutContent, reasonPhrase } from "../../src/protocol/status.ts";

const PHRASES: [status: number, phrase: string][] = [
  [100, "Continue"],
  [200, "OK"],
  [404, "Not Found"],
  [413, "Content Too Large"],
  [414, "URI Too Long"],
  [431, "Request Header Fields Too Large"],
  [505, "HTTP Version Not Supported"],
  [299, ""],
  [599, ""],
];

const CONTENT: [status: number, without: boolean][] = [
  [100, true],
  [103, true],
  [199, true],
  [200, false],
  [203, false],
  [204, true],
  [205, false],
  [303, false],
  [304, true],
  [305, false],
  [404, false],
];

for (const [status, phrase] of PHRASES) {
  Deno.test(`reasonPhrase() of ${status} is "${phrase}" (RFC 9110 §15)`, () => {
    assertEquals(reasonPhrase(status), phrase);
  });
}

for (const [status, without] of CONTENT) {
  Deno.test(`isWithoutContent() of ${status} is ${without} (RFC 9112 §6.3)`, () => {
    assertEquals(isWithoutContent(status), without);
  });
}
