import type { FieldList } from "../known_response.ts";

/** The type of text that names none. */
export const PLAIN_TEXT = "text/plain;charset=UTF-8";

/** Lists of one `Content-Type`; being the same each time, what is made of them is kept. */
export const SINGLE_TYPES: ReadonlyMap<string, FieldList> = new Map(
  [
    PLAIN_TEXT,
    "text/plain",
    "text/plain; charset=utf-8",
    "application/json",
    "application/json; charset=utf-8",
    "text/html",
    "text/html; charset=utf-8",
  ].map((type) => [type, Object.freeze(["content-type", type])]),
);
