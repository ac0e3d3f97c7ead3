/**
 * Whether a program that people read logs with takes ours. `deno task test:services` runs this; it
 * needs goaccess.
 *
 * @module
 */
import { text } from "../../mod.ts";
import { createAccessLog, file } from "../../src/middleware/access_log.ts";
import { assert, assertEquals } from "../assert.ts";
import { startLocal } from "../transport/servers.ts";
import { requireTool } from "./tools.ts";

const HAS_GOACCESS = requireTool("goaccess");

/** What clients may say that they are, an octet for each character. */
const AGENTS = [
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36",
  'quotes " and \\" and \\',
  '" 200 0 "-" "-',
  "-",
  "#",
  "\t tab \t",
  "\x80\xff\xc3(",
  "caf\xc3\xa9",
  "%s%n%d %{User-Agent}i",
  "<script>alert(1)</script>",
  "\\x0d\\x0a127.0.0.1 - -",
  "x".repeat(10_000),
];

const TARGETS = ["/", "/a%0d%0ab", '/"quoted"', "/[24/Nov/2026:00:00:00%20+0000]", "/%22?%5c=%00"];

async function converse(port: number, wire: string): Promise<void> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(Uint8Array.from(wire, (character) => character.charCodeAt(0)));
  await new Response(conn.readable).text();
}

Deno.test({
  name: "goaccess reads every line of real traffic, whatever clients say",
  ignore: !HAS_GOACCESS,
  async fn() {
    const folder = await Deno.makeTempDir();
    const path = `${folder}/access.log`;
    const log = createAccessLog({ sink: file(path) });
    let requests = 0;
    {
      await using local = await startLocal(log.middleware(() => text("hello")));
      for (const agent of AGENTS) {
        for (const target of TARGETS) {
          const fields = `Host: a\r\nUser-Agent: ${agent}\r\nReferer: ${agent}\r\n`.slice(
            0,
            30_000,
          );
          const wire = `GET ${target} HTTP/1.${requests % 2}\r\n${fields}Connection: close\r\n\r\n`;
          await converse(local.addr.port, wire);
          requests++;
        }
      }
      await local.server.shutdown();
    }
    await log.close();
    // A notice is a comment to it.
    await Deno.writeTextFile(path, "# [24/Nov/2026:00:00:00 +0000] 7 lines were dropped\n", {
      append: true,
    });
    const { code, stderr } = await new Deno.Command("goaccess", {
      args: [
        path,
        "--log-format=COMBINED",
        "--no-progress",
        "--invalid-requests=/tmp/inv.txt",
        "-o",
        `${folder}/out.json`,
      ],
      stdin: "null",
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    const { general } = JSON.parse(await Deno.readTextFile(`${folder}/out.json`));
    const lines = (await Deno.readTextFile(path)).split("\n").length - 2;
    assertEquals(
      [lines, general.valid_requests, general.failed_requests],
      [requests, requests, 0],
    );
    assert(requests > 50);
    await Deno.remove(folder, { recursive: true });
  },
});
