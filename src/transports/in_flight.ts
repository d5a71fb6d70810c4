// The requests in flight of one transport, so that an ending server can wait for them and then
// abort them. Kept by `http_hub.ts` and `stdio.ts`.

import type { CancelScope } from "../protocol/cancel.ts";

/** Milliseconds that handlers have to return what they have, after their signals were aborted. */
const ABORT_GRACE_MS = 3_000;

/** What runs now. */
export class InFlight {
  readonly #scopes = new Set<CancelScope>();
  #onIdle: (() => void) | undefined;

  /** A request started. */
  enter(scope: CancelScope): void {
    this.#scopes.add(scope);
  }

  /** A request ended. */
  leave(scope: CancelScope): void {
    this.#scopes.delete(scope);
    if (this.#scopes.size === 0) this.#onIdle?.();
  }

  /** Waits for what runs; when the time is over, aborts it and waits a little for what it has. */
  async drain(ms: number): Promise<void> {
    await this.#idleWithin(ms);
    for (const scope of this.#scopes) scope.cancel("shutdown");
    await this.#idleWithin(ABORT_GRACE_MS);
  }

  #idleWithin(ms: number): Promise<void> {
    if (this.#scopes.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#onIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
