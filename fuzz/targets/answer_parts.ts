/** What a handler may put into an answer, whoever it got it from. */
export interface AnswerParts {
  /** 200–455. */
  readonly status: number;
  /** Reason phrase; perhaps none. */
  readonly reason: string;
  /** Names and values in turn. */
  readonly fields: readonly string[];
  /** Content. */
  readonly content: string;
}

/** Stands between the parts in an input. */
const SEPARATOR = "\x1f";

/** Inputs of which parts can be made. */
export const PARTS_SEEDS: readonly string[] = [
  "\0",
  "\0OK",
  "\x04\x1fname\x1fvalue",
  "\x08Fine\x1fa\x1fb\x1fx-c\x1fd, e\x1fcontent",
  "\x90\x1fset-cookie\x1fa=b\x1fset-cookie\x1fc=d",
  "\x01\xc3\xa9\x1fx\x1f\xc4\x8d\xc4\x8aInjected: 1",
  "\0\x1fx\x1fa\r\nSet-Cookie: b\x1fy\r\nz\x1f\0",
  "\0\x1fconnection\x1fclose\x1ftransfer-encoding\x1fchunked\x1fcontent-length\x1f5\x1fabcde",
];

/** Reads an input as the parts of an answer; as UTF-8, so that characters beyond octets occur. */
export function partsOf(octets: Uint8Array): AnswerParts {
  const [reason, ...rest] = new TextDecoder().decode(octets.subarray(1)).split(SEPARATOR);
  const content = rest.length % 2 === 1 ? rest.pop()! : "";
  return { status: 200 + (octets[0] ?? 0), reason, fields: rest, content };
}

/** Names with their values. */
export function pairs(fields: readonly string[]): [name: string, value: string][] {
  const list: [string, string][] = [];
  for (let i = 0; i < fields.length; i += 2) list.push([fields[i], fields[i + 1]]);
  return list;
}
