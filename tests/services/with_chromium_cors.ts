/**
 * A browser's own judgement: what its pages may read of another origin, and whether its `EventSource`
 * gets events through compression. `deno task test:services` runs this.
 *
 * @module
 */
import { compose, html, json, type Middleware, routes } from "../../mod.ts";
import { compress } from "../../src/middleware/compress.ts";
import { cors } from "../../src/middleware/cors.ts";
import { eventStream, lastEventId } from "../../src/middleware/event_stream.ts";
import { nonceOf, secureHeaders } from "../../src/middleware/secure_headers.ts";
import { assertEquals } from "../assert.ts";
import { eventually, startLocal } from "../transport/servers.ts";
import { launchChromium } from "./chromium.ts";
import { requireTool } from "./tools.ts";

const HAS_CHROMIUM = requireTool("chromium");

/** A page, as much of it as is used. */
interface Page {
  goto(url: string): Promise<unknown>;
  evaluate<T>(script: string): Promise<T>;
}

/** Opens a page of an origin in a browser of its own. */
async function withPage(url: string, use: (page: Page) => Promise<void>): Promise<void> {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(url);
    await use(page);
  } finally {
    await browser.close();
  }
}

/** What `fetch` in the page makes of a URL: the content, or that it may not be read. */
function fetched(url: string, init: object): string {
  const options = JSON.stringify(init);
  return `fetch(${JSON.stringify(url)}, ${options}).then(
    async (response) => [response.status, await response.text(), response.headers.get("x-total")],
    () => "kept from the page",
  )`;
}

Deno.test({
  name: "Chromium lets a page read what cors() shares, and nothing else",
  ignore: !HAS_CHROMIUM,
  async fn() {
    const pageTable = routes({ "GET /": () => html("<title>page</title>") });
    await using page = await startLocal(pageTable.fetch);
    const methods: string[] = [];
    const api = (origin: string) =>
      compose(
        compress({ threshold: 0 }),
        cors({ origin, credentials: true, exposeHeaders: ["x-total"] }),
      )(
        (request) => {
          methods.push(request.method);
          if (request.url.endsWith("/error")) throw new Error("of the handler");
          const cookie = request.headers.get("cookie");
          return json({ cookie }, {
            headers: { "x-total": "7", "set-cookie": "id=1; SameSite=Lax" },
          });
        },
      );
    await using open = await startLocal(api(page.origin));
    await using shut = await startLocal(api("https://other.example"));
    await withPage(page.origin, async (browserPage) => {
      const put = { method: "PUT", credentials: "include", headers: { "x-own": "1" }, body: "{}" };
      const ask = (url: string, init: object) => browserPage.evaluate(fetched(url, init));
      assertEquals(await ask(open.origin, put), [200, '{"cookie":null}', "7"]);
      assertEquals(await ask(open.origin, put), [200, '{"cookie":"id=1"}', "7"]);
      // The error of a handler can be read, too.
      assertEquals(await ask(`${open.origin}/error`, {}), [500, "failed", null]);
      assertEquals(methods, ["PUT", "PUT", "GET"]);
      assertEquals(await ask(shut.origin, put), "kept from the page");
      // The preflight was refused, so that nothing was asked.
      assertEquals(methods.length, 3);
      assertEquals(await ask(shut.origin, {}), "kept from the page");
      assertEquals(methods.length, 4);
    });
  },
});

Deno.test({
  name: "Chromium's EventSource reads compressed events, and resumes behind the last",
  ignore: !HAS_CHROMIUM,
  async fn() {
    const codings = new Set<string | null>();
    const note: Middleware = (next) => async (request, context) => {
      const response = await next(request, context);
      if (request.url.endsWith("/events")) codings.add(response.headers.get("content-encoding"));
      return response;
    };
    const page = (nonce = "") =>
      html(`<!doctype html><script nonce="${nonce}">
        const seen = [];
        const source = new EventSource("/events");
        source.onmessage = ({ lastEventId, data }) => seen.push([lastEventId, data]);
      </script>`);
    const table = routes({
      "GET /": (request) => page(nonceOf(request)),
      "GET /events": (request) => {
        const from = Number(lastEventId(request) ?? 0);
        return eventStream(async ({ send }) => {
          await send({ id: `${from + 1}`, data: "two\nlines" });
          await send({ id: `${from + 2}`, data: "é" });
        }, { retry: 50, signal: request.signal });
      },
    }, {
      use: [
        note,
        secureHeaders({ contentSecurityPolicy: { scriptSrc: "'nonce'" } }),
        compress({ threshold: 0 }),
      ],
    });
    await using local = await startLocal(table.fetch);
    await withPage(local.origin, async (browserPage) => {
      const seen = await eventually(
        () => browserPage.evaluate<[string, string][]>("seen"),
        ({ length }) => length >= 4,
        "events arrive",
      );
      assertEquals(seen.slice(0, 4), [
        ["1", "two\nlines"],
        ["2", "é"],
        ["3", "two\nlines"],
        ["4", "é"],
      ]);
    });
    assertEquals(codings, new Set(["br"]));
  },
});
