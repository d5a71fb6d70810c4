// Serves a fetch handler with Bun's HTTP server. Bun itself bounds the time of a header section
// (about 12 s) and its size (16 KiB, 431). Used by `bun.ts`. Never prints, and never answers an
// error with anything but a bare 500.

import { listenError, type ListenFailure, listenUrl } from "./listen_error.ts";
import type { Listener, ListenOptions } from "./runtime.ts";

/** What is used of Bun's server. */
interface BunServer {
  readonly hostname: string;
  readonly port: number;
  stop(closeConnections: boolean): Promise<void>;
  timeout(request: Request, seconds: number): void;
}

interface BunGlobal {
  serve(options: {
    hostname: string;
    port: number;
    tls?: { cert: string; key: string };
    idleTimeout: number;
    maxRequestBodySize: number;
    fetch(request: Request, server: BunServer): Promise<Response>;
    error(error: unknown): Response;
  }): BunServer;
}

/** Set on a response that is known to be no stream, by whoever made it. */
const IS_TEXT = Symbol.for("lmcp.isText");

/** Bun takes no more. */
const LONGEST_IDLE_S = 255;
/** How long what is on its way may take when the listener is closed. */
const LAST_MS = 300;

/** Starts to listen; rejects with a `ListenError` when the address cannot be had. */
export function serveBun(
  handler: (request: Request) => Response | Promise<Response>,
  options: ListenOptions,
  portHolder: ListenFailure["holder"],
): Listener {
  const { hostname, port, tls, onError, idleMs = 75_000 } = options;
  const idleS = Math.min(LONGEST_IDLE_S, Math.ceil(idleMs / 1_000));
  let server: BunServer;
  const urlOf = ({ hostname, port }: BunServer) => listenUrl(tls !== undefined, hostname, port);
  try {
    server = (globalThis as unknown as { Bun: BunGlobal }).Bun.serve({
      hostname,
      port,
      ...(tls === undefined ? {} : { tls }),
      idleTimeout: idleS,
      // The handler has a limit of its own, and says so when it is passed.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      async fetch(request, server) {
        // Idle is what a connection is between requests: neither a call nor a stream is cut.
        server.timeout(request, 0);
        // Where a client does not say whom it speaks to, as in HTTP/1.0, Bun gives a path alone.
        const isPath = request.url.startsWith("/");
        const whole = isPath ? new Request(urlOf(server) + request.url, request) : request;
        const response = await handler(whole);
        if (!isStream(response)) server.timeout(request, idleS);
        return response;
      },
      error(error) {
        onError(error);
        return new Response(null, { status: 500 });
      },
    });
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    throw listenError(hostname, port, { code, reason: message, holder: portHolder });
  }
  let closed: Promise<void> | undefined;
  return {
    url: urlOf(server),
    close: () => closed ??= closeServer(server),
  };
}

/** The headers are looked at last: for Bun that is more work than the response was. */
function isStream(response: Response): boolean {
  return !(IS_TEXT in response) && response.headers.get("content-type") === "text/event-stream";
}

async function closeServer(server: BunServer): Promise<void> {
  // What was answered already is let out; nothing is waited for beyond that.
  const last = setTimeout(() => server.stop(true), LAST_MS);
  await server.stop(false);
  clearTimeout(last);
}
