import type { Target } from "../../fuzz/target.ts";

/** What the planted parser fails at: six octets in their order. */
const MAGIC = [0x2b, 0x78, 0x30, 0x3a, 0x25, 0x7d];

/** A parser with a fault that only those inputs reach that have passed each check before it. */
export const planted: Target = {
  name: "planted",
  seeds: () => [Uint8Array.of(0x61, 0x61, 0x61, 0x61, 0x61, 0x61, 0x61, 0x61)],
  maxLength: 8,
  run(octets) {
    if (octets[0] === MAGIC[0]) {
      if (octets[1] === MAGIC[1]) {
        if (octets[2] === MAGIC[2]) {
          if (octets[3] === MAGIC[3]) {
            if (octets[4] === MAGIC[4]) {
              if (octets[5] === MAGIC[5]) throw new Error("The planted fault");
            }
          }
        }
      }
    }
    return "";
  },
};
