// A way to a server, as both eras use it: a request goes out, an answer comes back, and meanwhile
// messages. `http_channel.ts` and `stdio_channel.ts` are the two there are.

import type { RequestId, RpcNotification, RpcRequest, RpcResponse } from "../jsonrpc/message.ts";
import type { JsonObject } from "../jsonrpc/message.ts";

import type { ClientError } from "./client_error.ts";

/** Takes a message that is no answer; `exchange` is the request whose stream it came on, if any. */
export type Receive = (
  message: RpcRequest | RpcNotification,
  exchange: RequestId | undefined,
) => void;

/** HTTP headers of the protocol; a channel that has none leaves them out. */
export type WireHeaders = { readonly [name: string]: string };

/** How a request is sent. */
export interface ExchangeOptions {
  readonly headers: WireHeaders;
  /** Gives up; what has to be said to the server then is the caller's. */
  readonly signal: AbortSignal;
  /** Whether a stream that ends without the answer can be taken up again. */
  readonly resume: boolean;
}

/** An answer that is a result. */
export interface Answer {
  readonly result: JsonObject;
  /** The headers of the response, where it had any. */
  readonly headers: Headers | undefined;
}

/** A way to a server. */
export interface Channel {
  /** Whether each request has a stream of its own, whose end cancels it in the modern era. */
  readonly kind: "http" | "stdio";
  /** What stands for the server in errors. */
  readonly label: string;
  /**
   * Sends a request and gives its result.
   *
   * @throws {RpcError} when the server answered with an error.
   * @throws {ClientError} when it did not answer.
   */
  exchange(request: RpcRequest, options: ExchangeOptions): Promise<Answer>;
  /** Sends what gets no answer. Without a signal it has as long as the channel is open. */
  send(
    message: RpcNotification | RpcResponse,
    headers: WireHeaders,
    signal?: AbortSignal,
  ): Promise<void>;
  /** Resolves with the reason when nothing can be sent any more, without having been closed. */
  readonly broken: Promise<ClientError>;
  /** Ends it. Never rejects. */
  close(): Promise<void>;
}
