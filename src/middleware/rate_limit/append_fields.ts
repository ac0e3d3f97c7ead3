import { type FieldList, KnownResponse } from "../../known_response.ts";
import { withFields } from "../with_fields.ts";

/**
 * The same response with more fields; the one that is given stays as it is.
 *
 * A known response whose headers nobody has touched needs no `Headers`.
 */
export function appendFields(response: Response, fields: FieldList): Response {
  if (response instanceof KnownResponse) {
    const { fields: own, content, status, statusText } = response;
    if (own !== undefined) {
      return new KnownResponse(content, [...own, ...fields], status, statusText) as
        & KnownResponse
        & Response;
    }
  }
  // What is no final answer is not for us to judge: an upgrade, or no response at all.
  if (!(response?.status >= 200 && response.status <= 599)) return response;
  return withFields(response, (headers) => {
    for (let i = 0; i < fields.length; i += 2) headers.append(fields[i], fields[i + 1]);
  });
}
