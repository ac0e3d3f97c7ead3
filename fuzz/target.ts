/** Something that takes octets, and laws that must hold of whatever it makes of them. */
export interface Target {
  /** What it is called on the command line. */
  readonly name: string;
  /** Inputs to begin with. */
  readonly seeds: () => readonly Uint8Array[];
  /** Octets that an input may have. */
  readonly maxLength: number;
  /**
   * Tries an input, and throws where a law is broken.
   *
   * The result is the outcome's shape: an input whose shape is new is kept, like one that reaches
   * new code. Shapes must be few.
   */
  run(octets: Uint8Array): string | Promise<string>;
}
