/** The text of server-sent events (HTML, §9.2.5 and §9.2.6). */

/** One server-sent event. */
export interface ServerSentEvent {
  /** The event's data; each of its lines becomes a line of its own. Without it nothing is dispatched. */
  readonly data?: string;
  /** The event's type; `message` where absent. */
  readonly event?: string;
  /** What a client that reconnects sends as `Last-Event-ID`. */
  readonly id?: string;
  /** Milliseconds after which a client reconnects. */
  readonly retry?: number;
  /** What clients pass over. */
  readonly comment?: string;
}

/** Every end of line that clients know. */
const LINE_END = /\r\n|\r|\n/;

/**
 * Writes an event.
 *
 * @throws {TypeError} when the type or the id has an end of line, or a part is of another kind.
 * @throws {RangeError} when `retry` is not 0 or more milliseconds.
 */
export function writeEvent(event: ServerSentEvent | string): string {
  if (typeof event === "string") return `${lines("data", event)}\n`;
  if (typeof event !== "object" || event === null) throw cannotSend("it is no object");
  const { comment, event: type, id, retry, data } = event;
  let text = "";
  if (comment !== undefined) text += lines("", checkText("comment", comment));
  if (type !== undefined) text += line("event", type);
  if (id !== undefined) text += line("id", id);
  if (retry !== undefined) text += `retry: ${checkRetry(retry)}\n`;
  if (data !== undefined) text += lines("data", checkText("data", data));
  if (text === "") throw cannotSend("it has no part");
  return `${text}\n`;
}

/**
 * Gives a time in milliseconds.
 *
 * @throws {RangeError} when it is not 0 or more, or no integer.
 */
export function checkRetry(retry: number): number {
  if (Number.isSafeInteger(retry) && retry >= 0) return retry;
  throw new RangeError(`Cannot send an event: retry must be 0 or more milliseconds, not ${retry}`);
}

function lines(name: string, text: string): string {
  return text.split(LINE_END).map((line) => `${name}: ${line}\n`).join("");
}

/** A second line would be a field of its own; a client passes over an id with NUL. */
function line(name: string, value: unknown): string {
  const text = checkText(name, value);
  if (/[\r\n\0]/.test(text)) throw cannotSend(`its ${name} has an end of line or NUL`);
  return `${name}: ${text}\n`;
}

function checkText(name: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw cannotSend(`its ${name} is a ${typeof value}, not a string`);
}

function cannotSend(why: string): TypeError {
  return new TypeError(`Cannot send an event: ${why}`);
}
