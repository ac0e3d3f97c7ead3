import { KnownResponse } from "../known_response.ts";

/**
 * The same response with other fields; the one that is given stays as it is.
 *
 * A response whose content is a stream must not be used any more: the new one has it.
 */
export function withFields(response: Response, edit: (headers: Headers) => void): Response {
  // `Response.error()` is no answer; the server says so.
  if (response.status === 0) return response;
  const headers = new Headers(response.headers);
  edit(headers);
  const { status, statusText } = response;
  if (response instanceof KnownResponse && !response.disturbed) {
    const fields = [...headers].flat();
    return new KnownResponse(response.content, fields, status, statusText) as
      & KnownResponse
      & Response;
  }
  return new Response(response.body, { status, statusText, headers });
}
