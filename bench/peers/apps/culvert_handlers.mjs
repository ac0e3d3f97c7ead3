import { fetchHandlers } from "./fetch_handlers.mjs";
import { countOctets, HELLO, OCTETS } from "./material.mjs";

/**
 * Handlers as Culvert's documentation writes them; streams are those of web standards.
 *
 * `staticFiles` serves the file, where the revision has it; `openFile` gives it as a stream.
 */
export function culvertHandlers({ text, json, bytes, routes }, { openFile, staticFiles, path }) {
  const { native, file, chunks } = fetchHandlers({ openFile });
  const [, folder, name] = /^(.*)\/([^/]+)$/.exec(path);
  return {
    native,
    file: staticFiles === undefined ? file : staticFiles(folder, { index: name }),
    chunks,
    upload: async ({ body }) => text(String(await countOctets(body))),
    plaintext: () => text(HELLO),
    parameter: routes({
      "GET /users/:id": (_request, { params }) => json({ id: params.id, status: "active" }),
    }),
    json: async (request) => json(await request.json()),
    fields: ({ headers }) =>
      text(`${headers.get("accept-language")} ${headers.get("x-request-id")}`),
    octets: () => bytes(OCTETS),
  };
}
