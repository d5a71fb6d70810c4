// The HTTP of sessions: `initialize`, messages with and without a session, GET stream, DELETE.
// Finds the session and says which message goes where; `session_answer.ts` runs the requests.
// Called by `http.ts`. spec: 2025-11-25 basic/transports#streamable-http

import { openSession, type Session, statelessSession } from "../eras/session.ts";
import { ErrorCode, RpcError } from "../jsonrpc/errors.ts";
import {
  type Incoming,
  isRequestId,
  resultOf,
  type RpcMessage,
  type RpcNotification,
  type RpcRequest,
  show,
} from "../jsonrpc/message.ts";
import type { Change } from "../protocol/call.ts";
import { isSessionRevision } from "../protocol/revisions.ts";
import { checkBatch } from "./batch.ts";
import { readEventId } from "./channel.ts";
import { EventStream, STREAM_HEADERS } from "./event_stream.ts";
import { type Admitted, refuse } from "./guard.ts";
import { SESSION_HEADER, SESSION_HEADER_TITLE } from "./http_session_header.ts";
import type { Hub } from "./http_hub.ts";
import { respond } from "./respond.ts";
import { SessionAnswer } from "./session_answer.ts";
import { type KeptSession, SessionStore } from "./session_store.ts";

/** The routes of sessions. */
export interface SessionRoutes {
  post(request: Request, admitted: Admitted, incoming: Incoming): Promise<Response> | Response;
  batch(
    request: Request,
    admitted: Admitted,
    messages: readonly unknown[],
  ): Promise<Response> | Response;
  get(request: Request, admitted: Admitted): Response;
  delete(admitted: Admitted): Response;
  close(): void;
}

/** Makes the routes, and the store behind them. */
export function openSessions(hub: Hub): SessionRoutes {
  const store = new SessionStore(hub.limits);
  const stateless = statelessSession();
  const stopListening = hub.core.onChange((change) => {
    for (const kept of store.all()) tellOf(change, kept);
  });

  function initialize(admitted: Admitted, message: RpcRequest): Response {
    if (admitted.head.session !== null) {
      throw new RpcError(
        ErrorCode.InvalidRequest,
        "Invalid request: the session is initialized already",
      );
    }
    if (store.full) {
      const most = `${hub.limits.sessions} sessions are open, which is the most`;
      return refuse(503, `Service unavailable: ${most}`, {
        ...admitted.headers,
        "retry-after": "60",
      });
    }
    const id = crypto.randomUUID();
    const { session, result } = openSession(id, message.params ?? {}, hub.core);
    store.add(session, admitted.auth?.name ?? "");
    const headers = { ...admitted.headers, [SESSION_HEADER]: id };
    return Response.json(resultOf(message.id, result), { headers });
  }

  return {
    post(request, admitted, incoming) {
      if (incoming.kind === "request" && incoming.message.method === "initialize") {
        return initialize(admitted, incoming.message);
      }
      const kept = find(store, admitted);
      if (kept instanceof Response) return kept;
      if (incoming.kind === "request") {
        const answer = new SessionAnswer(hub, kept, kept?.era ?? stateless, request, admitted);
        return answer.to(incoming.message);
      }
      if (kept !== undefined) take(kept, incoming.kind, incoming.message);
      return new Response(null, { status: 202, headers: admitted.headers });
    },

    batch(request, admitted, messages) {
      const kept = find(store, admitted);
      if (kept instanceof Response) return kept;
      const era: Session = kept?.era ?? stateless;
      const version = admitted.head.version;
      const batch = checkBatch(messages, era, version, hub.limits.batch);
      if (kept !== undefined) {
        for (const message of batch.notifications) take(kept, "notification", message);
        for (const message of batch.responses) take(kept, "response", message);
      }
      if (batch.requests.length === 0 && batch.failures.length === 0) {
        return new Response(null, { status: 202, headers: admitted.headers });
      }
      return new SessionAnswer(hub, kept, era, request, admitted).toBatch(batch);
    },

    get(request, admitted) {
      const kept = find(store, admitted);
      if (kept instanceof Response) return kept;
      if (kept === undefined) {
        const allow = { ...admitted.headers, allow: "POST, OPTIONS" };
        return refuse(
          405,
          `Method not allowed: GET is for a session, named in ${SESSION_HEADER_TITLE}`,
          allow,
        );
      }
      if (!admitted.accepts.stream) {
        const accept = show(admitted.head.accept);
        return refuse(
          406,
          `Not acceptable: Accept must allow text/event-stream: got ${accept}`,
          admitted.headers,
        );
      }
      return openStream(hub, kept, request, admitted);
    },

    delete(admitted) {
      const kept = find(store, admitted);
      if (kept instanceof Response) return kept;
      if (kept === undefined) {
        return refuse(
          400,
          `Bad request: ${SESSION_HEADER_TITLE} is required: got nothing`,
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

/** The session a request names; undefined when it names none, a refusal when it is not there. */
function find(
  store: SessionStore,
  admitted: Admitted,
): KeptSession | undefined | Response {
  const id = admitted.head.session;
  if (id === null) return undefined;
  const version = admitted.head.version;
  if (version !== null && !isSessionRevision(version)) {
    return refuse(
      400,
      `Bad request: MCP-Protocol-Version must be the session's: got ${show(version)}`,
      admitted.headers,
    );
  }
  const unknown = "Session not found: it ended or never was; send initialize for a new one";
  return store.get(id, admitted.auth?.name ?? "") ?? refuse(404, unknown, admitted.headers);
}

/** Takes what is no request. What means nothing here is ignored, as the protocol wants it. */
function take(kept: KeptSession, kind: "notification" | "response", message: RpcMessage): void {
  if (kind === "response") {
    if (!("method" in message)) kept.asked.settle(message);
    return;
  }
  const { method, params } = message as RpcNotification;
  if (method === "notifications/initialized") kept.ready();
  if (method === "notifications/roots/list_changed") kept.era.forgetRoots();
  if (method === "notifications/cancelled" && isRequestId(params?.requestId)) {
    kept.running.get(params.requestId)?.cancel("client");
  }
}

/** Tells a session's client of a change, on the stream that GET opened. */
function tellOf(change: Change, kept: KeptSession): void {
  const message = kept.era.changeNotification(change);
  if (message !== undefined && kept.main.attached) kept.main.notify(JSON.stringify(message));
}

/** Opens the session's own stream, or carries on one that broke. The newest connection wins. */
function openStream(
  hub: Hub,
  kept: KeptSession,
  request: Request,
  admitted: Admitted,
): Response {
  const place = readEventId(admitted.head.get("last-event-id"));
  const channel = (place === undefined ? undefined : kept.channels.get(place.channel)) ?? kept.main;
  kept.connect();
  const { limits, keepAlive } = hub;
  const stream: EventStream = new EventStream({
    limits,
    keepAlive,
    onOver() {
      kept.disconnect();
      // What an answer's channel drops is told with the answer.
      if (channel === kept.main && stream.dropped > 0) hub.onDropped(stream.dropped);
    },
  });
  channel.attach(stream, place?.channel === channel.number ? place.seq : undefined);
  return respond(request, stream.body, {
    status: 200,
    headers: { ...admitted.headers, ...STREAM_HEADERS, [SESSION_HEADER]: kept.era.id },
  });
}
