// Serves a fetch handler with Deno's HTTP server, quietly.
// Used by `deno.ts`. Never prints, and never answers an error with anything but a bare 500.

import { plainMessage, systemCode } from "./deno_errors.ts";
import { portHolder } from "./deno_ports.ts";
import { type Listener, ListenError, type ListenOptions } from "./runtime.ts";

/** Starts to listen; throws a `ListenError` when the address cannot be had. */
export function serveDeno(
  handler: (request: Request) => Response | Promise<Response>,
  options: ListenOptions,
): Listener {
  const stop = new AbortController();
  const server = listen(handler, options, stop.signal);
  const { hostname, port } = server.addr;
  const scheme = options.tls === undefined ? "http" : "https";
  return {
    url: `${scheme}://${reachable(hostname)}:${port}`,
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
    throw listenError(hostname, port, error);
  }
}

function listenError(hostname: string, port: number, error: unknown): ListenError {
  const wanted = `Cannot listen on ${bracketed(hostname)}:${port}`;
  switch (systemCode(error)) {
    case "EADDRINUSE": {
      const holder = portHolder(port);
      const by = holder === undefined ? "" : ` by ${holder.name} (pid ${holder.pid})`;
      return new ListenError(
        "in_use",
        `${wanted}: the port is in use${by}; stop the program that holds it, or choose another ` +
          "port (0 picks a free one)",
      );
    }
    case "EACCES":
    case "EPERM":
      return new ListenError(
        "not_permitted",
        `${wanted}: not permitted for this user; choose a port above 1023`,
      );
    case "EADDRNOTAVAIL":
      return new ListenError(
        "no_such_address",
        `${wanted}: this machine has no such address; 127.0.0.1 is always there, ` +
          "0.0.0.0 means all of them",
      );
    default: {
      const reason = plainMessage(error);
      return /lookup|resolve/.test(reason)
        ? new ListenError(
          "no_such_address",
          `${wanted}: the name has no address; give an address of this machine`,
        )
        : new ListenError("other", `${wanted}: ${reason}`);
    }
  }
}

// "All addresses" is no address to connect to.
function reachable(hostname: string): string {
  if (hostname === "0.0.0.0") return "127.0.0.1";
  if (hostname === "::") return "[::1]";
  return bracketed(hostname);
}

function bracketed(hostname: string): string {
  return hostname.includes(":") ? `[${hostname}]` : hostname;
}
