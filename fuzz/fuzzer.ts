import { Random } from "../tests/transport/random.ts";
import { Corpus } from "./corpus.ts";
import type { Coverage } from "./coverage.ts";
import { mutateInput } from "./mutator.ts";
import type { Target } from "./target.ts";

/** An input that broke a law. */
export interface Find {
  /** The input. */
  readonly octets: Uint8Array;
  /** What was thrown. */
  readonly error: unknown;
}

/** How far a fuzzer has come. */
export interface Progress {
  /** Inputs that were made and tried; seeds, and trying again to see what is reached, left out. */
  readonly executions: number;
  /** Blocks that ran; 0 without coverage. */
  readonly blocks: number;
  /** Inputs that were kept. */
  readonly corpus: number;
}

/** Inputs between two looks at the coverage: a look costs as much as some hundred short inputs. */
const BATCH = 64;

/** Shapes that are kept at most: they are meant to be few. */
const MAX_SHAPES = 3_000;

/**
 * Tries changed inputs on a target, and keeps those that reach new code or whose outcome has a new
 * shape.
 *
 * Coverage is looked at behind a batch; where something new is in it, the batch is divided until
 * the input that reached it is found. Without coverage nothing is kept: the same changes of the
 * same seeds, blindly.
 */
export class Fuzzer {
  readonly #target: Target;
  readonly #random: Random;
  readonly #coverage: Coverage | undefined;
  readonly #corpus: Corpus;
  readonly #shapes = new Set<string>();
  #executions = 0;

  /** Begins with the target's seeds. */
  constructor(target: Target, seed: number, coverage: Coverage | undefined) {
    this.#target = target;
    this.#random = new Random(seed);
    this.#coverage = coverage;
    this.#corpus = new Corpus(target.seeds().map((octets) => octets.slice(0, target.maxLength)));
  }

  /** How far it has come. */
  get progress(): Progress {
    return {
      executions: this.#executions,
      blocks: this.#coverage?.blocks ?? 0,
      corpus: this.#corpus.size,
    };
  }

  /** Tries what it begins with; nothing of that is new any more. */
  async trySeeds(): Promise<Find | undefined> {
    const find = await this.#tryAll(this.#target.seeds());
    (await this.#coverage?.take())?.note();
    return find;
  }

  /** Tries one batch, of at most so many inputs. */
  async tryBatch(most: number = BATCH): Promise<Find | undefined> {
    const inputs = Array.from({ length: Math.min(BATCH, most) }, () => this.#makeInput());
    const find = await this.#tryAll(inputs);
    this.#executions += inputs.length;
    if (this.#coverage === undefined || find !== undefined) return find;
    const reach = await this.#coverage.take();
    if (!reach.isNew) return undefined;
    await this.#keepNew(inputs, this.#coverage);
    // What only ran because of what ran before it is not looked for again.
    reach.note();
    return undefined;
  }

  #makeInput(): Uint8Array {
    const base = this.#corpus.choose(this.#random);
    const other = this.#corpus.any(this.#random);
    return mutateInput(base, other, this.#random, this.#target.maxLength);
  }

  async #tryAll(inputs: readonly Uint8Array[]): Promise<Find | undefined> {
    for (const octets of inputs) {
      try {
        const shape = await this.#target.run(octets);
        if (this.#coverage !== undefined) this.#keepShape(shape, octets);
      } catch (error) {
        return { octets, error };
      }
    }
    return undefined;
  }

  #keepShape(shape: string, octets: Uint8Array): void {
    if (shape === "" || this.#shapes.size >= MAX_SHAPES || this.#shapes.has(shape)) return;
    this.#shapes.add(shape);
    this.#corpus.add(octets);
  }

  /** Keeps those inputs that reach something new, each on its own. */
  async #keepNew(inputs: readonly Uint8Array[], coverage: Coverage): Promise<void> {
    for (const octets of inputs) await this.#target.run(octets);
    const reach = await coverage.take();
    if (!reach.isNew) return;
    if (inputs.length === 1) {
      reach.note();
      this.#corpus.add(inputs[0]);
      return;
    }
    const half = inputs.length >> 1;
    await this.#keepNew(inputs.slice(0, half), coverage);
    await this.#keepNew(inputs.slice(half), coverage);
  }
}
