import type { Address } from "../../handler.ts";

/** An IPv4 address within an IPv6 one (RFC 4291 §2.5.5.2) has these groups before it. */
const MAPPED_GROUPS = "0,0,0,0,0,65535";

/**
 * The key of a client's address: IPv4 as it is, IPv6 by the network that it is in.
 *
 * Clients of a Unix domain socket have no address: all have the same key.
 */
export function clientKey(address: Address, ipv6Prefix: number): string {
  if (address.transport === "unix") return "unix";
  const { hostname } = address;
  return hostname.includes(":") ? ipv6Key(hostname, ipv6Prefix) : hostname;
}

function ipv6Key(hostname: string, prefix: number): string {
  const groups = parseIpv6(hostname);
  if (groups === undefined) return hostname;
  if (groups.slice(0, 6).join() === MAPPED_GROUPS) {
    return [groups[6] >> 8, groups[6] & 255, groups[7] >> 8, groups[7] & 255].join(".");
  }
  let key = "";
  for (let i = 0, left = prefix; left > 0; i++, left -= 16) {
    const group = left >= 16 ? groups[i] : groups[i] & (0xffff << (16 - left));
    key += `${group.toString(16)}:`;
  }
  return `${key}/${prefix}`;
}

/** The eight groups of an address (RFC 4291 §2.2), its zone left out. */
export function parseIpv6(text: string): number[] | undefined {
  const zone = text.indexOf("%");
  const [head, tail, more] = (zone === -1 ? text : text.slice(0, zone)).split("::");
  if (more !== undefined) return undefined;
  const first = parseGroups(head, tail === undefined);
  if (tail === undefined) return first?.length === 8 ? first : undefined;
  const last = parseGroups(tail, true);
  if (first === undefined || last === undefined) return undefined;
  const missing = 8 - first.length - last.length;
  return missing < 1 ? undefined : [...first, ...new Array<number>(missing).fill(0), ...last];
}

/** Groups between colons; the last two of an address may be written as an IPv4 one. */
function parseGroups(text: string, isLast: boolean): number[] | undefined {
  if (text === "") return [];
  const parts = text.split(":");
  const groups: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (/^[\da-f]{1,4}$/i.test(part)) {
      groups.push(parseInt(part, 16));
    } else {
      const octets = isLast && index === parts.length - 1 ? parseIpv4(part) : undefined;
      if (octets === undefined) return undefined;
      groups.push(octets[0] << 8 | octets[1], octets[2] << 8 | octets[3]);
    }
  }
  return groups;
}

function parseIpv4(text: string): number[] | undefined {
  if (!/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) return undefined;
  const octets = text.split(".").map(Number);
  return octets.every((octet) => octet <= 255) ? octets : undefined;
}
