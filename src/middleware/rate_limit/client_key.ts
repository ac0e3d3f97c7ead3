import type { Address } from "../../handler.ts";
import { parseIpv6 } from "./ipv6.ts";

/** Where the last address was read to: nobody holds it beyond a call. */
const groups = new Uint16Array(8);

/**
 * The key of a client's address: IPv4 as it is, IPv6 by the network that it is in.
 *
 * Clients of a Unix domain socket have no address: all have the same key.
 */
export function clientKey(address: Address, ipv6Prefix: number): string {
  return address.transport === "unix" ? "unix" : addressKey(address.hostname, ipv6Prefix);
}

/** How many addresses are remembered with their keys. */
const REMEMBERED = 1_024;

/**
 * `clientKey` for one prefix, which remembers the keys of IPv6 addresses: a client that keeps its
 * connection has the same address again and again.
 */
export function rememberingClientKey(ipv6Prefix: number): (address: Address) => string {
  const known = new Map<string, string>();
  return (address) => {
    if (address.transport === "unix") return clientKey(address, ipv6Prefix);
    const { hostname } = address;
    // That of IPv4 is the address itself.
    if (!hostname.includes(":")) return hostname;
    let key = known.get(hostname);
    if (key === undefined) {
      if (known.size === REMEMBERED) known.clear();
      known.set(hostname, key = addressKey(hostname, ipv6Prefix));
    }
    return key;
  };
}

/** The key of an address in its text form; what is none is its own key. */
export function addressKey(hostname: string, ipv6Prefix: number): string {
  if (!hostname.includes(":") || !parseIpv6(hostname, groups)) return hostname;
  return isMapped() ? ipv4Within() : networkOf(ipv6Prefix);
}

/** Whether it is an IPv4 address within an IPv6 one (RFC 4291 §2.5.5.2). */
function isMapped(): boolean {
  return groups[5] === 0xffff && (groups[0] | groups[1] | groups[2] | groups[3] | groups[4]) === 0;
}

function ipv4Within(): string {
  return `${groups[6] >> 8}.${groups[6] & 255}.${groups[7] >> 8}.${groups[7] & 255}`;
}

/** As many groups as the prefix reaches into, the rest of the last one zero. */
function networkOf(prefix: number): string {
  let network = "";
  for (let i = 0, left = prefix; left > 0; i++, left -= 16) {
    const group = left >= 16 ? groups[i] : groups[i] & (0xffff << (16 - left));
    network += `${group.toString(16)}:`;
  }
  return `${network}/${prefix}`;
}
