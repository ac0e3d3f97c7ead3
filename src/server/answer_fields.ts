import type { OwnFields } from "../own_fields.ts";
import { checkFieldLine, type FieldLines } from "../protocol/response_head.ts";

/** What a response's fields say to the server, and what they say to the client. */
export interface AnswerFields {
  /** The fields to send as they are. */
  readonly lines: FieldLines;
  /** The handler's own `Content-Length`. */
  readonly contentLength: string | undefined;
  /** Whether the handler wants the connection to close. */
  readonly close: boolean;
  /** Options of the handler's `Connection` field that are not the server's to decide. */
  readonly connection: string;
  /** Whether the handler sent a `Date` of its own. */
  readonly hasDate: boolean;
}

/** Sets apart the fields that the server decides about: the framing is never a handler's. */
export function inspectFields(fields: FieldLines): AnswerFields {
  if (hasServerField(fields)) return separate(fields);
  return { lines: fields, contentLength: undefined, close: false, connection: "", hasDate: false };
}

/** Whether the server decides about one of the fields of one answer. */
export function hasOwnServerField(own: OwnFields): boolean {
  return isServerField(own.field.name) ||
    (own.before !== undefined && hasOwnServerField(own.before));
}

function hasServerField(fields: FieldLines): boolean {
  for (let i = 0; i < fields.length; i += 2) if (isServerField(fields[i])) return true;
  return false;
}

/** The fields of platform `Headers`, flat; `Set-Cookie` lines stay apart. */
export function listHeaders(headers: Headers): string[] {
  const fields: string[] = [];
  for (const [name, value] of headers) fields.push(name, value);
  return headers instanceof Headers ? fields : withLowerCaseNames(fields);
}

/** Only the platform's own names are known to be in lower case. */
function withLowerCaseNames(fields: FieldLines): string[] {
  return fields.map((text, i) => i % 2 === 0 ? text.toLowerCase() : text);
}

function isServerField(name: string): boolean {
  switch (name) {
    case "connection":
    case "content-length":
    case "date":
    case "keep-alive":
    case "transfer-encoding":
    case "upgrade":
      return true;
    default:
      return false;
  }
}

function separate(fields: FieldLines): AnswerFields {
  const lines: string[] = [];
  let contentLength: string | undefined;
  let connection: readonly string[] = [];
  let hasDate = false;
  let hasUpgrade = false;
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i];
    const value = fields[i + 1];
    checkFieldLine(name, value);
    if (name === "content-length") contentLength = value;
    else if (name === "connection") connection = options(value);
    else if (isHandedOn(name)) lines.push(name, value);
    hasDate ||= name === "date";
    hasUpgrade ||= name === "upgrade";
  }
  const own = connection.filter(isForeignOption);
  // A field for this connection only is always named (RFC 9110 §7.8).
  if (hasUpgrade) own.push("upgrade");
  return {
    lines,
    contentLength,
    close: connection.includes("close"),
    connection: own.join(", "),
    hasDate,
  };
}

/** Whether a handler's own field is sent as it is. */
function isHandedOn(name: string): boolean {
  return name === "date" || name === "upgrade" || !isServerField(name);
}

/** A proxy removes the fields that `Connection` names: never those that frame the message. */
function isForeignOption(option: string): boolean {
  return option !== "" && option !== "close" && !isServerField(option);
}

function options(value: string): string[] {
  return value.split(",").map((option) => option.trim().toLowerCase());
}
