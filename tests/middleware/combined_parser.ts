/** A line of the Combined Log Format, read back. */
export interface CombinedLine {
  readonly client: string;
  readonly date: string;
  readonly request: string;
  readonly status: number;
  readonly octets: number;
  readonly referer: string;
  readonly userAgent: string;
  readonly seconds: number;
  readonly aborted: boolean;
}

const QUOTED = '"([^"]*)"';

const LINE = new RegExp(
  String.raw`^(\S+) - - \[(\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000)\] ` +
    String.raw`${QUOTED} (\d{3}) (\d+) ${QUOTED} ${QUOTED} (\d+\.\d{6})( aborted)?$`,
);

/** Reads a line without its LF; throws for anything else. */
export function parseCombined(line: string): CombinedLine {
  const match = LINE.exec(line);
  if (match === null) throw new Error(`Cannot read the line ${JSON.stringify(line)}`);
  const [, client, date, request, status, octets, referer, userAgent, seconds, aborted] = match;
  return {
    client: unescape(client),
    date,
    request: unescape(request),
    status: Number(status),
    octets: Number(octets),
    referer: unescape(referer),
    userAgent: unescape(userAgent),
    seconds: Number(seconds),
    aborted: aborted !== undefined,
  };
}

/** One character for each octet. */
function unescape(text: string): string {
  return text.replace(/\\x([\dA-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
}
