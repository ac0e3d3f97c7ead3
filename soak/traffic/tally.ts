/** An answer that was wrong, and how to get it again. */
export interface Fault {
  /** Which conversation it was. */
  readonly conversation: string;
  /** Seed that decided the conversation. */
  readonly seed: number;
  /** Minutes since the traffic began. */
  readonly minute: number;
  /** What was wrong. */
  readonly message: string;
}

/** What the traffic came to. */
export interface TrafficFigures {
  /** Conversations held, by name. */
  readonly conversations: Readonly<Record<string, number>>;
  /** Answers to good clients that were compared octet for octet. */
  readonly goodAnswers: number;
  /** Answers to hostile clients that were judged. */
  readonly hostileAnswers: number;
  /** How many answers were wrong, or missing. */
  readonly wrong: number;
  /** The first of them. */
  readonly faults: readonly Fault[];
}

/** Faults that are kept; the others are only counted. */
const KEPT = 20;

/** Counts what clients found. */
export class Tally {
  readonly #conversations: Record<string, number> = {};
  readonly #faults: Fault[] = [];
  readonly #start = performance.now();
  #good = 0;
  #hostile = 0;
  #wrong = 0;

  /** Counts a conversation. */
  begin(name: string): void {
    this.#conversations[name] = (this.#conversations[name] ?? 0) + 1;
  }

  /** Counts answers that were right. */
  checked(kind: "good" | "hostile", answers: number): void {
    if (kind === "good") this.#good += answers;
    else this.#hostile += answers;
  }

  /** Counts a conversation that went wrong, and says so. */
  fail(conversation: string, seed: number, error: unknown): void {
    this.#wrong++;
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const minute = (performance.now() - this.#start) / 60_000;
    if (this.#faults.length < KEPT) this.#faults.push({ conversation, seed, minute, message });
  }

  /** What was counted so far. */
  figures(): TrafficFigures {
    return {
      conversations: { ...this.#conversations },
      goodAnswers: this.#good,
      hostileAnswers: this.#hostile,
      wrong: this.#wrong,
      faults: [...this.#faults],
    };
  }
}
