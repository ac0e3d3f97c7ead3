import { closeSync } from "node:fs";
import { type FieldList, type KnownContent, KnownResponse, text } from "../../known_response.ts";
import { allowsRange, evaluatePreconditions } from "../conditional.ts";
import { contentRange, multipartRanges, type OctetRange, parseRange } from "../range.ts";
import { lendPieces, type Piece, readOctets } from "./file_content.ts";
import type { Representation } from "./representation.ts";
import type { OpenFile } from "./root_folder.ts";

/** Octets up to which content is read at once rather than streamed. */
const SMALL = 65_536;

/** A status and fields, and what is sent of the file. */
interface Part {
  readonly status: number;
  readonly fields: FieldList;
  readonly pieces: readonly Piece[];
  readonly length: number;
}

/**
 * Answers with an open file, or with what its preconditions and ranges make of it; the file is
 * closed once it has been sent, or at once where it is not.
 */
export function answerWithFile(
  request: Request,
  file: OpenFile<Representation>,
  now: () => number,
): Response {
  const { descriptor, details } = file;
  let isStreamed = false;
  try {
    const refused = evaluatePreconditions(request, details);
    if (refused === 304) return known(null, details.cacheFields, 304);
    if (refused === 412) return text("Precondition failed", { status: 412 });
    if (request.method === "HEAD") {
      return known(null, [...details.fields, "content-length", `${details.size}`], 200);
    }
    const part = partOf(request, details, now);
    if (part === undefined) return unsatisfiable(details);
    if (part.length <= SMALL) return known(gather(descriptor, part), part.fields, part.status);
    isStreamed = true;
    return streamed(descriptor, part);
  } finally {
    if (!isStreamed) closeSync(descriptor);
  }
}

/** What is asked for: the whole, or ranges of it; `undefined` where no range can be had. */
function partOf(
  { headers }: Request,
  details: Representation,
  now: () => number,
): Part | undefined {
  const field = headers.get("range");
  if (field === null) return whole(details);
  const ifRange = headers.get("if-range");
  // RFC 9110 §13.2.2, step 5
  if (ifRange !== null && !allowsRange(ifRange, details, now())) return whole(details);
  const ranges = parseRange(field, details.size);
  if (ranges === undefined) return whole(details);
  if (ranges === "unsatisfiable") return undefined;
  // RFC 9110 §15.3.7: who sends If-Range has the other fields.
  const fields = ifRange === null ? withoutType(details.fields) : details.cacheFields;
  const [first, ...others] = ranges;
  if (others.length > 0) return severalParts(ranges, details, fields);
  const type = ifRange === null ? ["content-type", details.type] : [];
  return {
    status: 206,
    fields: [...type, ...fields, "content-range", contentRange(first, details.size)],
    pieces: [first],
    length: first.end - first.start,
  };
}

function whole({ fields, size }: Representation): Part {
  return { status: 200, fields, pieces: [{ start: 0, end: size }], length: size };
}

/** RFC 9110 §15.3.7.2: each part says which it is; the whole has no Content-Range. */
function severalParts(
  ranges: readonly OctetRange[],
  { type, size }: Representation,
  fields: FieldList,
): Part {
  const { contentType, pieces, length } = multipartRanges(ranges, type, size);
  return { status: 206, fields: ["content-type", contentType, ...fields], pieces, length };
}

/** The fields but `Content-Type`, which is the first. */
function withoutType(fields: FieldList): FieldList {
  return fields.slice(2);
}

function unsatisfiable({ size }: Representation): Response {
  const headers = { "content-range": contentRange(undefined, size) };
  return text("Range not satisfiable", { status: 416, headers });
}

/** All octets of a small part. */
function gather(descriptor: number, { pieces, length }: Part): Uint8Array<ArrayBuffer> {
  const read = (piece: Piece) =>
    piece instanceof Uint8Array ? piece : readOctets(descriptor, piece);
  if (pieces.length === 1) return read(pieces[0]);
  const octets = new Uint8Array(length);
  let offset = 0;
  for (const piece of pieces) {
    const part = read(piece);
    octets.set(part, offset);
    offset += part.length;
  }
  return octets;
}

function streamed(descriptor: number, { status, fields, pieces, length }: Part): Response {
  return lendPieces(descriptor, pieces, ["content-length", `${length}`, ...fields], status);
}

function known(content: KnownContent | null, fields: FieldList, status: number): Response {
  return new KnownResponse(content, fields, status) as KnownResponse & Response;
}
