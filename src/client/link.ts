// What a client speaks through: one era of the protocol over one channel. `modern.ts` and
// `session.ts` are the two there are; the client above them knows neither.

import type { JsonObject } from "../jsonrpc/message.ts";
import type { HeaderParam } from "../protocol/header_params.ts";
import type { LogLevel } from "../protocol/types.ts";
import type { ClientError } from "./client_error.ts";
import type { Deadline } from "./deadline.ts";
import type {
  ListenFilter,
  RequestOptions,
  ServerChange,
  ServerSelf,
  Subscription,
} from "./options.ts";

/** A request to be sent. */
export interface Outgoing {
  readonly method: string;
  readonly params: JsonObject;
  readonly options: RequestOptions;
  readonly deadline: Deadline;
  /** The arguments that travel in headers as well. */
  readonly headerParams: readonly HeaderParam[];
}

/** An era over a channel. */
export interface Link {
  readonly revision: string;
  readonly hasSession: boolean;
  /** Whether arguments may have to travel in headers as well. */
  readonly mirrorsParams: boolean;
  readonly self: ServerSelf;
  /** Sends a request and gives its result as it came. */
  request(outgoing: Outgoing): Promise<JsonObject>;
  notify(method: string, params: JsonObject, signal: AbortSignal): Promise<void>;
  /** What asks for a sign of life. */
  readonly pingMethod: string;
  /** Sets the level of what is logged from now on; the request for it, where there is one. */
  setLogLevel(
    level: LogLevel,
  ): { readonly method: string; readonly params: JsonObject } | undefined;
  listen(
    filter: ListenFilter,
    onChange: (change: ServerChange) => void,
    signal: AbortSignal | undefined,
  ): Promise<Subscription>;
  /** Resolves with the reason when the connection is over without having been closed. */
  readonly broken: Promise<ClientError>;
  close(): Promise<void>;
}
