// Timers shared by many: one timer for all slow calls, one for all streams that need a comment.
// Nothing ticks while nothing is open. Entries are added and taken away in constant time, so a
// fast call pays for no timer of its own. They are linked, not kept in a Map: one that is added to
// and deleted from all day leaves a trail of old tables, which keep alive what they once held.
//
// A timer holds the program: it does not end while one is to come. So nothing waits long for an
// entry that was taken back. To stop the timer with each last entry, and start it with each first,
// would cost every request two of them; it first sleeps briefly, and only what is on the beat after
// that is waited for in one long sleep, which ends with the last entry.

/** A timer takes no more; past it, it would go off at once, again and again. */
const LONGEST_MS = 2 ** 31 - 1;
/** A sleep that goes on when its entries are taken back: it holds the program no longer. */
const BRIEF_MS = 1_000;

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

/** How a beat is made. */
export interface BeatOptions {
  /**
   * Whether the program goes on for what is still to fall due. Not for what is only tidied up, such
   * as a session that idles: nobody is there to miss it. Browsers do not tell. Default: true.
   */
  readonly holds?: boolean;
}

/** A set of things that fall due a fixed time after they were added. */
export class Beat {
  readonly #ms: number;
  readonly #holds: boolean;
  /** The beginning and end of the ring in which the entries stand, in the order of their time. */
  readonly #ring: Due;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether the timer waits for what is on the beat, and for nothing else. */
  #waits = false;

  /** `ms` is the time from `add` to the call. */
  constructor(ms: number, { holds = true }: BeatOptions = {}) {
    this.#ms = ms;
    this.#holds = holds;
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
    if (this.#timer === undefined) this.#sleep(Math.min(this.#ms, BRIEF_MS));
  }

  /** Takes `due` back. */
  delete(due: Due): void {
    unlink(due);
    if (this.#waits && this.#ring.after === this.#ring) this.#stop();
  }

  /** Takes everything back and stops the timer. */
  close(): void {
    for (let due = this.#first(); due !== undefined; due = this.#first()) unlink(due);
    this.#stop();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waits = false;
  }

  #first(): Due | undefined {
    const first = this.#ring.after;
    return first === this.#ring ? undefined : first;
  }

  #tick(): void {
    const now = performance.now();
    try {
      for (let due = this.#first(); due !== undefined; due = this.#first()) {
        if (due.at > now + 1) break;
        unlink(due);
        due.run();
      }
    } finally {
      // Also where one threw: the others fall due all the same. Until here the old timer stands, so
      // that one which adds itself again starts none that would pass by those before it.
      this.#stop();
      const next = this.#first();
      if (next !== undefined) {
        this.#sleep(next.at - performance.now());
        this.#waits = true;
      }
    }
  }

  #sleep(ms: number): void {
    const timer = setTimeout(() => this.#tick(), Math.min(Math.max(1, ms), LONGEST_MS));
    if (!this.#holds) letGo(timer);
    this.#timer = timer;
  }
}

/** Lets the program end before a timer. Deno, Bun and Node give an object that can; others a number. */
function letGo(timer: unknown): void {
  (timer as { unref?: () => void }).unref?.();
}

/** Takes an entry out of the ring it is in. It keeps no neighbour, so none is kept alive by it. */
function unlink(due: Due): void {
  const { before, after } = due;
  if (before === undefined || after === undefined) return;
  before.after = after;
  after.before = before;
  due.before = due.after = undefined;
}
