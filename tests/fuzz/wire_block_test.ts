import fc from "fast-check";
import { wireBlock } from "../../fuzz/wire_block.ts";
import { octetsOf } from "../../src/protocol/octets.ts";
import { assertEquals, assertMatch } from "../assert.ts";
import { fragments, mutatedMessages, noise } from "../property/messages.ts";
import { readConversations, readCorpus } from "../wire/corpus.ts";

function readBack(octets: Uint8Array): Uint8Array {
  const block = "```http\n" + wireBlock(octets) + "\n```\n";
  const markdown = `## A find (RFC 9112)\n\n${block}\n\`\`\`events\nend\n\`\`\`\n`;
  const [conversation] = readConversations("find.md", markdown);
  return conversation.octets;
}

Deno.test("wireBlock() of any octets is read as those octets", () => {
  fc.assert(
    fc.property(fc.oneof(mutatedMessages, fragments, noise), (wire) => {
      assertEquals(readBack(octetsOf(wire)), octetsOf(wire));
    }),
    { numRuns: 1_000 },
  );
});

for (
  const wire of [
    "",
    "\r\n",
    "\r\n\r\n",
    "a",
    "a\r\n",
    "a\r\n\r\n\r\n",
    "```",
    "## a\r\n\r\n",
    "a \\\r\n",
  ]
) {
  Deno.test(`wireBlock() of ${JSON.stringify(wire)} is read as that`, () => {
    assertEquals(readBack(octetsOf(wire)), octetsOf(wire));
  });
}

Deno.test("wireBlock() of the corpus is read as the corpus", () => {
  for (const { octets } of readCorpus()) assertEquals(readBack(octets), octets);
});

Deno.test("wireBlock() has a line for each line of a request, and nothing that cannot be seen", () => {
  assertEquals(
    wireBlock(octetsOf("GET / HTTP/1.1\r\nHost: a\r\n\r\n")),
    "GET / HTTP/1.1\nHost: a",
  );
  assertEquals(wireBlock(octetsOf("a\0\xe9\t\r\n \r\n")), "a\\x00\\xe9\\t\n\\x20\\r\\n\\");
  fc.assert(fc.property(noise, (wire) => assertMatch(wireBlock(octetsOf(wire)), /^[\n -~]*$/)));
});
