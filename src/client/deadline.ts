// The time that one request may take, and everything else that ends it early, as one signal. Made by
// `connected_client.ts` for each request. Must be ended, so that no timer outlives its request.

import { ClientError } from "./client_error.ts";

/** What a deadline is made of. */
export interface DeadlineOptions {
  /** What is waited for, for the error: `tools/call "shell"`. */
  readonly what: string;
  /** Milliseconds from now, and from each progress where that counts. */
  readonly timeoutMs: number;
  /** Milliseconds that progress can stretch it to; absent: progress does not. */
  readonly maxTotalMs?: number;
  /** The caller's own signal. */
  readonly signal: AbortSignal | undefined;
}

const HOUR_MS = 3_600_000;
/** Milliseconds that a timer can count. */
const MAX_MS = 2 ** 31 - 1;

/** The default of `maxTotalMs`. */
export const DEFAULT_MAX_TOTAL_MS = HOUR_MS;

/** The end of one request's time. */
export class Deadline {
  readonly #options: DeadlineOptions;
  readonly #controller = new AbortController();
  readonly #startedAt = performance.now();
  readonly #onAbort: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #holds = 0;

  /** Starts the time. */
  constructor(options: DeadlineOptions) {
    this.#options = options;
    const { signal, what } = options;
    this.#onAbort = () =>
      this.abort(new ClientError("cancelled", `${what} was cancelled`, { cause: signal?.reason }));
    if (signal?.aborted === true) {
      const facts = { cause: signal.reason, sent: false };
      this.abort(new ClientError("cancelled", `${what} was cancelled before it was sent`, facts));
      return;
    }
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    this.#start();
  }

  /** Aborted when the time is over, or the request is ended early, with a `ClientError`. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Starts the time anew, where progress does that. */
  progressed(): void {
    if (this.#options.maxTotalMs !== undefined && this.#holds === 0) this.#start();
  }

  /** Stops the clock while somebody else is waited for; the answer lets it go on. */
  hold(): () => void {
    this.#holds++;
    clearTimeout(this.#timer);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      if (--this.#holds === 0) this.#start();
    };
  }

  /** Ends the request early. The first reason stays. */
  abort(reason: ClientError): void {
    clearTimeout(this.#timer);
    this.#controller.abort(reason);
  }

  /** The request is over. */
  end(): void {
    this.#holds = Infinity; // Nothing starts the clock again.
    clearTimeout(this.#timer);
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
  }

  #start(): void {
    clearTimeout(this.#timer);
    if (this.#controller.signal.aborted) return;
    const { timeoutMs, maxTotalMs = Infinity } = this.#options;
    const left = maxTotalMs - (performance.now() - this.#startedAt);
    const ms = Math.max(0, Math.min(timeoutMs, left));
    if (ms <= MAX_MS) this.#timer = setTimeout(() => this.#timeOut(left < timeoutMs), ms);
  }

  #timeOut(inAll: boolean): void {
    const { what, timeoutMs, maxTotalMs = Infinity } = this.#options;
    const text = inAll
      ? `${what} was not done within ${secondsOf(maxTotalMs)}, in spite of its progress; ` +
        "give it a longer maxTotalMs"
      : `${what} got no answer within ${secondsOf(timeoutMs)}; give it a longer timeoutMs`;
    this.abort(new ClientError("timeout", text));
  }
}

function secondsOf(ms: number): string {
  return ms < 1_000 ? `${ms} ms` : `${Number((ms / 1_000).toFixed(1))} s`;
}
