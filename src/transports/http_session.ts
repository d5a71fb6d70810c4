// The HTTP of sessions: `initialize`, requests with and without a session, GET stream, DELETE.
// A client that goes away has not cancelled: its session's calls run on until they end, are
// cancelled, or nobody listens for a while. Called by `http.ts`.
// spec: 2025-11-25 basic/transports#streamable-http

import { openSession, type Session, statelessSession } from "../eras/session.ts";
import { ErrorCode, RpcError } from "../jsonrpc/errors.ts";
import {
  failureOf,
  type Incoming,
  isRequestId,
  type RpcNotification,
  type RpcRequest,
} from "../jsonrpc/message.ts";
import { CancelScope } from "../protocol/cancel.ts";
import { isSessionRevision, unsupportedVersion } from "../protocol/revisions.ts";
import { sseEvent } from "../wire/sse.ts";
import { EventStream, STREAM_HEADERS } from "./event_stream.ts";
import { exchange } from "./exchange.ts";
import { type Admitted, refuse } from "./guard.ts";
import type { Hub } from "./http_hub.ts";
import { checkBatch } from "./batch.ts";
import { type Final, reply } from "./reply.ts";
import { type KeptSession, SessionStore } from "./session_store.ts";

/** The header that names a session. */
const SESSION_HEADER = "mcp-session-id";

/** The routes of sessions. */
export interface SessionRoutes {
  post(request: Request, admitted: Admitted, incoming: Incoming): Promise<Response> | Response;
  batch(
    request: Request,
    admitted: Admitted,
    messages: readonly unknown[],
  ): Promise<Response> | Response;
  get(request: Request, admitted: Admitted): Response;
  delete(request: Request, admitted: Admitted): Response;
  close(): void;
}

/** Makes the routes, and the store behind them. */
export function openSessions(hub: Hub): SessionRoutes {
  const store = new SessionStore(hub.limits);
  const stateless = statelessSession();
  const stopListening = hub.core.onChange((what) => {
    const frame = sseEvent(
      JSON.stringify({ jsonrpc: "2.0", method: `notifications/${what}/list_changed` }),
    );
    for (const kept of store.all()) kept.stream?.notify(frame);
  });

  /** The session a request names; undefined when it names none. @throws a refusal when unknown. */
  function find(request: Request, admitted: Admitted): KeptSession | undefined | Response {
    const id = request.headers.get(SESSION_HEADER);
    if (id === null) return undefined;
    const kept = store.get(id, admitted.auth?.name ?? "");
    if (kept !== undefined) return kept;
    return refuse(
      404,
      "Session not found: it ended or never was; send initialize for a new one",
      admitted.headers,
    );
  }

  function initialize(request: Request, admitted: Admitted, message: RpcRequest): Response {
    if (request.headers.get(SESSION_HEADER) !== null) {
      throw new RpcError(
        ErrorCode.InvalidRequest,
        "Invalid request: the session is initialized already",
      );
    }
    if (store.full) {
      return refuse(
        503,
        `Service unavailable: ${hub.limits.sessions} sessions are open, which is the most`,
        {
          ...admitted.headers,
          "retry-after": "60",
        },
      );
    }
    const id = crypto.randomUUID();
    const { session, result } = openSession(id, message.params ?? {}, hub.core);
    store.add(session, admitted.auth?.name ?? "");
    return Response.json({ jsonrpc: "2.0", id: message.id, result }, {
      headers: { ...admitted.headers, [SESSION_HEADER]: id },
    });
  }

  return {
    post(request, admitted, incoming) {
      checkVersionHeader(request);
      if (incoming.kind === "request" && incoming.message.method === "initialize") {
        return initialize(request, admitted, incoming.message);
      }
      const kept = find(request, admitted);
      if (kept instanceof Response) return kept;
      if (incoming.kind === "request") {
        return answer(
          hub,
          kept,
          kept?.era ?? stateless,
          request,
          admitted,
          [incoming.message],
          false,
        );
      }
      if (incoming.kind === "notification") take(kept, incoming.message);
      return new Response(null, { status: 202, headers: admitted.headers });
    },

    batch(request, admitted, messages) {
      const kept = find(request, admitted);
      if (kept instanceof Response) return kept;
      const era = kept?.era ?? stateless;
      const read = checkBatch(
        messages,
        era,
        request.headers.get("mcp-protocol-version"),
        hub.limits.batch,
      );
      for (const notification of read.notifications) take(kept, notification);
      if (read.requests.length === 0 && read.failures.length === 0) {
        return new Response(null, { status: 202, headers: admitted.headers });
      }
      return answer(hub, kept, era, request, admitted, read.requests, true, read.failures);
    },

    get(request, admitted) {
      const kept = find(request, admitted);
      if (kept instanceof Response) return kept;
      if (kept === undefined) {
        return refuse(405, "Method not allowed: GET is for a session, named in Mcp-Session-Id", {
          ...admitted.headers,
          allow: "POST, OPTIONS",
        });
      }
      if (!admitted.accepts.stream) {
        return refuse(406, "Not acceptable: Accept must allow text/event-stream", admitted.headers);
      }
      return openStream(hub, kept, admitted);
    },

    delete(request, admitted) {
      const kept = find(request, admitted);
      if (kept instanceof Response) return kept;
      if (kept === undefined) {
        return refuse(
          400,
          "Bad request: Mcp-Session-Id is required: got nothing",
          admitted.headers,
        );
      }
      store.delete(kept);
      return new Response(null, { status: 204, headers: admitted.headers });
    },

    close() {
      stopListening();
      store.close();
    },
  };
}

/** @throws {RpcError} when the header names a revision that has no sessions. */
function checkVersionHeader(request: Request): void {
  const version = request.headers.get("mcp-protocol-version");
  if (version !== null && !isSessionRevision(version)) throw unsupportedVersion(version);
}

/** Takes a notification. One that means nothing here is ignored, as the protocol wants it. */
function take(kept: KeptSession | undefined, message: RpcNotification): void {
  if (kept === undefined) return;
  if (message.method === "notifications/initialized") kept.ready();
  if (message.method === "notifications/cancelled") {
    const id = message.params?.requestId;
    if (isRequestId(id)) kept.running.get(id)?.cancel("client");
  }
}

/** The newest GET stream wins: the one before it ends. */
function openStream(hub: Hub, kept: KeptSession, admitted: Admitted): Response {
  kept.stream?.end();
  kept.attach();
  const stream: EventStream = new EventStream({
    limits: hub.limits,
    beat: hub.keepAlive,
    onOver: () => {
      if (kept.stream === stream) kept.stream = undefined;
      kept.detach();
    },
  });
  kept.stream = stream;
  return new Response(stream.body, {
    headers: { ...admitted.headers, ...STREAM_HEADERS, [SESSION_HEADER]: kept.era.id },
  });
}

/** Answers the requests of a POST: one, or those of a batch. */
function answer(
  hub: Hub,
  kept: KeptSession | undefined,
  era: Session,
  request: Request,
  admitted: Admitted,
  messages: readonly RpcRequest[],
  asBatch: boolean,
  failures: readonly ReturnType<typeof failureOf>[] = [],
): Promise<Response> {
  let attached = true;
  kept?.attach();
  const scopes: CancelScope[] = [];
  const gone = () => {
    if (!attached) return;
    attached = false;
    if (kept !== undefined) kept.detach();
    // Without a session nobody can ever come back for the answer.
    else for (const scope of scopes) scope.cancel("disconnect");
  };
  return reply({
    accepts: admitted.accepts,
    limits: hub.limits,
    slow: hub.slow,
    keepAlive: hub.keepAlive,
    headers: kept === undefined
      ? admitted.headers
      : { ...admitted.headers, [SESSION_HEADER]: era.id },
    onGone: gone,
    onDropped: hub.onDropped,
  }, async (notify) => {
    const answers = await Promise.all(messages.map((message) => {
      const scope = new CancelScope(() => request.signal.addEventListener("abort", gone));
      scopes.push(scope);
      return run(hub, kept, era, message, { auth: admitted.auth, scope, send: notify });
    }));
    if (attached) {
      attached = false;
      kept?.detach();
    }
    return finalOf(answers, failures, asBatch);
  });
}

function finalOf(
  answers: readonly Awaited<ReturnType<typeof run>>[],
  failures: readonly ReturnType<typeof failureOf>[],
  asBatch: boolean,
): Final {
  return { status: 200, body: asBatch ? [...answers, ...failures] : answers[0] };
}

/** Runs one request. Its answer comes at once when it is cancelled, whatever the handler does. */
function run(
  hub: Hub,
  kept: KeptSession | undefined,
  era: Session,
  message: RpcRequest,
  edge: Parameters<typeof exchange>[4],
): Promise<Awaited<ReturnType<typeof exchange>>["response"]> {
  const { scope } = edge;
  if (kept?.running.has(message.id)) {
    const inUse = `Invalid request: id ${
      JSON.stringify(message.id)
    } is in use by a request that still runs`;
    return Promise.resolve(failureOf(message.id, new RpcError(ErrorCode.InvalidRequest, inUse)));
  }
  kept?.running.set(message.id, scope);
  hub.inFlight.enter(scope);
  return new Promise((resolve) => {
    scope.onCancel = (reason) => {
      // A server that ends still waits for what its handlers have; nobody else does.
      if (reason === "shutdown") return;
      resolve(failureOf(message.id, new RpcError(ErrorCode.RequestCancelled, "Request cancelled")));
    };
    exchange(hub.core, era, hub.gate, message, {
      ...edge,
      send: (notification) => {
        if (scope.reason === undefined) edge.send(notification);
      },
    }).then(({ response }) => {
      hub.inFlight.leave(scope);
      kept?.done(message.id);
      resolve(response);
    });
  });
}
