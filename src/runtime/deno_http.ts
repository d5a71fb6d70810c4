// Serves a fetch handler with Deno's HTTP server, quietly.
// Used by `deno.ts`. Never prints, and never answers an error with anything but a bare 500.

import { plainMessage, systemCode } from "./deno_errors.ts";
import { portHolder } from "./deno_ports.ts";
import { listenError, listenUrl } from "./listen_error.ts";
import type { Listener, ListenOptions } from "./runtime.ts";

/** Starts to listen; throws a `ListenError` when the address cannot be had. */
export function serveDeno(
  handler: (request: Request) => Response | Promise<Response>,
  options: ListenOptions,
): Listener {
  const stop = new AbortController();
  const server = listen(handler, options, stop.signal);
  const { hostname, port } = server.addr;
  return {
    url: listenUrl(options.tls !== undefined, hostname, port),
    close() {
      // Not the graceful shutdown: that one waits for streams which have no end of their own.
      stop.abort();
      return server.finished;
    },
  };
}

function listen(
  handler: (request: Request) => Response | Promise<Response>,
  options: ListenOptions,
  signal: AbortSignal,
): Deno.HttpServer<Deno.NetAddr> {
  const { hostname, port } = options;
  try {
    return Deno.serve({
      hostname,
      port,
      ...options.tls,
      signal,
      onListen() {},
      onError(error) {
        options.onError(error);
        return new Response(null, { status: 500 });
      },
    }, (request) => handler(request));
  } catch (error) {
    const reason = plainMessage(error);
    throw listenError(hostname, port, {
      code: systemCode(error) ?? (/lookup|resolve/.test(reason) ? "ENOTFOUND" : undefined),
      reason,
      holder: portHolder,
    });
  }
}
