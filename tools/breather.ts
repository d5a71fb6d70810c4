// Lets the rest of the server go on while something computes for long, and ends it when cancelled.
// Used by the search's own engine. Costs next to nothing where there is nothing to wait for.

const AT_WORK_MS = 15;

/** Gives way to others now and then. */
export class Breather {
  readonly #signal: AbortSignal;
  #since = performance.now();

  /** `signal` ends the work. */
  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Gives way when it is time to. @throws the signal's reason when it is aborted. */
  breathe(): Promise<void> | undefined {
    return performance.now() - this.#since < AT_WORK_MS ? undefined : this.#rest();
  }

  async #rest(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve));
    this.#signal.throwIfAborted();
    this.#since = performance.now();
  }
}
