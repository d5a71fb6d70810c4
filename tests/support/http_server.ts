// Serves a server on a real socket for one test, and knows what it reported. Used by tests only;
// `await using` ends it with its test.

import { createHandler, type Handler, type HandlerOptions } from "../../src/transports/http.ts";
import { createServer, type Server, type ServerOptions } from "../../src/server/server.ts";

/** A server that listens. */
export interface HttpServer extends AsyncDisposable {
  /** The endpoint, such as `http://127.0.0.1:41234/mcp`. */
  readonly url: string;
  readonly port: number;
  readonly handler: Handler;
}

/** Serves on a free port of 127.0.0.1. */
export function serveHttp(server: Server, options: HandlerOptions = {}): HttpServer {
  const handler = createHandler(server, options);
  const stop = new AbortController();
  const http = Deno.serve(
    { hostname: "127.0.0.1", port: 0, signal: stop.signal, onListen() {} },
    handler,
  );
  const { port } = http.addr;
  return {
    url: `http://127.0.0.1:${port}${options.path ?? "/mcp"}`,
    port,
    handler,
    async [Symbol.asyncDispose]() {
      await handler.close({ drainMs: 1 });
      stop.abort();
      await http.finished;
    },
  };
}

/** A server that collects what it reports, instead of printing it. */
export function quietServer(
  options: Partial<ServerOptions> = {},
): { readonly server: Server; readonly reported: unknown[] } {
  const reported: unknown[] = [];
  const server = createServer({
    name: "test",
    version: "1.0.0",
    onError: (error) => reported.push(error),
    ...options,
  });
  return { server, reported };
}
