// One request that runs on stdio. Made by `stdio.ts` for each; a class, as V8 takes functions in
// object literals for lasting ones, and keeps what they hold on to.

import type { AskClient } from "../eras/asked.ts";
import type { Edge } from "../eras/edge.ts";
import type { RpcNotification } from "../jsonrpc/message.ts";
import { CancelScope } from "../protocol/cancel.ts";
import type { Sealer } from "../protocol/sealed.ts";
import type { InFlight } from "./in_flight.ts";

/** What the requests on one pair of streams share. */
export interface StdioPeer {
  readonly sealer: Sealer;
  readonly inFlight: InFlight;
  notify(message: RpcNotification): void;
  /** What asks the client; undefined before there is a session. */
  asks(scope: CancelScope): AskClient | undefined;
}

/** A request that runs. */
export class StdioCall implements Edge {
  readonly auth = undefined;
  readonly scope = new CancelScope();
  readonly sealer: Sealer;
  readonly #peer: StdioPeer;

  /** `peer` is who sent it. */
  constructor(peer: StdioPeer) {
    this.sealer = peer.sealer;
    this.#peer = peer;
  }

  send(message: RpcNotification): void {
    const { reason } = this.scope;
    if (reason === undefined || reason === "shutdown") this.#peer.notify(message);
  }

  asks(): AskClient | undefined {
    return this.#peer.asks(this.scope);
  }

  closeStream(): void {} // There is no other to come back on.

  linger(): void {
    this.#peer.inFlight.linger(this.scope, "");
  }
}
