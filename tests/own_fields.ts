import type { KnownResponse } from "../src/known_response.ts";
import { FieldName, TextField } from "../src/own_fields.ts";

/** The same response with fields of its own, given flat: name, value, name, value. */
export function withOwn(response: Response, own: readonly string[]): Response & KnownResponse {
  let owner = response as Response & KnownResponse;
  for (let i = 0; i < own.length; i += 2) {
    owner = owner.withOwn(new TextField(new FieldName(own[i]), own[i + 1]));
  }
  return owner;
}
