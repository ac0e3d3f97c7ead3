import { OctetWriter } from "../src/protocol/octet_writer.ts";
import { appendHeadText, responseHeadText } from "../src/protocol/response_head.ts";
import { ANSWER_FIELDS } from "./messages.ts";

const SERVER_LINES = "date: Sun, 06 Nov 1994 08:49:37 GMT\r\ncontent-length: 27\r\n";

const encoder = new TextEncoder();
const writer = new OctetWriter(new Uint8Array(4_096));
const changing = [...ANSWER_FIELDS];
let sink = 0;

Deno.bench({
  group: "response head",
  name: "join, then encode",
  baseline: true,
  fn: () => {
    const lines = ["HTTP/1.1 200 OK"];
    for (let i = 0; i < ANSWER_FIELDS.length; i += 2) {
      lines.push(`${ANSWER_FIELDS[i]}: ${ANSWER_FIELDS[i + 1]}`);
    }
    sink += encoder.encode(`${lines.join("\r\n")}\r\n${SERVER_LINES}\r\n`).length;
  },
});

Deno.bench({
  group: "response head",
  name: "responseHeadText(), appendHeadText(): fields of this answer alone",
  fn: () => {
    writer.length = 0;
    appendHeadText(writer, responseHeadText(200, "", changing, SERVER_LINES));
    sink += writer.length;
  },
});

Deno.bench({
  group: "response head",
  name: "responseHeadText(), appendHeadText(): fields of many answers",
  fn: () => {
    writer.length = 0;
    appendHeadText(writer, responseHeadText(200, "", ANSWER_FIELDS, SERVER_LINES));
    sink += writer.length;
  },
});

globalThis.addEventListener("unload", () => {
  if (sink === 0) throw new Error("Cannot trust the benchmark: nothing was consumed");
});
