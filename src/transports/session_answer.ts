// Runs the requests of one POST of the session era, and answers them.
// A client that goes away has not cancelled: its session's calls run on until they end, are
// cancelled, or nobody listens for a while; without a session nobody could ever come back.
// Called by `http_session.ts`.

import type { AskClient } from "../eras/asked.ts";
import type { Session } from "../eras/session.ts";
import { ErrorCode, RpcError } from "../jsonrpc/errors.ts";
import { failureOf, type RpcRequest, type RpcResponse } from "../jsonrpc/message.ts";
import { CancelScope, whenAborted } from "../protocol/cancel.ts";
import type { Batch } from "./batch.ts";
import { EventStream, STREAM_HEADERS } from "./event_stream.ts";
import { exchange } from "./exchange.ts";
import type { Admitted } from "./guard.ts";
import { SESSION_HEADER } from "./http_session_header.ts";
import type { Hub } from "./http_hub.ts";
import { idInUse } from "./in_flight.ts";
import { openOutlet, type Outlet } from "./outlet.ts";
import { type Ahead, reply } from "./reply.ts";
import type { KeptSession } from "./session_store.ts";

/** Answers a POST that holds one request, or a batch. */
export function answerPost(
  hub: Hub,
  kept: KeptSession | undefined,
  era: Session,
  request: Request,
  admitted: Admitted,
  asked: RpcRequest | Batch,
): Promise<Response> {
  const scopes: CancelScope[] = [];
  let present = true;
  kept?.attach();
  const leave = () => {
    if (!present) return;
    present = false;
    if (kept !== undefined) kept.detach();
    else for (const scope of scopes) scope.cancel("disconnect");
  };
  const headers = kept === undefined
    ? admitted.headers
    : { ...admitted.headers, [SESSION_HEADER]: era.id };
  const { limits, keepAlive } = hub;

  function run(message: RpcRequest, ahead: Ahead): Promise<RpcResponse> {
    const scope = new CancelScope(() => whenAborted(request.signal, leave));
    scopes.push(scope);
    return runOne(hub, kept, era, admitted, message, scope, ahead);
  }

  return reply({
    request,
    accepts: admitted.accepts,
    slow: kept === undefined && admitted.accepts.namesStream ? hub.watched : hub.slow,
    headers,
    open: () =>
      kept === undefined
        ? openOutlet({ limits, keepAlive, onOver: leave }, headers)
        : openChannelOutlet(hub, kept, headers, leave),
    onDropped: hub.onDropped,
  }, async (ahead) => {
    const body = "requests" in asked
      ? [
        ...await Promise.all(asked.requests.map((message) => run(message, ahead))),
        ...asked.failures,
      ]
      : await run(asked, ahead);
    if (present) {
      present = false;
      kept?.detach();
    }
    return { status: 200, body };
  });
}

/** An outlet on a channel of the session: its connection may break, and another carry on. */
function openChannelOutlet(
  hub: Hub,
  kept: KeptSession,
  headers: { readonly [name: string]: string },
  onOver: () => void,
): Outlet | undefined {
  if (kept.streams >= hub.limits.streams) return undefined;
  const channel = kept.openChannel();
  const { limits, keepAlive } = hub;
  kept.connect();
  const stream = new EventStream({
    limits,
    keepAlive,
    onOver() {
      kept.disconnect();
      onOver();
    },
  });
  channel.attach(stream);
  return {
    response: new Response(stream.body, { headers: { ...headers, ...STREAM_HEADERS } }),
    get dropped() {
      return channel.dropped;
    },
    notify: (json) => channel.notify(json),
    send: (json) => channel.send(json),
    pause: (retryMs) => channel.pause(retryMs),
    end(json) {
      for (const one of json) channel.send(one);
      kept.closeChannel(channel);
    },
  };
}

/** Runs one request. Its answer comes at once when it is cancelled, whatever the handler does. */
function runOne(
  hub: Hub,
  kept: KeptSession | undefined,
  era: Session,
  admitted: Admitted,
  message: RpcRequest,
  scope: CancelScope,
  ahead: Ahead,
): Promise<RpcResponse> {
  if (kept?.running.has(message.id)) return Promise.resolve(idInUse(message.id));
  kept?.running.set(message.id, scope);
  hub.inFlight.enter(scope);
  return new Promise((resolve) => {
    scope.onCancel = (reason) => {
      // A server that ends still waits for what its handlers have; nobody else does.
      if (reason === "shutdown") return;
      resolve(failureOf(message.id, new RpcError(ErrorCode.RequestCancelled, "Request cancelled")));
    };
    exchange(hub.core, era, hub.gate, message, {
      auth: admitted.auth,
      scope,
      sealer: hub.sealer,
      ...(kept === undefined ? {} : { ask: askOn(kept, scope, ahead) }),
      send(notification) {
        if (scope.reason === undefined) ahead.notify(notification);
      },
      closeStream: (retryMs) => ahead.pause(retryMs),
      linger() {
        throw new RpcError(
          ErrorCode.MethodNotFound,
          "Method not found: a session has its own stream",
        );
      },
    }).then(({ response }) => {
      hub.inFlight.leave(scope);
      kept?.done(message.id);
      resolve(response);
    });
  });
}

/** Asks the client on the stream of the request, or on the session's own where it takes none. */
function askOn(kept: KeptSession, scope: CancelScope, ahead: Ahead): AskClient {
  return (method, params) =>
    kept.asked.request(
      (id) => {
        const question: RpcRequest = { jsonrpc: "2.0", id, method, params };
        if (ahead.request(question)) return;
        if (!kept.main.attached) throw new Error("Cannot ask the client: it takes no stream");
        kept.main.send(JSON.stringify(question));
      },
      scope.signal,
      (id) =>
        ahead.notify({
          jsonrpc: "2.0",
          method: "notifications/cancelled",
          params: { requestId: id },
        }),
    );
}
