// What a transport knows of a request beside its text, and what it can do for it meanwhile.
// Made by each transport for each request; read by the eras.

import type { RpcNotification } from "../jsonrpc/message.ts";
import type { AuthInfo } from "../protocol/call.ts";
import type { CancelScope } from "../protocol/cancel.ts";
import type { Sealer } from "../protocol/sealed.ts";
import type { AskClient } from "./asked.ts";

/** What the transport knows of a request beside its text. */
export interface Edge {
  readonly auth: AuthInfo | undefined;
  readonly scope: CancelScope;
  /** Sends a notification that belongs to the request. */
  send(message: RpcNotification): void;
  /** Seals what travels through the client. */
  readonly sealer: Sealer;
  /** What asks the client; undefined where there is no session. */
  asks(): AskClient | undefined;
  /** Lets the request live until it is ended. @throws {RpcError} when that cannot be, or too many do. */
  linger(): void;
  /** Closes the stream of the answer, on a session whose client can come back for it. */
  closeStream(retryMs: number): void;
}
