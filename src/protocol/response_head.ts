import type { OctetWriter } from "./octet_writer.ts";
import { reasonPhrase } from "./status.ts";

/** Field lines, flat: name, value, name, value. */
export type FieldLines = readonly string[];

const TOKEN = /^[!#$%&'*+\-.^_`|~\w]+$/;
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Up to so many characters a loop is faster than a call of the platform. */
const SHORT_TEXT = 32;

/** Texts of field lists that are used again and again. */
const LINES = new WeakMap<FieldLines, string>();

/**
 * The octets of a response head as text, one character each.
 *
 * `serverLines` are lines of the server's own, each with its CRLF: `content-length: 0\r\n`.
 */
export function responseHeadText(
  status: number,
  statusText: string,
  fields: FieldLines,
  serverLines: string,
): string {
  return statusLine(status, statusText) + fieldLinesText(fields) + serverLines + "\r\n";
}

/**
 * Field lines as text, each with its CRLF.
 *
 * @throws {TypeError} when a name or value would break out of its line.
 */
export function fieldLinesText(fields: FieldLines): string {
  let text = LINES.get(fields);
  if (text === undefined) {
    text = renderFieldLines(fields);
    if (Object.isFrozen(fields)) LINES.set(fields, text);
  }
  return text;
}

/**
 * Checks a field line: whatever made it, CR, LF and NUL never reach the wire (RFC 9110 §5.5).
 *
 * @throws {TypeError} when its name or value would break out of the line.
 */
export function checkFieldLine(name: string, value: string): void {
  if (!TOKEN.test(name)) {
    throw new TypeError(`Cannot send the field ${JSON.stringify(name)}: its name is no token`);
  }
  if (!FIELD_VALUE.test(value)) {
    throw new TypeError(`Cannot send the field ${name}: its value has characters none may have`);
  }
}

/** Appends text that is ASCII but for rare octets beyond it. */
export function appendHeadText(writer: OctetWriter, text: string): void {
  if (text.length <= SHORT_TEXT) return writer.appendOctetText(text);
  const start = writer.length;
  if (writer.appendText(text) === text.length) return;
  // UTF-8 made two octets of one: write them one by one instead.
  writer.length = start;
  writer.appendOctetText(text);
}

function statusLine(status: number, statusText: string): string {
  if (statusText === "") return STATUS_LINES[status] ??= renderStatusLine(status);
  if (!FIELD_VALUE.test(statusText)) {
    throw new TypeError("Cannot send the reason phrase: it has characters that none may have");
  }
  return `HTTP/1.1 ${status} ${statusText}\r\n`;
}

const STATUS_LINES: Record<number, string> = {};

function renderStatusLine(status: number): string {
  return `HTTP/1.1 ${status} ${reasonPhrase(status)}\r\n`;
}

function renderFieldLines(fields: FieldLines): string {
  let text = "";
  for (let i = 0; i < fields.length; i += 2) {
    checkFieldLine(fields[i], fields[i + 1]);
    text += `${fields[i]}: ${fields[i + 1]}\r\n`;
  }
  return text;
}
