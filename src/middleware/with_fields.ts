/** A response with other header fields, in the cheapest way that is correct. */
import { type FieldList, KnownResponse, NO_FIELDS } from "../known_response.ts";
import { FieldName, type OwnField, type OwnFields, TextField } from "../own_fields.ts";

/** Changes header fields. */
export type FieldEdit = (headers: Headers) => void;

/** What answers cannot carry content (Fetch, null body status). */
const NULL_BODY: ReadonlySet<number> = new Set([101, 103, 204, 205, 304]);

/** What `Headers` would not trim or refuse. */
const FIELD_VALUE = /^[!-~]+$/;

/** No field has this name; deleting it tells whether headers can be changed. */
const NO_FIELD = "culvert-no-field";

/**
 * The same response with other fields. Whoever calls it uses the result only: a native response may
 * have been changed in place, or its stream handed on.
 *
 * A known response keeps its content at hand and is itself left as it is, since it may be shared. What
 * nobody can send (an error response, used or locked content) is given back for the server to object.
 *
 * @throws {TypeError} what `edit` throws, such as for a malformed field value.
 */
export function withFields(response: Response, edit: FieldEdit): Response {
  if (!(response instanceof KnownResponse)) return withNativeFields(response, edit);
  return response.disturbed ? response : response.with(editFields(response, edit));
}

/**
 * The same response with one field, whose name is in lower case, as `withFields` makes it.
 *
 * @throws {TypeError} when the value is malformed.
 */
export function withField(response: Response, name: string, value: string): Response {
  return fieldSetter(name)(response, value);
}

/** Makes a function that does what `withField` does for one name. */
export function fieldSetter(name: string): (response: Response, value: string) => Response {
  const set = textFieldSetter(ownFieldSetter(name));
  const fieldName = new FieldName(name);
  return (response, value) => set(response, new TextField(fieldName, value));
}

/** Makes a setter one for fields of any text, which `Headers` trims or refuses. */
export function textFieldSetter(set: OwnFieldSetter): OwnFieldSetter {
  return (response, field) => {
    const { name, value } = field;
    if (FIELD_VALUE.test(value)) return set(response, field);
    return withFields(response, (headers) => headers.set(name, value));
  };
}

/** Makes the same response with another field. */
export type OwnFieldSetter = (response: Response, field: OwnField) => Response;

/** Makes a setter for fields that have one name, and values that nobody would trim or refuse. */
export function ownFieldSetter(name: string): OwnFieldSetter {
  // A list stays as it is, so what was looked for once is not looked for again.
  let lacking: FieldList | undefined;
  return (response, field) => {
    if (response instanceof KnownResponse) {
      const { sharedFields, ownFields } = response;
      const isNew = sharedFields !== undefined && ownFields?.has(name) !== true &&
        (sharedFields === lacking || !hasName(sharedFields, name));
      if (isNew) {
        lacking = sharedFields;
        return response.withOwn(field);
      }
    }
    return withFields(response, (headers) => headers.set(name, field.value));
  };
}

function hasName(fields: FieldList, name: string): boolean {
  for (let i = 0; i < fields.length; i += 2) if (fields[i] === name) return true;
  return false;
}

/**
 * Makes a function that does what `withFields` does, for an `edit` that always does the same.
 *
 * What it makes of a list of fields that cannot change is kept, and frozen, so that the server's
 * own memory of answers goes on to work. `names` are all that `edit` looks at or changes, in lower
 * case; where they are given, fields of one exchange that have other names are left out of it.
 */
export function fieldEditor(
  edit: FieldEdit,
  names?: readonly string[],
): (response: Response) => Response {
  const edited = keepingLists((fields) => editList(fields, edit));
  const touches = (own: OwnFields) => names?.some((name) => own.has(name)) !== false;
  return (response) => {
    if (!(response instanceof KnownResponse)) return withNativeFields(response, edit);
    if (response.disturbed) return response;
    const { sharedFields, ownFields } = response;
    if (sharedFields === undefined) return response.with(editFields(response, edit));
    if (ownFields === undefined) return response.with(edited(sharedFields));
    if (touches(ownFields)) return response.with(editFields(response, edit));
    return response.withShared(edited(sharedFields));
  };
}

/** Like `fieldEditor`, but gives only the fields that a known response would have. */
export function fieldsEditor(edit: FieldEdit): (response: KnownResponse) => FieldList {
  const edited = keepingLists((fields) => editList(fields, edit));
  return (response) => {
    const { fields } = response;
    return fields === undefined ? editFields(response, edit) : edited(fields);
  };
}

/** Has what is made of a list kept, and frozen, where that list cannot change. */
export function keepingLists(
  make: (fields: FieldList) => FieldList,
): (fields: FieldList) => FieldList {
  const kept = new WeakMap<FieldList, FieldList>();
  let last: FieldList | undefined;
  let lastMade = NO_FIELDS;
  return (fields) => {
    if (fields === last) return lastMade;
    if (!Object.isFrozen(fields)) return make(fields);
    let made = kept.get(fields);
    if (made === undefined) kept.set(fields, made = Object.freeze(make(fields)));
    last = fields;
    return lastMade = made;
  };
}

/** Names one more request field that the response depends on (RFC 9110 §12.5.5). */
export function addVary(headers: Headers, name: string): void {
  const names = (headers.get("vary") ?? "").toLowerCase().split(",").map((text) => text.trim());
  if (!names.includes("*") && !names.includes(name.toLowerCase())) headers.append("vary", name);
}

function editFields(response: KnownResponse, edit: FieldEdit): FieldList {
  const { fields } = response;
  if (fields !== undefined) return editList(fields, edit);
  const headers = new Headers(response.native().headers);
  edit(headers);
  return [...headers].flat();
}

function editList(fields: FieldList, edit: FieldEdit): FieldList {
  const headers = toHeaders(fields);
  edit(headers);
  return [...headers].flat();
}

function toHeaders(fields: FieldList): Headers {
  const headers = new Headers();
  for (let i = 0; i < fields.length; i += 2) headers.append(fields[i], fields[i + 1]);
  return headers;
}

function withNativeFields(response: Response, edit: FieldEdit): Response {
  const { status, statusText, headers } = response;
  if (status === 0 || response.bodyUsed || response.body?.locked) return response;
  // Such a response can be sent once only: nobody minds that it is changed.
  if (response.body !== null && isMutable(headers)) {
    edit(headers);
    return response;
  }
  const own = new Headers(headers);
  edit(own);
  const content = NULL_BODY.has(status) ? null : response.body;
  try {
    return new Response(content, { status, statusText, headers: own });
  } catch {
    // No script can make one of 101: it is what the platform upgrades with.
    return response;
  }
}

function isMutable(headers: Headers): boolean {
  try {
    headers.delete(NO_FIELD);
    return true;
  } catch {
    return false;
  }
}
