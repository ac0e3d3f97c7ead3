/** Clients that send more than anybody needs: they are refused before it is kept. */
import type { RefusalReason } from "../../mod.ts";
import { attackTest, crowd } from "./attack.ts";
import { assertRefused, untilCutOff } from "./refused.ts";
import { pause } from "./slowness.ts";

const CLIENTS = 20;
const GET = "GET / HTTP/1.1\r\nHost: a\r\n";
const CHUNKED = "POST /length HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

/** Octets that are sent at once. */
const PIECE = 65_536;

/** What comes first, and what then comes again and again for as long as the server takes it. */
const BOMBS: [what: string, first: string, more: string, status: number, reason: RefusalReason][] =
  [
    [
      "a head with too many fields",
      `${GET}${"a: b\r\n".repeat(200)}\r\n`,
      "",
      431,
      "too-many-fields",
    ],
    ["a head without end, of small fields", GET, "a: b\r\n", 431, "too-many-fields"],
    [
      "a huge field",
      `${GET}X: ${"a".repeat(100_000)}\r\n\r\n`,
      "",
      431,
      "header-section-too-large",
    ],
    ["a field value without end", `${GET}X: `, "a", 431, "header-section-too-large"],
    ["a field name without end", GET, "a", 431, "header-section-too-large"],
    [
      "a huge target",
      `GET /${"a".repeat(100_000)} HTTP/1.1\r\n\r\n`,
      "",
      414,
      "request-target-too-long",
    ],
    ["a target without end", "GET /", "a", 414, "request-target-too-long"],
    ["a method without end", "G", "E", 400, "method-too-long"],
    ["empty lines without end", "\r\n", "\r\n", 400, "malformed-request-line"],
    ["a chunk extension without end", `${CHUNKED}1;a=`, "b", 400, "chunk-extension-too-long"],
    ["chunk extensions without end", `${CHUNKED}1`, ";a", 400, "chunk-extension-too-long"],
    ["a chunk size without end", CHUNKED, "0", 400, "malformed-chunk"],
    ["a trailer field without end", `${CHUNKED}0\r\nX: `, "a", 431, "trailer-section-too-large"],
    ["trailer fields without end", `${CHUNKED}0\r\n`, "a: b\r\n", 431, "too-many-fields"],
    ["chunks of one octet without end", CHUNKED, "1\r\nx\r\n", 413, "content-too-large"],
  ];

for (const [what, first, more, status, reason] of BOMBS) {
  attackTest(`${CLIENTS} times ${what} is ${reason}`, {
    options: { limits: { content: 100_000 }, timeouts: { drain: 200 } },
    refusals: { [reason]: CLIENTS },
    attack: async (target) => {
      const piece = more.repeat(Math.ceil(PIECE / (more.length || PIECE)));
      await crowd(CLIENTS, () => target.connect(), (client) =>
        Promise.all([
          untilCutOff(async () => {
            await client.send(first);
            // The neighbour lives in this process, too, and must have its turn.
            for (; more !== ""; await pause(2)) await client.send(piece);
          }),
          assertRefused(client, status, reason),
        ]));
    },
  });
}
