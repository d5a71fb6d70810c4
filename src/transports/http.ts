// Streamable HTTP: one function from Request to Response, for both eras.
// Order: guard, read, parse, classify, route. `http_modern.ts` and `http_session.ts` do the rest.
// Never names a runtime: it drops into Deno.serve, Bun.serve, Node adapters and workers.
// spec: basic/transports/streamable-http

import { isModern } from "../eras/era.ts";
import { ErrorCode, RpcError } from "../jsonrpc/errors.ts";
import { failureOf, idOf, type Incoming, parseMessage } from "../jsonrpc/message.ts";
import type { Core } from "../protocol/call.ts";
import { isModernRevision } from "../protocol/revisions.ts";
import { createSealer } from "../protocol/sealed.ts";
import { readBody } from "./body.ts";
import type { HeaderMap } from "./cors.ts";
import { type Admitted, type Authenticate, guard, refuse } from "./guard.ts";
import { createHub } from "./http_hub.ts";
import { openModern } from "./http_modern.ts";
import { openSessions } from "./http_session.ts";
import { type Limits, withLimits } from "./limits.ts";
import { parseJson } from "./parse.ts";

/** How a server is served over HTTP. The defaults are those of a server on loopback. */
export interface HandlerOptions {
  /** The endpoint, exactly. Default `/mcp`. */
  readonly path?: string;
  /** Host names that may be asked for beside the loopback ones; `any` for every one. */
  readonly allowedHosts?: readonly string[] | "any";
  /** Origins that may call from a browser; they get CORS headers. Default: none. */
  readonly allowedOrigins?: readonly string[];
  /** Says who a bearer token belongs to. Default: no token is asked for. */
  readonly auth?: Authenticate;
  /**
   * The secret that seals what travels through a client between the rounds of a call; at least 16
   * characters. Give the same to every instance, and across restarts. Default: random.
   */
  readonly stateKey?: string | Uint8Array;
  /**
   * How a client that takes both is answered when nothing had to be streamed. Default `json`;
   * `stream` is for what stands between and wants every answer in one form.
   */
  readonly answers?: "json" | "stream";
  /** Bounds that differ from their defaults. */
  readonly limits?: Partial<Limits>;
}

/** A handler of requests, with the way to end it. */
export interface Handler {
  (request: Request): Promise<Response>;
  /**
   * Ends gracefully: nothing new is taken (503), calls in flight get `drainMs` (default 2,000) and
   * are then aborted, streams end with the protocol's goodbye. Resolves when nothing is left. Where
   * only the listener is closed, a program ends all the same: idle sessions do not keep it alive.
   */
  close(options?: { readonly drainMs?: number }): Promise<void>;
}

/**
 * Makes the handler of a server.
 *
 * @throws {TypeError} when an option is not what it must be.
 *
 * @example
 * ```ts
 * import { createHandler, createServer } from "@lmcp/lmcp";
 *
 * const server = createServer({ name: "greeter", version: "1.0.0" });
 * server.tool({ name: "hello", run: () => "Hello!" });
 * const handler = createHandler(server);
 * const response = await handler(
 *   new Request("http://localhost/mcp", {
 *     method: "POST",
 *     headers: { "content-type": "application/json" },
 *     body: `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"hello"}}`,
 *   }),
 * );
 * const { result } = await response.json();
 * if (result.content[0].text !== "Hello!") throw new Error("unexpected text");
 * await handler.close();
 * ```
 */
export function createHandler(core: Core, options: HandlerOptions = {}): Handler {
  const { path = "/mcp", allowedHosts = [], allowedOrigins = [], auth, answers } = options;
  if (!/^\/[^?#\s]*$/.test(path)) {
    throw new TypeError(
      `Cannot make handler: path must start with "/": got ${JSON.stringify(path)}`,
    );
  }
  const limits = withLimits(options.limits);
  const streams = answers === "stream";
  const guardOptions = { path, allowedHosts, allowedOrigins, auth, streams, limits };
  const hub = createHub(core, limits, createSealer(options.stateKey));
  const modern = openModern(hub);
  const sessions = openSessions(hub);
  const stopServing = core.serve();
  let closing = false;

  async function answer(request: Request): Promise<Response> {
    try {
      const guarded = guard(request, guardOptions);
      const admitted = guarded instanceof Promise ? await guarded : guarded;
      if (admitted instanceof Response) return admitted;
      if (closing) return ending(admitted);
      if (request.method !== "POST") return answerOther(request, admitted);
      const body = await readBody(request, limits.body, hub.bodies, admitted.head.contentLength);
      if (!body.ok) return refuseBody(body.why, limits, admitted.headers);
      if (closing) return ending(admitted);
      const response = route(request, admitted, body.text);
      return response instanceof Promise ? await response : response;
    } catch (error) {
      core.report(error, undefined);
      return refuse(500, "Internal error: the server failed", {}, ErrorCode.InternalError);
    }
  }

  function answerOther(request: Request, admitted: Admitted): Response {
    const { method } = request;
    const { version } = admitted.head;
    if (!isModernRevision(version)) {
      return method === "GET" ? sessions.get(request, admitted) : sessions.delete(admitted);
    }
    return refuse(
      405,
      `Method not allowed: must be POST in revision ${version}: got "${method}"`,
      { ...admitted.headers, allow: "POST, OPTIONS" },
    );
  }

  function route(
    request: Request,
    admitted: Admitted,
    text: string,
  ): Response | Promise<Response> {
    let value: unknown;
    try {
      value = parseJson(text, limits);
      if (Array.isArray(value)) return sessions.batch(request, admitted, value);
      const incoming = parseMessage(value);
      return isModern(paramsOf(incoming), admitted.head.version)
        ? modern(request, admitted, incoming)
        : sessions.post(request, admitted, incoming);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      return Response.json(failureOf(idOf(value), error), {
        status: 400,
        headers: admitted.headers,
      });
    }
  }

  async function close(options: { readonly drainMs?: number } = {}): Promise<void> {
    closing = true;
    await hub.inFlight.drain(options.drainMs ?? 2_000);
    await stopServing();
    sessions.close();
    hub.bodies.close();
    hub.slow.close();
    hub.watched.close();
    hub.keepAlive.close();
  }

  return Object.assign(answer, { close });
}

function refuseBody(
  why: "too_large" | "late" | "gone",
  limits: Limits,
  headers: HeaderMap,
): Response {
  switch (why) {
    case "too_large":
      return refuse(413, `Content too large: a body has at most ${limits.body} bytes`, headers);
    case "late":
      return refuse(408, `Request timeout: a body must come within ${limits.bodyMs} ms`, {
        ...headers,
        connection: "close",
      });
    case "gone":
      return refuse(400, "Bad request: the body ended early", headers);
  }
}

function ending({ headers }: Admitted): Response {
  return refuse(503, "Service unavailable: the server is ending", {
    ...headers,
    "retry-after": "1",
  });
}

function paramsOf(incoming: Incoming): { readonly params?: { [key: string]: unknown } } {
  return incoming.kind === "response" ? {} : incoming.message;
}
