import type { FieldList } from "../../known_response.ts";
import {
  asciiOctets,
  CANNOT_WRITE,
  MOST_DIGITS,
  type OwnField,
  writeLineEnd,
  writeNumber,
  writeOctets,
} from "../../own_fields.ts";
import { type AppendFields, fieldAppender } from "./append_fields.ts";
import type { RateLimitPolicy } from "./policy.ts";
import type { RateLimitVerdict } from "./store.ts";

/** Writes the fields of draft-ietf-httpapi-ratelimit-headers-10, structured ones (RFC 9651). */
export class RateLimitFields {
  readonly #left: readonly PolicyLeft[];
  readonly #policies: FieldList;
  readonly #append: AppendFields;

  /** Prepares what is the same in all answers. */
  constructor(policies: readonly RateLimitPolicy[]) {
    this.#left = policies.map(({ name }) => new PolicyLeft(name));
    // A part of a second is taken for a whole one: who heeds that is within the limit.
    const text = policies
      .map(({ name, limit, window }) => `${quote(name)};q=${limit};w=${seconds(window)}`)
      .join(", ");
    this.#policies = Object.freeze(["ratelimit-policy", text]);
    this.#append = fieldAppender(this.#policies);
  }

  /** Field lines, flat, that tell a client what is left. */
  list(verdict: RateLimitVerdict): FieldList {
    const { name, value } = this.#field(verdict);
    return [...this.#policies, name, value];
  }

  /** The same response, with these field lines. */
  append(response: Response, verdict: RateLimitVerdict): Response {
    return this.#append(response, this.#field(verdict));
  }

  #field({ policy, remaining, reset }: RateLimitVerdict): OwnField {
    return new LeftField(this.#left[policy], remaining, seconds(reset));
  }
}

/** What is the same in all fields that tell what is left by one policy. */
class PolicyLeft {
  readonly name: string;
  /** The field line up to the number of requests. */
  readonly start: Uint8Array;

  constructor(name: string) {
    this.name = quote(name);
    this.start = asciiOctets(`${LEFT}: ${this.name};r=`);
  }
}

const LEFT = "ratelimit";

/** Between the number of requests and that of seconds. */
const RESET = asciiOctets(";t=");

/** What is left by a policy: so many requests, and seconds until there is one more. */
class LeftField implements OwnField {
  readonly #policy: PolicyLeft;
  readonly #remaining: number;
  readonly #reset: number;

  constructor(policy: PolicyLeft, remaining: number, reset: number) {
    this.#policy = policy;
    this.#remaining = remaining;
    this.#reset = reset;
  }

  get name(): string {
    return LEFT;
  }

  get value(): string {
    return `${this.#policy.name};r=${this.#remaining};t=${this.#reset}`;
  }

  get most(): number {
    return this.#policy.start.length + 2 * MOST_DIGITS + RESET.length + 2;
  }

  write(octets: Uint8Array, offset: number): number {
    const start = writeOctets(octets, offset, this.#policy.start);
    const requests = writeNumber(octets, start, this.#remaining);
    if (requests === CANNOT_WRITE) return CANNOT_WRITE;
    const end = writeNumber(octets, writeOctets(octets, requests, RESET), this.#reset);
    return end === CANNOT_WRITE ? CANNOT_WRITE : writeLineEnd(octets, end);
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
