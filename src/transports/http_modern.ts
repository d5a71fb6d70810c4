// One POST of the era in which every request stands for itself: headers against body, run, answer.
// A client that goes away has cancelled its request. Called by `http.ts`.
// spec: basic/transports/streamable-http, basic/patterns/cancellation

import type { Edge } from "../eras/edge.ts";
import { checkParamHeaders, checkStandardHeaders } from "../eras/headers.ts";
import { modern } from "../eras/modern.ts";
import { ErrorCode, RpcError } from "../jsonrpc/errors.ts";
import {
  failureOf,
  type Incoming,
  type RpcNotification,
  type RpcRequest,
  type RpcResponse,
} from "../jsonrpc/message.ts";
import { after } from "../protocol/after.ts";
import type { Beat } from "../protocol/beat.ts";
import type { AuthInfo } from "../protocol/call.ts";
import { CancelScope, whenAborted } from "../protocol/cancel.ts";
import { McpErrorCode } from "../protocol/revisions.ts";
import type { Sealer } from "../protocol/sealed.ts";
import type { Accepts } from "./accept.ts";
import type { HeaderMap } from "./cors.ts";
import { exchange, type Exchanged } from "./exchange.ts";
import { type Admitted, refuse } from "./guard.ts";
import type { Hub } from "./http_hub.ts";
import { type Outlet, StreamOutlet } from "./outlet.ts";
import { type Final, Reply, type ReplyOptions } from "./reply.ts";
import type { RequestHead } from "./request_head.ts";

/** Answers a POST of this era. */
export type ModernRoute = (
  request: Request,
  admitted: Admitted,
  incoming: Incoming,
) => Promise<Response> | Response;

/** Makes the route. */
export function openModern(hub: Hub): ModernRoute {
  return (request, admitted, incoming) => {
    // No notification is defined for clients here, so none can be wrong; a response is.
    if (incoming.kind === "notification") {
      return new Response(null, { status: 202, headers: admitted.headers });
    }
    if (incoming.kind === "response") {
      return refuse(
        400,
        "Invalid request: a response must not be sent to this server",
        admitted.headers,
      );
    }
    const refusal = checkHeaders(hub, incoming.message, admitted.head);
    return refusal === undefined
      ? new ModernAnswer(hub, request, admitted).to(incoming.message)
      : Response.json(refusal, { status: 400, headers: admitted.headers });
  };
}

function checkHeaders(
  hub: Hub,
  message: RpcRequest,
  head: RequestHead,
): RpcResponse | undefined {
  const params = message.params ?? {};
  try {
    checkStandardHeaders(message.method, params, head);
    if (message.method === "tools/call") {
      checkParamHeaders(hub.core.headerParams(params.name), params.arguments, head);
    }
    return undefined;
  } catch (error) {
    if (error instanceof RpcError) return failureOf(message.id, error);
    throw error;
  }
}

/** The answer to one POST. A class, as functions in object literals outlive their request in V8. */
class ModernAnswer implements Edge, ReplyOptions {
  readonly request: Request;
  readonly auth: AuthInfo | undefined;
  readonly scope: CancelScope;
  readonly sealer: Sealer;
  readonly accepts: Accepts;
  readonly headers: HeaderMap;
  readonly slow: Beat;
  readonly #hub: Hub;
  readonly #reply: Reply;
  #finished = false;

  constructor(hub: Hub, request: Request, admitted: Admitted) {
    this.request = request;
    this.auth = admitted.auth;
    this.scope = new CancelScope(() => whenAborted(request.signal, () => this.#gone()));
    this.sealer = hub.sealer;
    this.accepts = admitted.accepts;
    this.headers = admitted.headers;
    this.slow = admitted.accepts.namesStream ? hub.watched : hub.slow;
    this.#hub = hub;
    this.#reply = new Reply(this);
  }

  to(message: RpcRequest): Response | Promise<Response> {
    const { core, gate, inFlight } = this.#hub;
    inFlight.enter(this.scope);
    const exchanged = exchange(core, modern, gate, message, this);
    return this.#reply.of(after(exchanged, (known) => this.#end(known)));
  }

  open(): Outlet {
    const { limits, keepAlive } = this.#hub;
    const onOver = (readerGone: boolean) => {
      if (readerGone) this.#gone();
    };
    return new StreamOutlet(this.request, { limits, keepAlive, onOver }, this.headers);
  }

  onDropped(count: number): void {
    this.#hub.onDropped(count);
  }

  send(notification: RpcNotification): void {
    const { reason } = this.scope;
    // A call that was cancelled is silent; a server that ends still says goodbye.
    if (reason === undefined || reason === "shutdown") this.#reply.notify(notification);
  }

  asks(): undefined {}

  closeStream(): void {} // Nobody could come back for it.

  linger(): void {
    if (!this.accepts.stream) {
      throw new RpcError(
        ErrorCode.InvalidRequest,
        "Invalid request: a subscription is a stream, so Accept must allow text/event-stream",
      );
    }
    this.#hub.inFlight.linger(this.scope, this.auth?.name ?? "");
  }

  #end(exchanged: Exchanged): Final {
    this.#finished = true;
    this.#hub.inFlight.leave(this.scope);
    return { status: statusOf(exchanged), body: exchanged.response };
  }

  #gone(): void {
    if (!this.#finished) this.scope.cancel("disconnect");
  }
}

const BAD_REQUEST: ReadonlySet<number> = new Set(Object.values(McpErrorCode));

function statusOf({ response, refused }: Exchanged): number {
  if (!("error" in response)) return 200;
  if (response.error.code === ErrorCode.MethodNotFound) return 404;
  return refused || BAD_REQUEST.has(response.error.code) ? 400 : 200;
}
