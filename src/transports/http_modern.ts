// One POST of the era in which every request stands for itself: headers against body, run, answer.
// A client that goes away has cancelled its request. Called by `http.ts`.
// spec: basic/transports/streamable-http, basic/patterns/cancellation

import { checkParamHeaders, checkStandardHeaders } from "../eras/headers.ts";
import { modern } from "../eras/modern.ts";
import { ErrorCode, RpcError } from "../jsonrpc/errors.ts";
import { failureOf, type Incoming, type RpcRequest, type RpcResponse } from "../jsonrpc/message.ts";
import { CancelScope, whenAborted } from "../protocol/cancel.ts";
import { McpErrorCode } from "../protocol/revisions.ts";
import { exchange, type Exchanged } from "./exchange.ts";
import { type Admitted, refuse } from "./guard.ts";
import type { Hub } from "./http_hub.ts";
import { openOutlet } from "./outlet.ts";
import { reply } from "./reply.ts";

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
    const refusal = checkHeaders(hub, incoming.message, request.headers);
    return refusal === undefined
      ? answer(hub, request, admitted, incoming.message)
      : Response.json(refusal, { status: 400, headers: admitted.headers });
  };
}

function checkHeaders(hub: Hub, message: RpcRequest, headers: Headers): RpcResponse | undefined {
  const params = message.params ?? {};
  const read = (name: string) => headers.get(name);
  try {
    checkStandardHeaders(message.method, params, read);
    if (message.method === "tools/call") {
      checkParamHeaders(hub.core.headerParams(params.name), params.arguments, read);
    }
    return undefined;
  } catch (error) {
    if (error instanceof RpcError) return failureOf(message.id, error);
    throw error;
  }
}

function answer(
  hub: Hub,
  request: Request,
  admitted: Admitted,
  message: RpcRequest,
): Promise<Response> {
  let finished = false;
  const gone = () => {
    if (!finished) scope.cancel("disconnect");
  };
  const scope: CancelScope = new CancelScope(() => whenAborted(request.signal, gone));
  hub.inFlight.enter(scope);
  const { limits, keepAlive } = hub;
  const onOver = (readerGone: boolean) => {
    if (readerGone) gone();
  };
  return reply({
    request,
    accepts: admitted.accepts,
    slow: admitted.accepts.namesStream ? hub.watched : hub.slow,
    headers: admitted.headers,
    open: () => openOutlet({ limits, keepAlive, onOver }, admitted.headers),
    onDropped: hub.onDropped,
  }, async (ahead) => {
    const exchanged = await exchange(hub.core, modern, hub.gate, message, {
      auth: admitted.auth,
      scope,
      sealer: hub.sealer,
      send(notification) {
        // A call that was cancelled is silent; a server that ends still says goodbye.
        if (scope.reason === undefined || scope.reason === "shutdown") ahead.notify(notification);
      },
      linger: () => linger(hub, admitted, scope),
    });
    finished = true;
    hub.inFlight.leave(scope);
    return { status: statusOf(exchanged), body: exchanged.response };
  });
}

function linger(hub: Hub, admitted: Admitted, scope: CancelScope): void {
  if (!admitted.accepts.stream) {
    throw new RpcError(
      ErrorCode.InvalidRequest,
      "Invalid request: a subscription is a stream, so Accept must allow text/event-stream",
    );
  }
  hub.inFlight.linger(scope, admitted.auth?.name ?? "");
}

const BAD_REQUEST: ReadonlySet<number> = new Set(Object.values(McpErrorCode));

function statusOf({ response, refused }: Exchanged): number {
  if (!("error" in response)) return 200;
  if (response.error.code === ErrorCode.MethodNotFound) return 404;
  return refused || BAD_REQUEST.has(response.error.code) ? 400 : 200;
}
