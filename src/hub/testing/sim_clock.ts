// A clock that a test sets: hours pass in a moment, in the order in which they would. Used by tests.

import type { Clock } from "../clock.ts";

interface Due {
  readonly at: number;
  readonly order: number;
  readonly fn: () => void;
}

/** Rounds of promises that follow one event, at the most. */
const SETTLE_TURNS = 16;

/** The clock. */
export class SimClock implements Clock {
  #now = 0;
  #order = 0;
  #due: Due[] = [];

  now(): number {
    return this.#now;
  }
  wall(): number {
    return 1_700_000_000_000 + this.#now;
  }
  /** Timers that are set. */
  get pending(): number {
    return this.#due.length;
  }

  after(ms: number, fn: () => void): () => void {
    const due = { at: this.#now + Math.max(0, ms), order: this.#order++, fn };
    this.#due.push(due);
    return () => {
      const at = this.#due.indexOf(due);
      if (at >= 0) this.#due.splice(at, 1);
    };
  }

  /** Lets time pass, with what happens in it; `each` is called after each event. */
  async pass(ms: number, each: () => void = () => undefined): Promise<void> {
    const until = this.#now + ms;
    await settle();
    for (;;) {
      let next: Due | undefined;
      for (const due of this.#due) {
        if (
          next === undefined || due.at < next.at || due.at === next.at && due.order < next.order
        ) {
          next = due;
        }
      }
      if (next === undefined || next.at > until) break;
      this.#due.splice(this.#due.indexOf(next), 1);
      this.#now = Math.max(this.#now, next.at);
      next.fn();
      await settle();
      each();
    }
    this.#now = until;
    each();
  }

  /** Time passes while the machine sleeps: no timer goes off before it is over. */
  sleep(ms: number): void {
    this.#now += ms;
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < SETTLE_TURNS; turn++) await null;
}

/** Numbers from 0 to 1 that are the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed * 2_654_435_769 >>> 0;
  return () => {
    state = state + 0x6d2b79f5 >>> 0;
    let mixed = Math.imul(state ^ state >>> 15, state | 1);
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61);
    return ((mixed ^ mixed >>> 14) >>> 0) / 4_294_967_296;
  };
}
