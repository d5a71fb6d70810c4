// The context that a handler is given: flat, explicit, and made for one call.
// Made by `run_handler.ts`; the signal is made only if the handler looks at it.

import type { JsonObject, RequestId } from "../jsonrpc/message.ts";
import type { AuthInfo, Call, ClientFacts } from "../protocol/call.ts";
import { LOG_LEVELS, type LogLevel } from "../protocol/types.ts";
import type { Context } from "./define.ts";

/** The context of one call. */
export class CallContext implements Context {
  readonly #call: Call;
  #last = -Infinity;
  #closed = false;

  constructor(call: Call) {
    this.#call = call;
  }

  get id(): RequestId {
    return this.#call.id;
  }
  get signal(): AbortSignal {
    return this.#call.signal;
  }
  get auth(): AuthInfo | undefined {
    return this.#call.auth;
  }
  get meta(): JsonObject {
    return this.#call.meta;
  }
  get client(): ClientFacts {
    return this.#call.client;
  }
  get session(): { readonly id: string } | undefined {
    return this.#call.session;
  }
  get wantsProgress(): boolean {
    return this.#call.meta.progressToken !== undefined;
  }

  progress(progress: number, total?: number, message?: string): void {
    if (!Number.isFinite(progress)) {
      throw new TypeError(`Progress must be a finite number: got ${String(progress)}`);
    }
    if (this.#closed || !this.wantsProgress || progress <= this.#last) return;
    this.#last = progress;
    this.#call.notify({ kind: "progress", progress, total, message });
  }

  log(level: LogLevel, data: unknown, logger?: string): void {
    if (!LOG_LEVELS.includes(level)) {
      throw new TypeError(
        `Log level must be one of ${LOG_LEVELS.join(", ")}: got ${JSON.stringify(level)}`,
      );
    }
    if (!this.#closed) this.#call.notify({ kind: "log", level, data, logger });
  }

  /** Ends the context: what the handler's leftovers still report goes nowhere. */
  close(): void {
    this.#closed = true;
  }
}
