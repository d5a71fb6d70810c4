// Cancellation of one request, made so that a request that never looks at its signal pays nothing.
// Made by a transport for each request; the era hands its signal to the core.

/** Why a request was cancelled. */
export type CancelReason = "client" | "disconnect" | "deadline" | "shutdown" | "session";

/** The cancellation of one request: a signal that is made when first asked for. */
export class CancelScope {
  #controller: AbortController | undefined;
  #reason: CancelReason | undefined;
  #watch: (() => void) | undefined;
  /** Told once when the request is cancelled; set by whoever owes its answer. */
  onCancel: ((reason: CancelReason) => void) | undefined;
  #abandon: ((error: Error) => void) | undefined;

  /** Its place among those that run; kept by whoever lists them. */
  place = -1;

  /** `watch` runs once, when the signal is first asked for: the time to listen for a disconnect. */
  constructor(watch?: () => void) {
    this.#watch = watch;
  }

  /** The signal of the request; aborted already when the request was cancelled before. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(abortError(this.#reason));
      const watch = this.#watch;
      this.#watch = undefined;
      watch?.();
    }
    return this.#controller.signal;
  }

  /** Why the request was cancelled; undefined while it was not. */
  get reason(): CancelReason | undefined {
    return this.#reason;
  }

  /** Says what ends the wait for the handler; set by whoever waits for it. */
  abandonWith(reject: (error: Error) => void): void {
    this.#abandon = reject;
  }

  /** A server that ends waits no longer: whoever waits for the handler is given this error. */
  abandon(error: Error): void {
    this.#abandon?.(error);
  }

  /** Cancels the request. The first reason stays. */
  cancel(reason: CancelReason): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#controller?.abort(abortError(reason));
    this.onCancel?.(reason);
  }
}

const REASONS: { readonly [R in CancelReason]: string } = {
  client: "The client cancelled the request",
  disconnect: "The client is gone",
  deadline: "The time allowed for the request is over",
  shutdown: "The server is ending",
  session: "The session of the request ended",
};

/** Calls `fn` when a signal is aborted, also when that was before. */
export function whenAborted(signal: AbortSignal, fn: () => void): void {
  if (signal.aborted) fn();
  else signal.addEventListener("abort", fn, { once: true });
}

/**
 * Waits for a promise, no longer than until the signal is aborted: what a server, or what a user gave,
 * never ends must not hold who waits for it. Rejects with the signal's reason then.
 */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** What a signal is aborted with. */
export function abortError(reason: CancelReason): DOMException {
  return new DOMException(REASONS[reason], "AbortError");
}
