/** How late the event loop runs, told by how late a regular tick comes. */
export class EventLoopWatch {
  /** Milliseconds by which the last tick was late. */
  delay = 0;
  #period = 0;
  #last = 0;
  #spared = false;

  /** Expects a tick every `period` milliseconds from now on. */
  begin(now: number, period: number): void {
    this.delay = 0;
    this.#period = period;
    this.#last = now;
  }

  /** Measures by how much a tick is late. */
  tick(now: number): void {
    this.delay = Math.max(0, now - this.#last - this.#period);
    this.#last = now;
  }

  /**
   * Whether the tick is no time to judge clients: what they sent during a stall of ours waits to be
   * read. The next tick judges, however late it comes.
   */
  sparesClients(): boolean {
    this.#spared = !this.#spared && this.delay > this.#period;
    return this.#spared;
  }
}
