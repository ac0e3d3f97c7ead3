/** An origin, a regular expression that matches the whole of one, or `"*"` for all. */
export type AllowedOrigin = string | RegExp;

/** Whether an origin is allowed; `"any"` where all are. */
export type OriginCheck = "any" | ((origin: string) => boolean | Promise<boolean>);

type OriginOption =
  | AllowedOrigin
  | readonly AllowedOrigin[]
  | ((origin: string) => boolean | Promise<boolean>);

/**
 * Makes a check of what the option `origin` says.
 *
 * @throws {TypeError} when it holds what no browser sends as an origin.
 */
export function originCheck(option: OriginOption): OriginCheck {
  if (option === "*") return "any";
  if (typeof option === "function") return (origin) => decided(option(origin));
  const list: readonly AllowedOrigin[] = Array.isArray(option) ? option : [option];
  if (list.length === 0) throw cannotAllow("an empty list", "name an origin");
  const exact = new Set(list.filter((item) => typeof item === "string").map(checkOrigin));
  const patterns = list.filter((item) => typeof item !== "string").map(wholeMatch);
  return (origin) => exact.has(origin) || patterns.some((pattern) => pattern.test(origin));
}

/** Whatever else than `true` a function gives must not let anybody in. */
function decided(allowed: boolean | Promise<boolean>): boolean | Promise<boolean> {
  return allowed instanceof Promise ? allowed.then((late) => late === true) : allowed === true;
}

/** Browsers send a scheme, a host and perhaps a port, in lower case and without a final slash. */
function checkOrigin(text: string): string {
  if (text === "null") return text;
  if (text === "*") throw cannotAllow('"*" in a list', 'write origin: "*"');
  const serialised = serialiseOrigin(text);
  if (serialised === text) return text;
  const advice = serialised === undefined ? "it is no origin" : `write "${serialised}"`;
  throw cannotAllow(JSON.stringify(text), advice);
}

/** Scheme and authority of a URL, since `origin` is opaque for schemes of extensions and apps. */
function serialiseOrigin(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url === undefined || url.host === "" ? undefined : `${url.protocol}//${url.host}`;
}

/** A pattern that somebody forgot to anchor must not let `https://app.example.evil` in. */
function wholeMatch(pattern: unknown): RegExp {
  if (!(pattern instanceof RegExp)) {
    throw cannotAllow(`a ${typeof pattern}`, "use text or regular expressions");
  }
  // Flags that make an expression remember where it was would let in every other request.
  return new RegExp(`^(?:${pattern.source})$`, pattern.flags.replace(/[gmy]/g, ""));
}

function cannotAllow(what: string, advice: string): TypeError {
  return new TypeError(`Cannot allow ${what} as an origin: ${advice}`);
}
