/**
 * The plainest reader of message framing: regular expressions over a text of one character for each
 * octet, strict by RFC 9112, without a thought for speed or for octets that come in pieces.
 *
 * Shares no code with `src/`. It knows none of the limits on sizes but those a short text can reach.
 */

/** What came of a text. */
export interface Reading {
  /** Messages in their order; the last one may be incomplete. */
  readonly messages: readonly ReferenceMessage[];
  /** Whether the text ended between messages, within one, or broke a rule. */
  readonly outcome: "done" | "waiting" | "refused";
}

/** One message whose head was read. */
export interface ReferenceMessage {
  readonly method: string;
  readonly target: string;
  /** As much of the content as there is. */
  readonly content: string;
  /** Field lines of the trailer section, names in lower case; `undefined` before the end. */
  readonly trailers: readonly string[] | undefined;
}

/** A content coded in chunks, as far as it came. */
export interface ReferenceContent {
  readonly content: string;
  readonly trailers: readonly string[];
  readonly outcome: "done" | "waiting" | "refused";
  /** Offset behind the last octet of a whole content. */
  readonly end: number;
}

type Field = readonly [name: string, value: string];

interface Lines {
  readonly lines: readonly string[];
  readonly outcome: "done" | "waiting" | "refused";
  readonly end: number;
}

const TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]";
const MAX_FIELDS = 100;
const MAX_EXTENSION = 256;

const REQUEST_LINE = new RegExp(
  `^(${TOKEN}{1,32}) ([!-"$-~]+) HTTP/1\\.([0-9])$`,
);
const FIELD_LINE = new RegExp(`^(${TOKEN}+):([\\t -~\\x80-\\xff]*)$`);

const QUOTED = '"(?:[\\t !#-\\[\\]-~\\x80-\\xff]|\\\\[\\t -~\\x80-\\xff])*';
const EXTENSION = `(?:;${TOKEN}+(?:=(?:${TOKEN}+|${QUOTED}"))?)`;
const CHUNK_LINE = new RegExp(`^([0-9A-Fa-f]{1,13})(${EXTENSION}*)\\r\\n`);
/** What may still become such a line. */
const CHUNK_LINE_BEGUN = new RegExp(
  `^(?:[0-9A-Fa-f]{0,13}|[0-9A-Fa-f]{1,13}(${EXTENSION}*` +
    `(?:\\r|;${TOKEN}*|;${TOKEN}+=(?:${TOKEN}*|${QUOTED}\\\\?))?))$`,
);

const URI_HOST = /^(?:\[[0-9A-Fa-f:.]+\]|(?:[A-Za-z0-9\-._~!$&'()*+;=]|%[0-9A-Fa-f]{2})+)$/;

/** Reads all messages of a text. */
export function readMessages(wire: string): Reading {
  const messages: ReferenceMessage[] = [];
  for (let offset = 0;;) {
    const start = beginMessage(wire, offset);
    if (typeof start !== "number") return { messages, outcome: start };
    const { lines, outcome, end } = readLines(wire, start, headRule());
    if (outcome !== "done") return { messages, outcome };
    const head = readHead(lines);
    if (head === undefined) return { messages, outcome: "refused" };
    const content = readContent(wire, end, head.framing);
    const trailers = content.outcome === "done" ? content.trailers : undefined;
    messages.push({ ...head, content: content.content, trailers });
    if (content.outcome !== "done") return { messages, outcome: content.outcome };
    offset = content.end;
  }
}

/** Whether a text names a host whose label only a decoder of Punycode could judge. */
export function mayHoldPunycode(wire: string): boolean {
  return /xn--/i.test(decodePercent(wire));
}

/** Reads a content in the chunked transfer coding. */
export function readChunked(wire: string, start: number): ReferenceContent {
  let content = "";
  for (let offset = start;;) {
    const rest = wire.slice(offset);
    const line = CHUNK_LINE.exec(rest);
    if (line === null) {
      return { content, trailers: [], end: 0, outcome: outcomeOfChunkLine(rest) };
    }
    if (line[2].length > MAX_EXTENSION) {
      return { content, trailers: [], end: 0, outcome: "refused" };
    }
    const size = parseInt(line[1], 16);
    const data = offset + line[0].length;
    if (size === 0) return { content, ...readTrailers(wire, data) };
    content += wire.slice(data, data + size);
    const behind = wire.slice(data + size, data + size + 2);
    if (data + size > wire.length || behind !== "\r\n") {
      const outcome = "\r\n".startsWith(behind) ? "waiting" : "refused";
      return { content, trailers: [], end: 0, outcome };
    }
    offset = data + size + 2;
  }
}

function outcomeOfChunkLine(rest: string): "waiting" | "refused" {
  const begun = CHUNK_LINE_BEGUN.exec(rest);
  if (begun === null) return "refused";
  return (begun[1]?.replace(/\r$/, "").length ?? 0) > MAX_EXTENSION ? "refused" : "waiting";
}

/** Where the request line begins: two empty lines before it are ignored (§2.2). */
function beginMessage(wire: string, offset: number): number | "done" | "waiting" | "refused" {
  const rest = wire.slice(offset);
  const empty = /^(?:\r\n){0,2}/.exec(rest)![0].length;
  const first = rest.slice(empty);
  if (first === "") return "done";
  if (first === "\r") return "waiting";
  return new RegExp(`^${TOKEN}`).test(first) ? offset + empty : "refused";
}

/** Reads lines up to the empty one; each is judged once its LF is there. */
function readLines(wire: string, start: number, rule: (line: string) => boolean): Lines {
  const lines: string[] = [];
  for (let offset = start;;) {
    const lf = wire.indexOf("\n", offset);
    if (lf === -1) return { lines, outcome: "waiting", end: 0 };
    const line = wire.slice(offset, lf + 1);
    if (line === "\r\n" && rule("")) {
      return { lines, outcome: "done", end: lf + 1 };
    }
    if (!line.endsWith("\r\n") || !rule(line.slice(0, -2))) {
      return { lines, outcome: "refused", end: 0 };
    }
    lines.push(line.slice(0, -2));
    offset = lf + 1;
  }
}

/** Judges the lines of one head, one after the other; what needs the whole head comes later. */
function headRule(): (line: string) => boolean {
  let isFirst = true;
  const fields: Field[] = [];
  return (line) => {
    if (isFirst) {
      isFirst = false;
      return REQUEST_LINE.test(line);
    }
    if (line === "") return true;
    const field = readField(line);
    if (field === undefined) return false;
    fields.push(field);
    return fields.length <= MAX_FIELDS && isSound(field, fields);
  };
}

/** Whether a field line, the last of those given, is one that framing and routing can rely on. */
function isSound([name, value]: Field, fields: readonly Field[]): boolean {
  const lines = valuesOf(fields, name);
  switch (name) {
    case "host":
      return lines.length === 1 && isAuthority(value);
    case "content-length":
      return lengthOf(lines) !== undefined;
    case "transfer-encoding":
      return lines.length === 1;
  }
  return true;
}

function readHead(lines: readonly string[]) {
  const [, method, target, minor] = REQUEST_LINE.exec(lines[0])!;
  const fields = lines.slice(1).map((line) => readField(line)!);
  const framing = framingOf(fields, minor === "0");
  if (framing === undefined || !isTarget(method, target)) return undefined;
  if (minor !== "0" && valuesOf(fields, "host").length === 0) return undefined;
  return { method, target, framing };
}

/** A length, `chunked`, or `undefined` where both or neither can be told (§6.3). */
function framingOf(fields: readonly Field[], isOld: boolean): number | "chunked" | undefined {
  const lengths = valuesOf(fields, "content-length");
  const codings = valuesOf(fields, "transfer-encoding");
  if (codings.length === 0) return lengths.length === 0 ? 0 : lengthOf(lengths);
  const isChunked = codings.length === 1 && /^chunked$/i.test(codings[0]);
  return isChunked && lengths.length === 0 && !isOld ? "chunked" : undefined;
}

/** The one length that all elements of all lines name. */
function lengthOf(lines: readonly string[]): number | undefined {
  const elements = lines.join(",").split(",").map((element) =>
    element.replace(/^[\t ]*|[\t ]*$/g, "")
  );
  if (!elements.every((element) => /^[0-9]+$/.test(element))) return undefined;
  const lengths = new Set(elements.map(BigInt));
  const [length] = lengths;
  return lengths.size === 1 && length <= Number.MAX_SAFE_INTEGER ? Number(length) : undefined;
}

function readContent(wire: string, start: number, framing: number | "chunked"): ReferenceContent {
  if (framing === "chunked") return readChunked(wire, start);
  const content = wire.slice(start, start + framing);
  const outcome = content.length === framing ? "done" : "waiting";
  return { content, trailers: [], outcome, end: start + framing };
}

function readTrailers(wire: string, start: number): Omit<ReferenceContent, "content"> {
  let count = 0;
  const { lines, outcome, end } = readLines(
    wire,
    start,
    (line) => line === "" || (readField(line) !== undefined && ++count <= MAX_FIELDS),
  );
  const trailers = lines.map((line) => readField(line)?.join(": ") ?? "");
  return { trailers: outcome === "done" ? trailers : [], outcome, end };
}

function readField(line: string): Field | undefined {
  const match = FIELD_LINE.exec(line);
  if (match === null) return undefined;
  return [match[1].toLowerCase(), match[2].replace(/^[\t ]*|[\t ]*$/g, "")];
}

function valuesOf(fields: readonly Field[], name: string): string[] {
  return fields.filter(([own]) => own === name).map(([, value]) => value);
}

/** The four forms (§3.2). */
function isTarget(method: string, target: string): boolean {
  if (method === "CONNECT") return /:[0-9]+$/.test(target) && isAuthority(target);
  if (target === "*") return method === "OPTIONS";
  const absolute = /^https?:\/\/([^/?]+)/i.exec(target);
  return target.startsWith("/") || (absolute !== null && isAuthority(absolute[1]));
}

/** A host and perhaps a port, by RFC 3986 and by what a URL can have; no comma. */
function isAuthority(text: string): boolean {
  const host = text.replace(/:[0-9]*$/, "");
  return URI_HOST.test(host) && URL.canParse(`http://${text}/`);
}

function decodePercent(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
}
