/** By what requests are counted: addresses, networks, and what proxies tell. */
import fc from "fast-check";
import { type Context, type NetAddress } from "../../mod.ts";
import { forwardedAddress } from "../../src/middleware/rate_limit.ts";
import { clientKey, rememberingClientKey } from "../../src/middleware/rate_limit/client_key.ts";
import { parseIpv6 } from "../../src/middleware/rate_limit/ipv6.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";

function from(hostname: string): Context {
  return { remoteAddr: { transport: "tcp", hostname, port: 1 } } as unknown as Context;
}

const ADDRESSES: [hostname: string, prefix: number, key: string][] = [
  ["192.0.2.7", 64, "192.0.2.7"],
  ["::ffff:192.0.2.7", 64, "192.0.2.7"],
  ["::FFFF:c000:207", 64, "192.0.2.7"],
  ["0:0:0:0:0:ffff:192.0.2.7", 64, "192.0.2.7"],
  ["::1", 64, "0:0:0:0:/64"],
  ["::", 128, "0:0:0:0:0:0:0:0:/128"],
  ["2001:db8::1", 64, "2001:db8:0:0:/64"],
  ["2001:DB8:0:0:ffff:1:2:3", 64, "2001:db8:0:0:/64"],
  ["2001:db8:0:1::1", 64, "2001:db8:0:1:/64"],
  ["2001:db8:0:1::1", 63, "2001:db8:0:0:/63"],
  ["2001:db8:abcd::1", 40, "2001:db8:ab00:/40"],
  ["ffff::", 1, "8000:/1"],
  ["2001:db8::192.0.2.7", 128, "2001:db8:0:0:0:0:c000:207:/128"],
  ["fe80::1%eth0", 128, "fe80:0:0:0:0:0:0:1:/128"],
  // Whatever is no address is its own key.
  ["memory", 64, "memory"],
  ["1::2::3", 64, "1::2::3"],
  ["1:2:3:4:5:6:7", 64, "1:2:3:4:5:6:7"],
  ["1:2:3:4:5:6:7:8:9", 64, "1:2:3:4:5:6:7:8:9"],
  ["1:2:3:4::5:6:7:8", 64, "1:2:3:4::5:6:7:8"],
  ["::1.2.3.256", 64, "::1.2.3.256"],
  ["1.2.3.4::", 64, "1.2.3.4::"],
  ["::12345", 64, "::12345"],
];

for (const [hostname, prefix, key] of ADDRESSES) {
  Deno.test(`the key of ${hostname} by /${prefix} is ${key}`, () => {
    assertEquals(clientKey({ transport: "tcp", hostname, port: 1 }, prefix), key);
  });
}

Deno.test("a key that is remembered is the one that would be made", () => {
  const remembered = rememberingClientKey(56);
  const hostnames = [
    ...ADDRESSES.map(([hostname]) => hostname),
    ...Array.from({ length: 1_500 }, (_, i) => `2001:db8:0:${i.toString(16)}::1`),
  ];
  for (const hostname of [...hostnames, ...hostnames, ...hostnames.toReversed()]) {
    const address: NetAddress = { transport: "tcp", hostname, port: 1 };
    assertEquals(remembered(address), clientKey(address, 56));
  }
  assertEquals(remembered({ transport: "unix", path: "/run/culvert" }), "unix");
});

Deno.test("addresses of one network have one key, whatever they look like", () => {
  const group = fc.integer({ min: 0, max: 0xffff });
  const groups = fc.array(group, { minLength: 8, maxLength: 8 });
  fc.assert(fc.property(groups, groups, fc.integer({ min: 1, max: 128 }), (a, b, prefix) => {
    const bits = (list: number[]) =>
      list.map((each) => each.toString(2).padStart(16, "0")).join("");
    const [first, second] = [a, b].map((list) => {
      const hostname = new URL(`http://[${list.map((each) => each.toString(16)).join(":")}]`)
        .hostname.slice(1, -1);
      return clientKey({ transport: "tcp", hostname, port: 1 }, prefix);
    });
    const isSame = bits(a).slice(0, prefix) === bits(b).slice(0, prefix);
    assertEquals(first === second, isSame);
  }));
});

Deno.test("parseIpv6() reads what the platform's URL reads, and nothing else", () => {
  const text = fc.string({
    unit: fc.constantFrom("0", "7", "ffff", "1.2.3.4", "a", ":", ":", "::"),
  });
  const groups = new Uint16Array(8);
  let read = 0;
  fc.assert(
    fc.property(text, (text) => {
      const url = `http://[${text}]`;
      const isAddress = parseIpv6(text, groups);
      assertEquals(isAddress, URL.canParse(url), text);
      if (!isAddress) return;
      read++;
      const written = [...groups].map((group) => group.toString(16)).join(":");
      assertEquals(new URL(`http://[${written}]`).hostname, new URL(url).hostname);
    }),
    { numRuns: 5_000 },
  );
  assert(read > 50, `${read} addresses were read`);
});

Deno.test("clients of a Unix domain socket have one key", () => {
  assertEquals(clientKey({ transport: "unix", path: "/run/culvert" }, 64), "unix");
});

const TRUSTED = ["10.0.0.0/8", "2001:db8:ffff::/48", "192.0.2.100", "::1", "unix"];

/** Who connects, what it sends in `X-Forwarded-For`, and whom that makes the client. */
const FORWARDED: [peer: string, field: string | undefined, key: string][] = [
  ["10.0.0.1", "192.0.2.1", "192.0.2.1"],
  ["10.0.0.1", "9.9.9.9, 192.0.2.1", "192.0.2.1"],
  ["10.0.0.1", "9.9.9.9, 192.0.2.1,10.255.0.7 ,\t10.0.0.3", "192.0.2.1"],
  ["10.0.0.1", "9.9.9.9, 192.0.2.1, 192.0.2.100", "192.0.2.1"],
  ["10.0.0.1", "10.0.0.2, 10.0.0.3", "10.0.0.2"],
  ["10.0.0.1", undefined, "10.0.0.1"],
  ["10.0.0.1", "", "10.0.0.1"],
  ["10.0.0.1", "192.0.2.1, ", "10.0.0.1"],
  ["10.0.0.1", "192.0.2.1, unknown", "10.0.0.1"],
  ["10.0.0.1", "192.0.2.1, unknown, 10.0.0.2", "10.0.0.2"],
  ["10.0.0.1", "192.0.2.1, ffff", "10.0.0.1"],
  ["10.0.0.1", "192.0.2.1:4711", "192.0.2.1"],
  ["10.0.0.1", "2001:db8:1:2:3::4", "2001:db8:1:2:/64"],
  ["10.0.0.1", "[2001:db8:1:2:3::4]:4711", "2001:db8:1:2:/64"],
  ["10.0.0.1", "[2001:db8:1:2:3::4]", "2001:db8:1:2:/64"],
  ["10.0.0.1", "9.9.9.9, ::ffff:192.0.2.1, ::ffff:10.0.0.9", "192.0.2.1"],
  ["::ffff:10.0.0.1", "192.0.2.1", "192.0.2.1"],
  ["2001:db8:ffff:7::1", "192.0.2.1", "192.0.2.1"],
  ["2001:db8:fffe:7::1", "192.0.2.1", "2001:db8:fffe:7:/64"],
  ["::1", "192.0.2.1", "192.0.2.1"],
  ["::2", "192.0.2.1", "0:0:0:0:/64"],
  ["11.0.0.1", "192.0.2.1", "11.0.0.1"],
  ["192.0.2.101", "192.0.2.1", "192.0.2.101"],
];

for (const [peer, field, key] of FORWARDED) {
  Deno.test(`forwardedAddress() from ${peer} with ${field} is ${key}`, () => {
    const headers: Record<string, string> = field === undefined ? {} : { "x-forwarded-for": field };
    const forwarded = new Request("http://localhost/", { headers });
    assertEquals(forwardedAddress({ trusted: TRUSTED })(forwarded, from(peer)), key);
  });
}

Deno.test("forwardedAddress() trusts Unix domain sockets where it is told to", () => {
  const forwarded = new Request("http://localhost/", {
    headers: { "x-forwarded-for": "192.0.2.1" },
  });
  const context = { remoteAddr: { transport: "unix", path: "/run/culvert" } } as Context;
  assertEquals(forwardedAddress({ trusted: ["unix"] })(forwarded, context), "192.0.2.1");
  assertEquals(forwardedAddress({ trusted: ["::/0"] })(forwarded, context), "unix");
});

for (
  const network of ["", "10", "10.0.0.0/33", "10.0.0.0/8/8", "::/129", "a.b", "10.0.0.0/", "ffff"]
) {
  Deno.test(`forwardedAddress() objects to trusting "${network}"`, () => {
    assertThrows(
      () => forwardedAddress({ trusted: [network] }),
      TypeError,
      `Cannot trust ${network}: it is no address, network or "unix"`,
    );
  });
}
