import type { FieldList } from "../../known_response.ts";
import { type AppendFields, fieldAppender } from "./append_fields.ts";
import type { RateLimitPolicy } from "./policy.ts";
import type { RateLimitVerdict } from "./store.ts";

/** Writes the fields of draft-ietf-httpapi-ratelimit-headers-10, structured ones (RFC 9651). */
export class RateLimitFields {
  readonly #names: readonly string[];
  readonly #policies: FieldList;
  readonly #append: AppendFields;

  /** Prepares what is the same in all answers. */
  constructor(policies: readonly RateLimitPolicy[]) {
    this.#names = policies.map(({ name }) => quote(name));
    // A part of a second is taken for a whole one: who heeds that is within the limit.
    const text = policies
      .map(({ limit, window }, i) => `${this.#names[i]};q=${limit};w=${seconds(window)}`)
      .join(", ");
    this.#policies = Object.freeze(["ratelimit-policy", text]);
    this.#append = fieldAppender(this.#policies);
  }

  /** Field lines, flat, that tell a client what is left. */
  list(verdict: RateLimitVerdict): FieldList {
    return [...this.#policies, ...this.#left(verdict)];
  }

  /** The same response, with these field lines. */
  append(response: Response, verdict: RateLimitVerdict): Response {
    return this.#append(response, this.#left(verdict));
  }

  #left({ policy, remaining, reset }: RateLimitVerdict): FieldList {
    return ["ratelimit", `${this.#names[policy]};r=${remaining};t=${seconds(reset)}`];
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
