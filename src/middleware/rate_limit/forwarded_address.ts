import type { Address, Context } from "../../handler.ts";
import { addressKey, clientKey } from "./client_key.ts";
import { parseAddress } from "./ipv6.ts";
import { checkNames, checkWhole } from "./policy.ts";

/** Whose word is taken for a client's address. */
export interface ForwardedAddressOptions {
  /**
   * Proxies that may say for whom they ask: addresses (`"192.0.2.1"`), networks (`"10.0.0.0/8"`,
   * `"2001:db8::/32"`), `"unix"` for whoever comes by a Unix domain socket.
   */
  readonly trusted: readonly string[];
  /**
   * Bits of an IPv6 address that name the network of a client, 1–128.
   *
   * @default {64}
   */
  readonly ipv6Prefix?: number;
}

/** A network: the groups of an address, and how many of its bits count. */
interface Network {
  readonly groups: Uint16Array;
  readonly prefix: number;
}

/** Where an address is read to: nobody holds it beyond a call. */
const scratch = new Uint16Array(8);

/**
 * Makes a `key` for servers behind proxies: the client's address as trusted proxies tell it in
 * `X-Forwarded-For`.
 *
 * The list is read from its end, where the nearest proxy has written: the first address that is
 * none of a trusted proxy is the client's. What stands before it may be anybody's invention. Where
 * an entry is no address, whoever has written it counts as the client; and so does a peer that is
 * not trusted, whatever it sends.
 *
 * @throws {TypeError} when `trusted` is no list of addresses and networks.
 * @throws {RangeError} when `ipv6Prefix` is out of range.
 *
 * @example
 * ```ts
 * import type { Context } from "@culvert/http";
 * import { forwardedAddress } from "@culvert/http/rate-limit";
 * import { assertEquals } from "@std/assert";
 *
 * const key = forwardedAddress({ trusted: ["10.0.0.0/8"] });
 * const headers = { "x-forwarded-for": "192.0.2.99, 192.0.2.1, 10.0.0.2" };
 * const request = new Request("http://localhost/", { headers });
 * const from = (hostname: string) => ({ remoteAddr: { transport: "tcp", hostname, port: 1 } });
 *
 * assertEquals(key(request, from("10.0.0.1") as Context), "192.0.2.1");
 * assertEquals(key(request, from("198.51.100.7") as Context), "198.51.100.7");
 * ```
 */
export function forwardedAddress(
  options: ForwardedAddressOptions,
): (request: Request, context: Context) => string {
  checkNames(options, ["trusted", "ipv6Prefix"]);
  const { trusted } = options;
  if (!Array.isArray(trusted)) {
    throw new TypeError("Cannot trust proxies: trusted must be an array");
  }
  const prefix = checkWhole("ipv6Prefix", options.ipv6Prefix ?? 64, 128);
  const trustsUnix = trusted.includes("unix");
  const networks = trusted.filter((text) => text !== "unix").map(parseNetwork);
  return (request, { remoteAddr }) => {
    if (!(remoteAddr.transport === "unix" ? trustsUnix : isWithin(networks, remoteAddr.hostname))) {
      return clientKey(remoteAddr, prefix);
    }
    return addressBefore(remoteAddr, request, networks, prefix);
  };
}

/** The first address, from the end, that is none of a trusted proxy. */
function addressBefore(
  peer: Address,
  request: Request,
  networks: readonly Network[],
  prefix: number,
): string {
  const field = request.headers.get("x-forwarded-for") ?? "";
  let nearest: string | undefined;
  for (let end = field.length; end > 0;) {
    const comma = field.lastIndexOf(",", end - 1);
    const entry = withoutPort(field.slice(comma + 1, end).trim());
    if (!parseAddress(entry, scratch)) break;
    nearest = entry;
    if (!isWithin(networks, entry)) break;
    end = comma;
  }
  return nearest === undefined ? clientKey(peer, prefix) : addressKey(nearest, prefix);
}

/** Some proxies write the client's port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(entry: string): string {
  return /^\[([^\]]*)\](?::\d+)?$/.exec(entry)?.[1] ?? entry.replace(/^([\d.]+):\d+$/, "$1");
}

function parseNetwork(text: unknown): Network {
  const [address, bits, more] = String(text).split("/");
  const groups = new Uint16Array(8);
  const most = address.includes(":") ? 128 : 32;
  if (typeof text === "string" && more === undefined && parseAddress(address, groups)) {
    if (bits === undefined) return { groups, prefix: 128 };
    if (/^\d{1,3}$/.test(bits) && Number(bits) <= most) {
      return { groups, prefix: 128 - most + Number(bits) };
    }
  }
  throw new TypeError(`Cannot trust ${String(text)}: it is no address, network or "unix"`);
}

function isWithin(networks: readonly Network[], address: string): boolean {
  return parseAddress(address, scratch) && networks.some(includesScratch);
}

function includesScratch({ groups, prefix }: Network): boolean {
  for (let i = 0, left = prefix; left > 0; i++, left -= 16) {
    const mask = left >= 16 ? 0xffff : 0xffff << (16 - left);
    if ((groups[i] ^ scratch[i]) & mask & 0xffff) return false;
  }
  return true;
}
