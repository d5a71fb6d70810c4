// Waits until something is true of a job: that it ended, that it printed more. Used by the job tools
// and by `shell_as_job.ts`. It looks often at first and then five times a second, and at once when a
// supervisor that this server started ends. Nothing runs while nobody waits.

import type { Host } from "./host.ts";
import type { Job } from "./job_record.ts";

const FIRST_LOOK_MS = 5;
const LOOK_MS = 200;
/** For so long after the end, what was printed before it may be on its way to the log. */
const SETTLE_MS = 300;

/** How long to wait. */
export interface JobWait {
  readonly timeoutMs: number;
  /** Aborted, the wait is over; the job goes on. */
  readonly signal: AbortSignal;
  /** Told of every look. */
  onLook?(job: Job): Promise<void>;
}

/** Looks at a job until `done` says so or the wait is over, and answers the last look. */
export async function waitForJob(
  host: Host,
  job: Job,
  { timeoutMs, signal, onLook }: JobWait,
  done: (job: Job) => boolean = hasEnded,
): Promise<Job> {
  const deadline = performance.now() + timeoutMs;
  const pauses = new Pauses(signal, host.jobs.ending(job.record.id));
  try {
    for (let pause = FIRST_LOOK_MS;; pause = Math.min(LOOK_MS, pause * 2)) {
      const now = await host.jobs.look(job);
      await onLook?.(now);
      const left = deadline - performance.now();
      if (done(now) || signal.aborted || left <= 0) return now;
      await pauses.next(Math.min(pause, left));
    }
  } finally {
    pauses.stop();
  }
}

/**
 * Whether a job has ended and all that it printed until then is in its log; what it left behind
 * may print on.
 */
export function hasEnded({ state, attended, endedAt }: Job): boolean {
  if (state === "running") return false;
  return !attended || Date.now() - Date.parse(endedAt ?? "") >= SETTLE_MS;
}

/** Pauses that are over early when something happens. */
class Pauses {
  readonly #signal: AbortSignal;
  #over: () => void = () => {};

  constructor(signal: AbortSignal, ending: Promise<unknown> | undefined) {
    this.#signal = signal;
    signal.addEventListener("abort", this.#wake);
    void ending?.then(this.#wake);
  }

  async next(ms: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    await new Promise<void>((resolve) => {
      this.#over = resolve;
      timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
  }

  stop(): void {
    this.#signal.removeEventListener("abort", this.#wake);
  }

  readonly #wake = () => this.#over();
}
