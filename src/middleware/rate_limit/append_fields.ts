import { type FieldList, KnownResponse } from "../../known_response.ts";
import type { OwnField } from "../../own_fields.ts";
import { keepingLists, withFields } from "../with_fields.ts";

/** The same response with more fields, that of this exchange last; the given one stays as it is. */
export type AppendFields = (response: Response, own: OwnField) => Response;

/**
 * Makes a function that appends fields which are always the same, and another.
 *
 * A known response whose headers nobody has touched needs no `Headers`.
 */
export function fieldAppender(fields: FieldList): AppendFields {
  const appended = keepingLists((shared) => [...shared, ...fields]);
  return (response, own) => {
    if (response instanceof KnownResponse) {
      const { sharedFields } = response;
      if (sharedFields !== undefined) return response.withOwn(own, appended(sharedFields));
    }
    // What is no final answer is not for us to judge: an upgrade, or no response at all.
    if (!(response?.status >= 200 && response.status <= 599)) return response;
    return withFields(response, (headers) => appendAll(headers, [...fields, own.name, own.value]));
  };
}

function appendAll(headers: Headers, fields: FieldList): void {
  for (let i = 0; i < fields.length; i += 2) headers.append(fields[i], fields[i + 1]);
}
