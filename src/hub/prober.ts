// Asks hosts whether they live: all at once, each within the budget, never one twice at a time, and
// on one shared timer while somebody looks. Made once by the fleet.
//
// Nobody looks for ten minutes: the timer stops, and an idle hub uses no processor, no network and
// no power of the boards it watches. The next look starts it again, and what was believed is then
// too old to be shown. So what is shown is never older than its time, and there is no polling.

import type { Clock } from "./clock.ts";
import type { Health } from "./health.ts";

/** How a host is asked. */
export interface Probed {
  readonly health: Health;
  /** Resolves when the host answered, with what is wrong with the answer; rejects when it did not. */
  probe(signal: AbortSignal): Promise<string | undefined>;
}

/** The settings of a prober. */
export interface ProberOptions {
  readonly clock: Clock;
  /** Milliseconds that one probe may take. */
  readonly budgetMs: number;
  /** Milliseconds that probing goes on after the last look. */
  readonly interestMs: number;
  /** The hosts there are now. */
  hosts(): Iterable<Probed>;
  /** Told when a probe has changed what is believed of a host. */
  onChange(): void;
}

/** Timers do not go off more often than this, however many hosts become due one after the other. */
const LEAST_PAUSE_MS = 50;

/** Probes hosts. */
export class Prober {
  readonly #options: ProberOptions;
  readonly #running = new Map<Probed, Promise<void>>();
  readonly #ending = new AbortController();
  #watchers = 0;
  #interestUntil = -Infinity;
  #stopTimer: (() => void) | undefined;

  constructor(options: ProberOptions) {
    this.#options = options;
  }

  /** Asks a host now, and resolves when its verdict is there. Joins an asking that is under way. */
  probe(host: Probed): Promise<void> {
    let running = this.#running.get(host);
    if (running === undefined) {
      running = this.#ask(host);
      this.#running.set(host, running);
    }
    return running;
  }

  /** Somebody looks: what is due is asked, and goes on being asked for a while. */
  look(): void {
    const { clock, interestMs } = this.#options;
    this.#interestUntil = clock.now() + interestMs;
    this.#askDue();
  }

  /** Somebody looks until the answer is called. */
  watch(): () => void {
    this.#watchers++;
    this.look();
    let watching = true;
    return () => {
      if (watching) this.#watchers--;
      watching = false;
    };
  }

  /** Ends what is under way, and asks nobody any more. */
  async close(): Promise<void> {
    this.#ending.abort(new Error("The hub is ending"));
    this.#stopTimer?.();
    await Promise.all(this.#running.values());
  }

  async #ask(host: Probed): Promise<void> {
    const { clock, budgetMs, onChange } = this.#options;
    const from = clock.now();
    const over = new AbortController();
    const stop = clock.after(budgetMs, () => {
      over.abort(new Error(`it did not answer within ${budgetMs / 1_000} s`));
    });
    const onEnd = () => over.abort(this.#ending.signal.reason);
    this.#ending.signal.addEventListener("abort", onEnd);
    try {
      const problem = await untilAborted(host.probe(over.signal), over.signal);
      host.health.succeeded(from, clock.now() - from, problem);
    } catch (error) {
      if (this.#ending.signal.aborted) return;
      host.health.failed(from, clock.now(), error instanceof Error ? error.message : String(error));
    } finally {
      stop();
      this.#ending.signal.removeEventListener("abort", onEnd);
      this.#running.delete(host);
    }
    onChange();
    this.#schedule();
  }

  #askDue(): void {
    if (this.#ending.signal.aborted) return;
    const now = this.#options.clock.now();
    for (const host of this.#options.hosts()) {
      if (host.health.nextProbeAt <= now) void this.probe(host);
    }
    this.#schedule();
  }

  #schedule(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    const { clock } = this.#options;
    const now = clock.now();
    if (this.#ending.signal.aborted || (this.#watchers === 0 && now >= this.#interestUntil)) return;
    let next = Infinity;
    for (const host of this.#options.hosts()) {
      // One that is being asked sets the timer when its answer is there.
      if (!this.#running.has(host)) next = Math.min(next, host.health.nextProbeAt);
    }
    if (next === Infinity) return;
    this.#stopTimer = clock.after(Math.max(LEAST_PAUSE_MS, next - now), () => this.#askDue());
  }
}

/** A promise, or the signal's reason: what hangs in a probe must not hang the prober. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    promise.then(resolve, reject);
  });
}
