// Serves a fetch handler with node:http, which has time limits against clients that send slowly.
// Used on Node, and on Deno where those limits are asked for. Never prints, and never answers an
// error with anything but a bare 500.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { listenError, type ListenFailure, listenUrl } from "./listen_error.ts";
import { nodeHttpRequest } from "./node_http_request.ts";
import { sendResponse } from "./node_http_response.ts";
import type { Listener, ListenOptions } from "./runtime.ts";

type FetchHandler = (request: Request) => Response | Promise<Response>;

/** Header sections beyond this get 431 from Node itself; handlers have their own, lower limit. */
const HEADER_BYTES = 128 * 1024;
/** For a whole request, where the handler has no lower limit. */
const REQUEST_MS = 300_000;
/** How long the rest of a request is read after its answer, so that the client sees the answer. */
const LINGER_MS = 2_000;
/** How long what is on its way may take when the listener is closed. */
const LAST_MS = 300;

/** Starts to listen; rejects with a `ListenError` when the address cannot be had. */
export async function serveNode(
  handler: FetchHandler,
  options: ListenOptions,
  portHolder: ListenFailure["holder"],
): Promise<Listener> {
  const { hostname, port, tls } = options;
  let server: Server;
  try {
    server = await openServer(options);
    await listening(server, hostname, port);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw listenError(hostname, port, { code, reason: message, holder: portHolder });
  }
  const address = server.address() as AddressInfo;
  const url = listenUrl(tls !== undefined, address.address, address.port);
  const answer = answerer(handler, options, url);
  server.on("request", (incoming, outgoing) => answer(incoming, outgoing, false));
  server.on("checkContinue", (incoming, outgoing) => answer(incoming, outgoing, true));
  server.on("error", options.onError);
  const sockets = openSockets(server);
  let closed: Promise<void> | undefined;
  return { url, close: () => closed ??= closeServer(server, sockets) };
}

async function openServer(options: ListenOptions): Promise<Server> {
  const { headersMs = 20_000, idleMs = 75_000, tls } = options;
  const bounds = {
    headersTimeout: headersMs,
    requestTimeout: Math.max(REQUEST_MS, headersMs),
    keepAliveTimeout: idleMs,
    connectionsCheckingInterval: Math.min(10_000, headersMs),
    maxHeaderSize: HEADER_BYTES,
    // As the standard has it; otherwise Node keeps the first of some and drops the others.
    joinDuplicateHeaders: true,
    noDelay: true,
  };
  if (tls === undefined) return unlimited(createServer(bounds));
  const [https, { createPrivateKey, X509Certificate }] = await Promise.all([
    import("node:https"),
    import("node:crypto"),
  ]);
  // Deno's node:https takes anything, and then fails each connection.
  if (!new X509Certificate(tls.cert).checkPrivateKey(createPrivateKey(tls.key))) {
    throw new Error("the key is not that of the certificate");
  }
  return unlimited(https.createServer({ ...bounds, ...tls, handshakeTimeout: headersMs }));
}

/** Node would drop the headers beyond the 1,000th and say nothing; their bytes are bounded. */
function unlimited<S extends Server>(server: S): S {
  server.maxHeadersCount = 0;
  return server;
}

function listening(server: Server, hostname: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: hostname, port }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function answerer(handler: FetchHandler, { onError }: ListenOptions, url: string) {
  // Clients name the same host again and again.
  let host: string | undefined;
  let origin = url;
  const scheme = url.slice(0, url.indexOf("//") + 2);

  function urlOf(incoming: IncomingMessage): string {
    const { host: named } = incoming.headers;
    if (named !== host) {
      host = named;
      origin = named !== undefined && /^[\w.:[\]-]+$/.test(named) ? scheme + named : url;
    }
    const target = incoming.url ?? "/";
    if (target.startsWith("/")) return origin + target;
    // A client may name the whole address, as it would to a proxy, or "*" for none.
    return target.includes("://") ? target : `${origin}/${target}`;
  }

  async function respond(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    waits: boolean,
  ): Promise<void> {
    try {
      const onBody = waits ? () => outgoing.writeContinue() : undefined;
      let request: Request | undefined = nodeHttpRequest(
        incoming,
        outgoing,
        urlOf(incoming),
        onBody,
      );
      let response: Response | undefined = await handler(request);
      if (!incoming.complete) lingerAfter(incoming, outgoing, waits && !request.bodyUsed);
      const sending = sendResponse(response, outgoing);
      // A stream may be open for days: it needs neither of them any more.
      request = response = undefined;
      await sending;
    } catch (error) {
      onError(error);
      if (!outgoing.headersSent) outgoing.writeHead(500, { "content-length": "0" }).end();
    }
  }

  return (incoming: IncomingMessage, outgoing: ServerResponse, waits: boolean): void => {
    // Of requests that a client sends without waiting for answers, one is answered after the other.
    if (outgoing.socket !== null) respond(incoming, outgoing, waits);
    else outgoing.once("socket", () => respond(incoming, outgoing, waits));
  };
}

/** Reads on for a while what was sent beyond need: to close at once would take the answer back. */
function lingerAfter(incoming: IncomingMessage, outgoing: ServerResponse, last: boolean): void {
  if (last) outgoing.shouldKeepAlive = false;
  outgoing.once("finish", () => {
    if (incoming.complete) return;
    incoming.resume();
    const timer = setTimeout(() => incoming.socket.destroy(), LINGER_MS);
    incoming.once("close", () => clearTimeout(timer));
    incoming.once("end", () => clearTimeout(timer));
  });
}

/** The connections of a server; those on which TLS has not begun, Node itself does not close. */
function openSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  return sockets;
}

async function closeServer(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // What was answered already is let out; nothing is waited for beyond that.
  const idle = setInterval(() => server.closeIdleConnections(), 20);
  const last = setTimeout(() => sockets.forEach((socket) => socket.destroy()), LAST_MS);
  server.closeIdleConnections();
  await closed;
  clearInterval(idle);
  clearTimeout(last);
}
