// A hub in front of servers on real sockets, with a client on it, for tests. Everything ends with the
// test that began it.

import type { Client } from "../../client/client.ts";
import { connect } from "../../client/connect.ts";
import type { ConnectOptions } from "../../client/options.ts";
import { openRuntime } from "../../runtime/open_runtime.ts";
import { createServer, type Server } from "../../server/server.ts";
import { createHandler, type Handler, type HandlerOptions } from "../../transports/http.ts";
import { type Host, openHost } from "../../../tools/mod.ts";
import { createHub, type Hub, type HubOptions } from "../create_hub.ts";
import { fixedRegistry } from "../fixed_registry.ts";
import type { CallRecord } from "../run_remote.ts";

/** Something on a port that hosts of the registry are. */
export interface Backend extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
}

/** A hub, a client of it, and what it said of its calls. */
export interface HubBench extends AsyncDisposable {
  readonly hub: Hub;
  readonly handler: Handler;
  readonly client: Client;
  readonly host: Host;
  readonly calls: CallRecord[];
  readonly errors: unknown[];
  /** Another client of the same hub. */
  connect(options?: ConnectOptions): Promise<Client>;
  // deno-lint-ignore no-explicit-any -- tests look into whatever came
  call(tool: string, args: object): Promise<any>;
}

/** Starts a hub. The registry may be a text. */
export async function startHub(
  registry: string | HubOptions["registry"],
  options: Partial<HubOptions> = {},
  served: HandlerOptions = {},
): Promise<HubBench> {
  const stateDir = await Deno.makeTempDir({ prefix: "lmcp-hub-" });
  const host = await openHost(await openRuntime(), { stateDir });
  const calls: CallRecord[] = [];
  const errors: unknown[] = [];
  const hub = createHub({
    registry: typeof registry === "string" ? fixedRegistry(registry) : registry,
    host,
    onCall: (record) => calls.push(record),
    onError: (error) => errors.push(error),
    ...options,
  });
  const handler = createHandler(hub.server, served);
  const clients: Client[] = [];
  const connectOne = async (options: ConnectOptions = {}) => {
    const client = await connect(handler, options);
    clients.push(client);
    return client;
  };
  const client = await connectOne();
  return {
    hub,
    handler,
    client,
    host,
    calls,
    errors,
    connect: connectOne,
    call: (tool, args) => client.callTool(tool, { ...args }),
    async [Symbol.asyncDispose]() {
      await Promise.all(clients.map((each) => each.close()));
      await handler.close({ drainMs: 1 });
      await hub.close();
      await Deno.remove(stateDir, { recursive: true });
    },
  };
}

/** Serves a handler of requests on a port of its own. */
export function serveRaw(
  handler: (request: Request) => Response | Promise<Response>,
): Backend {
  const stop = new AbortController();
  const http = Deno.serve(
    { hostname: "127.0.0.1", port: 0, signal: stop.signal, onListen() {} },
    handler,
  );
  return {
    url: `http://127.0.0.1:${http.addr.port}/mcp`,
    port: http.addr.port,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await http.finished;
    },
  };
}

/** How a backend is served. */
export interface ServeOptions extends HandlerOptions {
  /** `session`: it knows nothing of the newest revision, as older servers do. */
  readonly era?: "modern" | "session";
}

/** Serves tools of a test's own on a port. */
export function serveBackend(
  register: (server: Server) => void,
  { era = "modern", ...options }: ServeOptions = {},
): Backend {
  const server = createServer({ name: "backend", version: "1.0.0", onError: () => undefined });
  register(server);
  const handler = createHandler(server, options);
  const raw = serveRaw(era === "modern" ? handler : asOld(handler));
  return {
    ...raw,
    async [Symbol.asyncDispose]() {
      await handler.close({ drainMs: 1 });
      await raw[Symbol.asyncDispose]();
    },
  };
}

function asOld(handler: Handler): (request: Request) => Promise<Response> {
  return async (request) => {
    if (request.method === "POST" && request.headers.has("mcp-method")) {
      const { id } = await request.json();
      const error = { code: -32601, message: "Method not found" };
      return Response.json({ jsonrpc: "2.0", id, error });
    }
    return await handler(request);
  };
}

/** A port that takes connections and never says anything. */
export function startBlackhole(): Backend {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const held: Deno.Conn[] = [];
  const accepting = (async () => {
    for await (const conn of listener) held.push(conn);
  })();
  const { port } = listener.addr as Deno.NetAddr;
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    port,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      for (const conn of held) conn.close();
    },
  };
}

/** A port that nothing listens on now. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}
