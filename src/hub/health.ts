// What is believed of one host: up, down, or nobody knows. A state machine without a clock or a timer
// of its own. Told by probes and calls; asked before each call and by `remote_list_hosts`.
// It never gets stuck: any success makes it up, and a doubt or an age makes it unknown, which is due.

/** How long verdicts are believed, in milliseconds. */
export interface HealthTimes {
  /** That a host is up. */
  readonly upMs: number;
  /** That it is down, at first; twice as long after each probe that fails, up to the last. */
  readonly downMinMs: number;
  /** That it is down, at the most. */
  readonly downMaxMs: number;
}

/** What is kept of what a host said is wrong: it is shown in a list of all of them. */
const MOST_CHARS = 300;

/** What is believed of a host, as it is shown. */
export interface Verdict {
  readonly state: "up" | "down" | "unknown";
  /** When this was last known to be so, by the clock of the hub; undefined: never. */
  readonly asOf: number | undefined;
  readonly nextProbeAt: number;
  /** How long its last answer to a probe took. */
  readonly latencyMs: number | undefined;
  /** Why it is down, or what is wrong with it although it answers. */
  readonly problem: string | undefined;
}

/** The health of one host. Times are those of a clock that only grows. */
export class Health {
  readonly #times: HealthTimes;
  readonly #random: () => number;
  #state: Verdict["state"] = "unknown";
  #asOf: number | undefined;
  #nextProbeAt: number;
  #failures = 0;
  #latencyMs: number | undefined;
  #problem: string | undefined;

  /** `random` gives numbers from 0 to 1, for the jitter. The host is due for a probe `from` then. */
  constructor(times: HealthTimes, random: () => number, from: number) {
    this.#times = times;
    this.#random = random;
    this.#nextProbeAt = from;
  }

  /** It answered: it was alive at `at`. `problem`: what is wrong although it answers. */
  succeeded(at: number, latencyMs?: number, problem?: string): void {
    if (this.#asOf !== undefined && at < this.#asOf) return;
    this.#state = "up";
    this.#asOf = at;
    this.#failures = 0;
    this.#latencyMs = latencyMs ?? this.#latencyMs;
    this.#problem = problem?.slice(0, MOST_CHARS);
    // Asked again before the verdict is too old, so that a host that is up is shown up all the time.
    this.#nextProbeAt = at + this.#times.upMs * (0.75 + 0.2 * this.#random());
  }

  /** It could not be reached, by an attempt that began at `from` and ended at `at`. */
  failed(from: number, at: number, problem: string): void {
    // It was alive after the attempt began: the attempt says nothing.
    if (this.#asOf !== undefined && this.#state === "up" && this.#asOf > from) return;
    const wasDue = this.#state !== "down" || at >= this.#nextProbeAt;
    this.#state = "down";
    this.#asOf = at;
    this.#problem = problem.slice(0, MOST_CHARS);
    // A call that tries sooner on its own neither delays the next probe nor brings it closer.
    if (!wasDue) return;
    const { downMinMs, downMaxMs } = this.#times;
    const ms = Math.min(downMaxMs, downMinMs * 2 ** Math.min(this.#failures++, 30));
    this.#nextProbeAt = at + ms * (0.8 + 0.2 * this.#random());
  }

  /** Something went wrong that may or may not be the host's: ask it before the next call. */
  doubt(at: number): void {
    if (this.#state !== "up") return;
    this.#state = "unknown";
    this.#nextProbeAt = at;
  }

  /** Whether it is believed to be up, so that a call may go there without asking first. */
  isUp(now: number): boolean {
    return this.#state === "up" && now - this.#asOf! < this.#times.upMs;
  }

  /** When the next probe is due. */
  get nextProbeAt(): number {
    return this.#nextProbeAt;
  }

  /** What is shown: a verdict that is too old is none. */
  verdict(now: number): Verdict {
    return {
      state: this.#state === "up" && !this.isUp(now) ? "unknown" : this.#state,
      asOf: this.#asOf,
      nextProbeAt: this.#nextProbeAt,
      latencyMs: this.#latencyMs,
      problem: this.#problem,
    };
  }
}
