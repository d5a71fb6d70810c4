// One request of a session that runs, or of none. Its answer comes at once when it is cancelled,
// whatever the handler does. Made by `session_answer.ts`.

import type { AskClient } from "../eras/asked.ts";
import type { Edge } from "../eras/edge.ts";
import type { Session } from "../eras/session.ts";
import { ErrorCode, RpcError } from "../jsonrpc/errors.ts";
import {
  failureOf,
  type RpcNotification,
  type RpcRequest,
  type RpcResponse,
} from "../jsonrpc/message.ts";
import type { AuthInfo } from "../protocol/call.ts";
import { type CancelReason, CancelScope } from "../protocol/cancel.ts";
import type { Sealer } from "../protocol/sealed.ts";
import { exchange, type Exchanged } from "./exchange.ts";
import type { Hub } from "./http_hub.ts";
import type { Reply } from "./reply.ts";
import type { KeptSession } from "./session_store.ts";

/** The answer to a POST, as the requests in it see it. */
export interface RunsIn {
  readonly hub: Hub;
  /** The session; undefined where the requests belong to none. */
  readonly kept: KeptSession | undefined;
  readonly era: Session;
  readonly auth: AuthInfo | undefined;
  readonly reply: Reply;
  /** Listens for the disconnect of the client. */
  watch(): void;
  /** What asks the client on behalf of a request; undefined where nobody can be asked. */
  asks(scope: CancelScope): AskClient | undefined;
}

/** One request that runs. */
export class SessionRun implements Edge {
  readonly auth: AuthInfo | undefined;
  readonly scope: CancelScope;
  readonly sealer: Sealer;
  readonly #answer: RunsIn;

  /** `answer` is the answer that its own goes into. */
  constructor(answer: RunsIn) {
    this.auth = answer.auth;
    this.scope = new CancelScope(() => answer.watch());
    this.sealer = answer.hub.sealer;
    this.#answer = answer;
  }

  /** Runs a request. */
  of(message: RpcRequest): RpcResponse | Promise<RpcResponse> {
    const { hub, era } = this.#answer;
    hub.inFlight.enter(this.scope);
    const exchanged = exchange(hub.core, era, hub.gate, message, this);
    if (exchanged instanceof Promise) return this.#wait(message, exchanged);
    hub.inFlight.leave(this.scope);
    return exchanged.response;
  }

  send(notification: RpcNotification): void {
    if (this.scope.reason === undefined) this.#answer.reply.notify(notification);
  }

  asks(): AskClient | undefined {
    return this.#answer.asks(this.scope);
  }

  closeStream(retryMs: number): void {
    this.#answer.reply.pause(retryMs);
  }

  linger(): void {
    throw new RpcError(
      ErrorCode.MethodNotFound,
      "Method not found: a session has its own stream",
    );
  }

  #wait({ id }: RpcRequest, exchanged: Promise<Exchanged>): Promise<RpcResponse> {
    const { hub, kept } = this.#answer;
    kept?.running.set(id, this.scope);
    return new Promise((resolve) => {
      // Named first, as V8 takes a function for a lasting one where it is made for a property.
      const onCancel = (reason: CancelReason) => {
        // A server that ends still waits for what its handlers have; nobody else does.
        if (reason === "shutdown") return;
        resolve(failureOf(id, new RpcError(ErrorCode.RequestCancelled, "Request cancelled")));
      };
      this.scope.onCancel = onCancel;
      exchanged.then(({ response }) => {
        hub.inFlight.leave(this.scope);
        kept?.done(id);
        resolve(response);
      });
    });
  }
}
