// Time as the hub sees it. Passed in, so that tests run hours in a moment, and a clock that is set
// back or forth changes no verdict: only what is shown to people is by the wall clock.

/** A clock. */
export interface Clock {
  /** Milliseconds that only ever grow. */
  now(): number;
  /** Milliseconds since the epoch, for people. */
  wall(): number;
  /** Calls `fn` once, `ms` from now; the answer takes it back. */
  after(ms: number, fn: () => void): () => void;
}

/** The clock of the machine. */
export const MACHINE_CLOCK: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, Math.min(ms, 2 ** 31 - 1));
    return () => clearTimeout(timer);
  },
};
