// The places of one host: so many calls run, so many more wait, and the rest is refused at once. What
// a host does not answer thus costs the hub a bounded number of calls, and other hosts nothing.

import type { Clock } from "./clock.ts";

/** How many calls a host takes. */
export interface BulkheadLimits {
  /** Calls that run at once. */
  readonly running: number;
  /** Calls that wait for a place. */
  readonly waiting: number;
  /** Milliseconds that a call waits for one. */
  readonly waitMs: number;
}

/** The places of a host are all taken, or a call has waited too long for one. */
export class BusyError extends Error {
  /** The name of the class, for logs. */
  override readonly name: string = "BusyError";
}

interface Waiting {
  enter(): void;
}

/** The places of one host. */
export class Bulkhead {
  readonly #limits: BulkheadLimits;
  readonly #clock: Clock;
  readonly #waiting = new Set<Waiting>();
  #running = 0;

  constructor(limits: BulkheadLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Calls that run. */
  get running(): number {
    return this.#running;
  }

  /** Calls that wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Runs `fn` as soon as there is a place, in the order of asking.
   *
   * @throws {BusyError} when too many wait, or it waited too long; the signal's reason when it is aborted before.
   */
  async run<T>(signal: AbortSignal, fn: () => Promise<T>): Promise<T> {
    await this.#enter(signal);
    try {
      return await fn();
    } finally {
      this.#leave();
    }
  }

  #enter(signal: AbortSignal): Promise<void> | undefined {
    signal.throwIfAborted();
    if (this.#running < this.#limits.running) {
      this.#running++;
      return undefined;
    }
    if (this.#waiting.size >= this.#limits.waiting) {
      throw new BusyError(
        `${this.#running} calls run there and ${this.#waiting.size} wait, which is the most; try ` +
          "again when some have ended",
      );
    }
    return new Promise((resolve, reject) => {
      const waiting = {
        enter: () => {
          stop();
          resolve();
        },
      };
      const leave = (reason: unknown) => {
        stop();
        this.#waiting.delete(waiting);
        reject(reason);
      };
      const onAbort = () => leave(signal.reason);
      const { running, waitMs } = this.#limits;
      const stopTimer = this.#clock.after(waitMs, () =>
        leave(
          new BusyError(
            `the call waited ${waitMs / 1_000} s for a place, as ${running} calls run there; try ` +
              "again later",
          ),
        ));
      const stop = () => {
        stopTimer();
        signal.removeEventListener("abort", onAbort);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiting.add(waiting);
    });
  }

  // The place goes to the next in line without being free in between.
  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#running--;
      return;
    }
    this.#waiting.delete(next);
    next.enter();
  }
}
