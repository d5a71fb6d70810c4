// The requests in flight of one transport, so that an ending server can wait for them and then
// abort them; and those that live until they are ended, which it does not wait for.
// Kept by `http_hub.ts` and `stdio.ts`.

import { ErrorCode, RpcError } from "../jsonrpc/errors.ts";
import { failureOf, type RequestId, type RpcFailure } from "../jsonrpc/message.ts";
import type { CancelScope } from "../protocol/cancel.ts";

/** Milliseconds that handlers have to return what they have, after their signals were aborted. */
const ABORT_GRACE_MS = 3_000;

/** What runs now. */
export class InFlight {
  /** A list, in which each scope knows its place: a Set that changes all day feeds the collector. */
  readonly #running: CancelScope[] = [];
  /** Subscriptions, with the name of their token. */
  readonly #lingering = new Map<CancelScope, string>();
  readonly #maxLingering: number;
  #onIdle: (() => void) | undefined;

  /** `maxLingering` subscriptions may be open for a token. */
  constructor(maxLingering: number) {
    this.#maxLingering = maxLingering;
  }

  /** A request started. */
  enter(scope: CancelScope): void {
    scope.place = this.#running.push(scope) - 1;
  }

  /** A request ended. */
  leave(scope: CancelScope): void {
    if (!this.#remove(scope)) this.#lingering.delete(scope);
    if (this.#running.length === 0 && this.#lingering.size === 0) this.#onIdle?.();
  }

  /** A request turns out to live until it is ended. @throws {RpcError} when too many do. */
  linger(scope: CancelScope, owner: string): void {
    let owned = 0;
    for (const name of this.#lingering.values()) if (name === owner) owned++;
    if (owned >= this.#maxLingering) {
      throw new RpcError(
        ErrorCode.InvalidRequest,
        `Too many subscriptions: ${this.#maxLingering} are open, which is the most for a token; end one first`,
      );
    }
    this.#remove(scope);
    this.#lingering.set(scope, owner);
  }

  /**
   * Waits for what runs; when the time is over, aborts it, waits a little for what it has, and
   * waits no longer for what has nothing by then.
   */
  async drain(ms: number): Promise<void> {
    for (const scope of [...this.#lingering.keys()]) scope.cancel("shutdown");
    await this.#idleWithin(ms);
    for (const scope of [...this.#running]) scope.cancel("shutdown");
    await this.#idleWithin(ABORT_GRACE_MS);
    for (const scope of [...this.#running]) scope.abandon(abandoned());
    // Before the streams end, what was answered just now is handed to them.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }

  /** Takes a scope out of the list, whose last one gets its place; false when it is not there. */
  #remove(scope: CancelScope): boolean {
    const { place } = scope;
    if (this.#running[place] !== scope) return false;
    const last = this.#running.pop();
    if (last === undefined || last === scope) return true;
    this.#running[place] = last;
    last.place = place;
    return true;
  }

  #idleWithin(ms: number): Promise<void> {
    if (this.#running.length === 0 && this.#lingering.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#onIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function abandoned(): RpcError {
  const why = "the server is ending, and the call did not end in time";
  return new RpcError(ErrorCode.InternalError, `Internal error: ${why}`);
}

/** The answer to a request whose id another that still runs has. */
export function idInUse(id: RequestId): RpcFailure {
  const inUse = `id ${JSON.stringify(id)} is in use by a request that still runs`;
  return failureOf(id, new RpcError(ErrorCode.InvalidRequest, `Invalid request: ${inUse}`));
}
