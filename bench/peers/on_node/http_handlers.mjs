import { Buffer } from "node:buffer";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream";
import { CHUNK, CHUNKS, FILE_FIELDS, HELLO, OCTET_STREAM, OCTETS } from "../apps/material.mjs";

const USERS = "/users/";
const OCTET_FIELDS = { "content-type": OCTET_STREAM };

/** Listeners of `node:http`, one for each kind of work; lengths are given, which spares chunks. */
export function httpHandlers(file) {
  return {
    plaintext: (_request, response) => sendText(response, HELLO),
    // It has no responses of its own: this is what others are compared with.
    native: (_request, response) => sendText(response, HELLO),
    parameter(request, response) {
      // As there is one route, a comparison of text is the fastest code that is still plain.
      if (request.method !== "GET" || !request.url.startsWith(USERS)) {
        return response.writeHead(404).end();
      }
      sendJson(response, { id: request.url.slice(USERS.length), status: "active" });
    },
    json(request, response) {
      let text = "";
      request.setEncoding("utf8");
      request.on("data", (part) => text += part);
      request.on("end", () => sendJson(response, JSON.parse(text)));
    },
    fields({ headers }, response) {
      sendText(response, `${headers["accept-language"]} ${headers["x-request-id"]}`);
    },
    octets(_request, response) {
      response.writeHead(200, { ...OCTET_FIELDS, "content-length": OCTETS.length }).end(OCTETS);
    },
    file(_request, response) {
      response.writeHead(200, FILE_FIELDS);
      pipeline(createReadStream(file), response, () => {});
    },
    upload(request, response) {
      let octets = 0;
      request.on("data", (part) => octets += part.length);
      request.on("end", () => sendText(response, String(octets)));
    },
    async chunks(_request, response) {
      response.writeHead(200, OCTET_FIELDS);
      for (let i = 0; i < CHUNKS; i++) {
        if (!response.write(CHUNK)) await once(response, "drain");
      }
      response.end();
    },
  };
}

function sendText(response, text) {
  send(response, "text/plain;charset=UTF-8", text);
}

function sendJson(response, value) {
  send(response, "application/json", JSON.stringify(value));
}

function send(response, type, content) {
  const length = Buffer.byteLength(content);
  response.writeHead(200, { "content-type": type, "content-length": length }).end(content);
}
