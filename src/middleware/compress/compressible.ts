/** Which answers may be compressed, and for which it is worth it. */
import { KnownResponse } from "../../known_response.ts";

const COMPRESSIBLE_APPLICATIONS = [
  "dash\\+xml",
  "ecmascript",
  "graphql",
  "javascript",
  "json",
  "manifest\\+json",
  "ndjson",
  "rtf",
  "sql",
  "toml",
  "vnd\\.apple\\.mpegurl",
  "vnd\\.ms-fontobject",
  "wasm",
  "x-javascript",
  "x-ndjson",
  "x-sh",
  "x-web-app-manifest\\+json",
  "x-www-form-urlencoded",
  "x-yaml",
  "xml",
  "xml-dtd",
  "yaml",
];

const COMPRESSIBLE = new RegExp(
  [
    "^text/",
    `^application/(?:${COMPRESSIBLE_APPLICATIONS.join("|")})$`,
    "\\+(?:json|text|xml|yaml)$",
    "^font/(?:collection|otf|ttf)$",
    "^image/(?:bmp|vnd\\.microsoft\\.icon|x-icon)$",
  ].join("|"),
);

/** Whether content of a media type, in lower case and without parameters, becomes much smaller. */
export function isCompressible(mediaType: string): boolean {
  return COMPRESSIBLE.test(mediaType);
}

/** Fields of a digest are of the content as it is coded; 206 is a range of it. */
const FIXING = [
  "content-encoding",
  "content-range",
  "content-digest",
  "repr-digest",
  "digest",
  "content-md5",
];

/** Whether an answer must stay as it is. */
export function isFixed(response: Response): boolean {
  const { status } = response;
  if (status < 200 || status === 204 || status === 205 || status === 206) return true;
  if (FIXING.some((name) => readField(response, name) !== undefined)) return true;
  // RFC 9111 §5.2.2.6
  return /(?:^|[,\s])no-transform(?:$|[,\s])/i.test(readField(response, "cache-control") ?? "");
}

/** The media type, in lower case and without parameters; empty where there is none. */
export function mediaTypeOf(response: Response): string {
  const value = readField(response, "content-type") ?? "";
  const end = value.indexOf(";");
  return (end === -1 ? value : value.slice(0, end)).trim().toLowerCase();
}

/** Octets of the content, or nearly; `undefined` where only its stream would tell. */
export function sizeOf(response: Response, method: string): number | undefined {
  const isKnown = response instanceof KnownResponse;
  if (isKnown && response.content !== null) return response.content.length;
  // What has no content may be the answer to HEAD, and tell that of GET.
  const declared = readField(response, "content-length");
  if (declared !== undefined && /^\d+$/.test(declared)) return Number(declared);
  return (isKnown || response.body === null) && method !== "HEAD" ? 0 : undefined;
}

/** The first value of a field, without platform headers where there are none yet. */
function readField(response: Response, name: string): string | undefined {
  const fields = response instanceof KnownResponse ? response.fields : undefined;
  if (fields === undefined) return response.headers.get(name) ?? undefined;
  for (let i = 0; i < fields.length; i += 2) if (fields[i] === name) return fields[i + 1];
  return undefined;
}
