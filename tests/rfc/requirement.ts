/** Whom a requirement binds, as the specification says it. */
export type Role =
  | "server"
  | "recipient"
  | "sender"
  | "client"
  | "proxy"
  | "application";

/** One requirement keyword of a specification, and what became of it here. */
export type Requirement = {
  /** The section that holds it, without the sign: `6.3`. */
  readonly section: string;
  /** MUST, MUST NOT, REQUIRED and SHALL are `MUST`; SHOULD, SHOULD NOT and RECOMMENDED are `SHOULD`. */
  readonly level: "MUST" | "SHOULD";
  /** Whom it binds; a recipient and a sender may be either end. */
  readonly of: Role;
  /** What it asks, in our words. */
  readonly rule: string;
} & Proof;

/** Tests that prove it, or why there is nothing to prove. */
export type Proof =
  | {
    /** Names of tests; one that ends in `*` stands for all tests whose names begin so. */
    readonly tests: readonly [string, ...string[]];
    /** What the tests do not show. */
    readonly note?: string;
  }
  | {
    /** Why no test of ours can prove it. */
    readonly reason: string;
  };
