/** One answer, as a client reads it. */
export interface Answer {
  readonly status: number;
  /** Reason phrase. */
  readonly reason: string;
  /** Field lines in their order; names as they were sent. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** Content, one character for each octet. */
  readonly content: string;
  /** What ends the content. */
  readonly framing: "none" | "length" | "chunked" | "close";
  /** Whether the content has come to its end. */
  readonly whole: boolean;
}

interface Content {
  readonly content: string;
  readonly end: number;
  readonly whole: boolean;
}

const STATUS_LINE = /^HTTP\/1\.1 ([1-5]\d\d) ([\t\x20-\x7e\x80-\xff]*)$/;
const FIELD_LINE = /^([!#$%&'*+\-.^_`|~\w]+): ([\t\x20-\x7e\x80-\xff]*)$/;

/**
 * Reads answers strictly, by RFC 9112 §6.3 as a client has it.
 *
 * `methods` are those of the requests, GET where none is given: they decide whether content comes.
 */
export function readAnswers(received: string, methods: readonly string[] = []): Answer[] {
  const answers: Answer[] = [];
  let finals = 0;
  for (let offset = 0; offset < received.length;) {
    const headEnd = received.indexOf("\r\n\r\n", offset);
    if (headEnd === -1) throw new Error(`No head: ${JSON.stringify(received.slice(offset))}`);
    const [statusLine, ...lines] = received.slice(offset, headEnd).split("\r\n");
    const { status, reason } = readStatusLine(statusLine);
    const fields = lines.map(readFieldLine);
    const isBare = status < 200 || methods[finals] === "HEAD" || status === 204 || status === 304;
    if (status >= 200) finals++;
    const framing = isBare ? "none" : framingOf(fields);
    const content = readContent(received, headEnd + 4, framing, fields);
    answers.push({ status, reason, fields, framing, ...content });
    offset = content.end;
  }
  return answers;
}

/** The value of a field that must not be repeated, or `undefined`. */
export function field(answer: Answer, name: string): string | undefined {
  const values = fieldValues(answer, name);
  if (values.length > 1) throw new Error(`The field ${name} is repeated`);
  return values[0];
}

/** The values of a field's lines. */
export function fieldValues({ fields }: Pick<Answer, "fields">, name: string): string[] {
  return fields.filter(([own]) => own.toLowerCase() === name).map(([, value]) => value);
}

function readStatusLine(line: string): { readonly status: number; readonly reason: string } {
  const match = STATUS_LINE.exec(line);
  if (match === null) throw new Error(`No status line: ${JSON.stringify(line)}`);
  return { status: Number(match[1]), reason: match[2] };
}

function readFieldLine(line: string): readonly [string, string] {
  const match = FIELD_LINE.exec(line);
  if (match === null) throw new Error(`No field line: ${JSON.stringify(line)}`);
  return [match[1], match[2]];
}

function framingOf(fields: Answer["fields"]): "length" | "chunked" | "close" {
  const codings = fieldValues({ fields }, "transfer-encoding");
  const lengths = fieldValues({ fields }, "content-length");
  if (codings.length + lengths.length > 1) throw new Error("The content is framed twice");
  if (codings.length === 1) {
    if (codings[0] !== "chunked") throw new Error(`Unexpected transfer coding ${codings[0]}`);
    return "chunked";
  }
  return lengths.length === 1 ? "length" : "close";
}

function readContent(
  text: string,
  start: number,
  framing: Answer["framing"],
  fields: Answer["fields"],
): Content {
  switch (framing) {
    case "none":
      return { content: "", end: start, whole: true };
    case "length":
      return takeLength(text, start, Number(fieldValues({ fields }, "content-length")[0]));
    case "chunked":
      return takeChunks(text, start);
    case "close":
      return { content: text.slice(start), end: text.length, whole: false };
  }
}

function takeLength(text: string, start: number, octets: number): Content {
  if (!Number.isSafeInteger(octets)) throw new Error("The content-length is malformed");
  const content = text.slice(start, start + octets);
  return { content, end: start + content.length, whole: content.length === octets };
}

function takeChunks(text: string, start: number): Content {
  let content = "";
  for (let offset = start; offset < text.length;) {
    const size = /^([0-9a-f]+)\r\n/i.exec(text.slice(offset, offset + 20));
    if (size === null) throw new Error(`No chunk: ${JSON.stringify(text.slice(offset, 20))}`);
    const octets = parseInt(size[1], 16);
    const data = offset + size[0].length;
    const end = data + octets;
    content += text.slice(data, end);
    if (end + 2 > text.length) break;
    if (text.slice(end, end + 2) !== "\r\n") throw new Error("A chunk does not end in CRLF");
    if (octets === 0) return { content, end: end + 2, whole: true };
    offset = end + 2;
  }
  return { content, end: text.length, whole: false };
}
