// Serves a fetch handler with Deno's HTTP server, quietly.
// Used by `deno.ts`. Never prints, and never answers an error with anything but a bare 500.

import { plainMessage, systemCode } from "./deno_errors.ts";
import { portHolder } from "./deno_ports.ts";
import { listenError, listenUrl } from "./listen_error.ts";
import type { Listener, ListenOptions } from "./runtime.ts";

/** How long what is on its way may take when the listener is closed. */
const LAST_MS = 300;

/** Starts to listen; throws a `ListenError` when the address cannot be had. */
export function serveDeno(
  handler: (request: Request) => Response | Promise<Response>,
  options: ListenOptions,
): Listener {
  const stop = new AbortController();
  let open = 0;
  let onIdle = () => {};
  const over = () => {
    if (--open === 0) onIdle();
  };
  const server = listen(
    (request, { completed }) => {
      open++;
      completed.then(over, over);
      return handler(request);
    },
    options,
    stop.signal,
  );
  const { hostname, port } = server.addr;

  // What was answered already is let out; nothing is waited for beyond that. The graceful shutdown
  // alone would wait for streams which have no end of their own, and cannot be cut short.
  async function close(): Promise<void> {
    if (open > 0) await within(LAST_MS, new Promise<void>((resolve) => onIdle = resolve));
    if (open === 0) return await within(LAST_MS, server.shutdown());
    stop.abort();
    await server.finished;
  }

  let closed: Promise<void> | undefined;
  return {
    url: listenUrl(options.tls !== undefined, hostname, port),
    close: () => closed ??= close(),
  };
}

async function within(ms: number, promise: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  await Promise.race([promise, new Promise<void>((resolve) => timer = setTimeout(resolve, ms))]);
  clearTimeout(timer);
}

function listen(
  handler: (request: Request, info: Deno.ServeHandlerInfo) => Response | Promise<Response>,
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
    }, handler);
  } catch (error) {
    const reason = plainMessage(error);
    throw listenError(hostname, port, {
      code: systemCode(error) ?? (/lookup|resolve/.test(reason) ? "ENOTFOUND" : undefined),
      reason,
      holder: portHolder,
    });
  }
}
