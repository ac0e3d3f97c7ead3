import { text } from "../../known_response.ts";

/** What errors of the file system mean to a client; all others are the server's own. */
const STATUS_BY_CODE: ReadonlyMap<string, 403 | 404 | 503> = new Map([
  ["ENOENT", 404],
  ["ENOTDIR", 404],
  ["EISDIR", 404],
  ["ELOOP", 404],
  ["ENAMETOOLONG", 404],
  ["EINVAL", 404],
  // A socket, or a device without a driver.
  ["ENXIO", 404],
  ["ENODEV", 404],
  ["EACCES", 403],
  ["EPERM", 403],
  ["EMFILE", 503],
  ["ENFILE", 503],
]);

/** What `answer` gives, or what the error that it throws is to the client. */
export function answerErrors<T>(answer: () => T): T | Response | undefined {
  try {
    return answer();
  } catch (error) {
    return errorAnswer(error);
  }
}

/** What an error of the file system is to the client; `undefined` where it finds nothing. */
export function errorAnswer(error: unknown): Response | undefined {
  switch (statusOf(error)) {
    case 404:
      return undefined;
    case 403:
      return text("Forbidden", { status: 403 });
    case 503:
      return text("Unavailable", { status: 503, headers: { "retry-after": "1" } });
    default:
      throw error;
  }
}

/** What a look gives; `undefined` where the file system has nothing to look at. */
export function ifThere<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** The status that an error of the file system is answered with; `undefined` for all others. */
export function statusOf(error: unknown): 403 | 404 | 503 | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === "string" ? STATUS_BY_CODE.get(code) : undefined;
}
