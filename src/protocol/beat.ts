// Timers shared by many: one timer for all slow calls, one for all streams that need a comment.
// Nothing ticks while nothing is open. Entries are added and taken away in constant time, so a
// fast call pays for no timer of its own. They are linked, not kept in a Map: one that is added to
// and deleted from all day leaves a trail of old tables, which keep alive what they once held.

/** A timer takes no more; past it, it would go off at once, again and again. */
const LONGEST_MS = 2 ** 31 - 1;

/** Something that can fall due, on one beat at a time. */
export class Due {
  /** What is called then. */
  readonly run: () => void;
  /** When it falls due. */
  at = 0;
  /** Its neighbours on the beat; undefined while it is on none. */
  before: Due | undefined = undefined;
  /** The one that falls due next. */
  after: Due | undefined = undefined;

  /** `run` is called once each time that it falls due. */
  constructor(run: () => void) {
    this.run = run;
  }
}

/** A set of things that fall due a fixed time after they were added. */
export class Beat {
  readonly #ms: number;
  /** The beginning and end of the ring in which the entries stand, in the order of their time. */
  readonly #ring: Due;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `ms` is the time from `add` to the call. */
  constructor(ms: number) {
    this.#ms = ms;
    this.#ring = new Due(() => {});
    this.#ring.before = this.#ring.after = this.#ring;
  }

  /** Has `due` fall due once, after the time of this beat. Adding it again starts its time anew. */
  add(due: Due): void {
    unlink(due);
    const last = this.#ring.before!;
    due.at = performance.now() + this.#ms;
    due.before = last;
    due.after = this.#ring;
    last.after = this.#ring.before = due;
    if (this.#timer === undefined) this.#sleep(this.#ms);
  }

  /** Takes `due` back. */
  delete(due: Due): void {
    unlink(due);
  }

  /** Takes everything back and stops the timer. */
  close(): void {
    for (let due = this.#first(); due !== undefined; due = this.#first()) unlink(due);
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #first(): Due | undefined {
    const first = this.#ring.after;
    return first === this.#ring ? undefined : first;
  }

  #tick(): void {
    this.#timer = undefined;
    const now = performance.now();
    try {
      for (let due = this.#first(); due !== undefined; due = this.#first()) {
        if (due.at > now + 1) break;
        unlink(due);
        due.run();
      }
    } finally {
      // Also where one threw: the others fall due all the same.
      const next = this.#first();
      if (next !== undefined && this.#timer === undefined) this.#sleep(next.at - performance.now());
    }
  }

  #sleep(ms: number): void {
    this.#timer = setTimeout(() => this.#tick(), Math.min(Math.max(1, ms), LONGEST_MS));
  }
}

/** Takes an entry out of the ring it is in. It keeps no neighbour, so none is kept alive by it. */
function unlink(due: Due): void {
  const { before, after } = due;
  if (before === undefined || after === undefined) return;
  before.after = after;
  after.before = before;
  due.before = due.after = undefined;
}
