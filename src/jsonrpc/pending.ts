// Requests that we sent and whose responses are owed to us: by id, until answered or given up.
// Used by sessions for their questions to the client, and by the client.

import { RpcError } from "./errors.ts";
import { isJsonObject, type JsonObject, type RequestId, type RpcResponse } from "./message.ts";

interface Waiting {
  readonly resolve: (result: JsonObject) => void;
  readonly reject: (error: unknown) => void;
}

/** Our requests that wait for their responses. */
export class PendingRequests {
  readonly #waiting = new Map<RequestId, Waiting>();
  #next = 1;

  /** How many wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /** The id of the one that waits, where there is just one. */
  get sole(): RequestId | undefined {
    return this.#waiting.size === 1 ? this.#waiting.keys().next().value : undefined;
  }

  /**
   * Takes a new id, sends with it, and gives the result when its response comes.
   *
   * @param signal gives up waiting, with its reason, and calls `onGiveUp` with the id.
   */
  request(
    send: (id: number) => void,
    signal?: AbortSignal,
    onGiveUp?: (id: number) => void,
  ): Promise<JsonObject> {
    const id = this.#next++;
    return this.requestAs(id, () => send(id), signal, () => onGiveUp?.(id));
  }

  /** The same with an id of the caller's, which must not be one that waits. */
  requestAs(
    id: RequestId,
    send: () => void,
    signal?: AbortSignal,
    onGiveUp?: () => void,
  ): Promise<JsonObject> {
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.#waiting.delete(id);
        onGiveUp?.();
        reject(signal?.reason);
      };
      const leave = () => signal?.removeEventListener("abort", giveUp);
      if (signal?.aborted) return reject(signal.reason);
      signal?.addEventListener("abort", giveUp, { once: true });
      this.#waiting.set(id, {
        resolve: (result) => (leave(), resolve(result)),
        reject: (error) => (leave(), reject(error)),
      });
      try {
        send();
      } catch (error) {
        this.#waiting.get(id)?.reject(error);
        this.#waiting.delete(id);
      }
    });
  }

  /** Takes a response; false when nobody waits for it. */
  settle(response: RpcResponse): boolean {
    const id = response.id;
    const waiting = id === undefined || id === null ? undefined : this.#waiting.get(id);
    if (waiting === undefined || id === undefined || id === null) return false;
    this.#waiting.delete(id);
    if ("error" in response) {
      const { code, message, data } = response.error;
      waiting.reject(new RpcError(code, message, data));
    } else {
      waiting.resolve(isJsonObject(response.result) ? response.result : {});
    }
    return true;
  }

  /** Gives up one; false when nobody waits for it. */
  fail(id: RequestId, reason: unknown): boolean {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.reject(reason);
    return waiting !== undefined;
  }

  /** Gives everything up. */
  rejectAll(reason: unknown): void {
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const waiting of all) waiting.reject(reason);
  }
}
