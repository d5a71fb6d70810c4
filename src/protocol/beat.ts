// Timers shared by many: one timer for all slow calls, one for all streams that need a comment.
// Nothing ticks while nothing is open. Entries are added and taken away in constant time, so a
// fast call pays for no timer of its own.

/** A timer takes no more; past it, it would go off at once, again and again. */
const LONGEST_MS = 2 ** 31 - 1;

/** A set of things that fall due a fixed time after they were added. */
export class Beat {
  readonly #ms: number;
  readonly #due = new Map<() => void, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `ms` is the time from `add` to the call. */
  constructor(ms: number) {
    this.#ms = ms;
  }

  /** Calls `fn` once, after the time of this beat. Adding it again starts its time anew. */
  add(fn: () => void): void {
    this.#due.delete(fn);
    this.#due.set(fn, performance.now() + this.#ms);
    if (this.#timer === undefined) this.#sleep(this.#ms);
  }

  /** Takes `fn` back. */
  delete(fn: () => void): void {
    this.#due.delete(fn);
  }

  /** Takes everything back and stops the timer. */
  close(): void {
    this.#due.clear();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    this.#timer = undefined;
    const now = performance.now();
    try {
      for (const [fn, at] of this.#due) {
        if (at > now + 1) break; // Entries stand in the order of their time.
        this.#due.delete(fn);
        fn();
      }
    } finally {
      // Also where one threw: the others fall due all the same.
      const next = this.#due.values().next();
      if (next.done !== true && this.#timer === undefined) {
        this.#sleep(next.value - performance.now());
      }
    }
  }

  #sleep(ms: number): void {
    this.#timer = setTimeout(() => this.#tick(), Math.min(Math.max(1, ms), LONGEST_MS));
  }
}
