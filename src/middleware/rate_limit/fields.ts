import type { FieldList } from "../../known_response.ts";
import type { RateLimitPolicy } from "./policy.ts";
import type { RateLimitVerdict } from "./store.ts";

/** Writes the fields of draft-ietf-httpapi-ratelimit-headers-10, structured ones (RFC 9651). */
export class RateLimitFields {
  readonly #names: readonly string[];
  readonly #policies: string;

  /** Prepares what is the same in all answers. */
  constructor(policies: readonly RateLimitPolicy[]) {
    this.#names = policies.map(({ name }) => quote(name));
    // A part of a second is taken for a whole one: who heeds that is within the limit.
    this.#policies = policies
      .map(({ limit, window }, i) => `${this.#names[i]};q=${limit};w=${seconds(window)}`)
      .join(", ");
  }

  /** Field lines, flat, that tell a client what is left. */
  list({ policy, remaining, reset }: RateLimitVerdict): FieldList {
    const left = `${this.#names[policy]};r=${remaining};t=${seconds(reset)}`;
    return ["ratelimit-policy", this.#policies, "ratelimit", left];
  }
}

/** Whole seconds, not less than so many milliseconds. */
export function seconds(milliseconds: number): number {
  return Math.ceil(milliseconds / 1_000);
}

/** A String (RFC 9651 §4.1.6) of what is printable ASCII. */
function quote(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}
