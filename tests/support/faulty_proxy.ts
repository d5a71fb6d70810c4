// A way to a server that can be broken: a proxy of TCP connections on a port of its own, with a fault
// that can be changed while it runs. For tests of what a bad host does to others. Nothing is faked:
// the faults are those of real sockets.

import { connect, createServer, type Socket } from "node:net";

/** What is wrong with the way. */
export type Fault =
  | "none"
  /** Nobody listens. */
  | "refused"
  /** Connections are taken, and nothing is ever said. */
  | "blackhole"
  /** The connection is reset in the middle of an answer. */
  | "reset"
  /** Bytes that are no HTTP. */
  | "garbage"
  /** An answer that comes byte by byte, and never whole. */
  | "drip"
  /** An HTTP status without an answer. */
  | 401
  | 500;

/** The proxy. */
export interface FaultyProxy extends AsyncDisposable {
  readonly url: string;
  /** Begins a fault, or ends it; connections that were there are cut, unless `keep`. */
  set(fault: Fault, keep?: boolean): Promise<void>;
}

const DRIP_MS = 50;

/** Starts it in front of the server at a URL. */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const to = new URL(target);
  const sockets = new Set<Socket>();
  let fault: Fault = "none";
  let port = 0;
  let listener = await listen();

  function listen() {
    const server = createServer(take);
    return new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", () => {
        const address = server.address();
        if (address !== null && typeof address === "object") port = address.port;
        resolve(server);
      });
    });
  }

  function keep(socket: Socket): void {
    sockets.add(socket);
    // What becomes of a broken connection is seen at its other end.
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
  }

  function take(client: Socket): void {
    keep(client);
    const server = connect(Number(to.port), to.hostname);
    keep(server);
    client.on("data", (bytes) => {
      if (fault === "none" || fault === "reset") server.write(bytes);
      else answer(client, fault);
    });
    server.on("data", (bytes) => {
      if (fault === "none") return void client.write(bytes);
      if (fault !== "reset") return;
      client.write(bytes.subarray(0, 20), () => client.resetAndDestroy());
      server.destroy();
    });
    client.on("close", () => server.destroy());
    server.on("close", () => {
      if (fault === "none") client.destroy();
    });
  }

  async function set(next: Fault, keepOld = false): Promise<void> {
    const listened = fault !== "refused";
    fault = next;
    if (!keepOld) { for (const socket of sockets) socket.destroy(); }
    if (next === "refused" && listened) {
      await new Promise((resolve) => listener.close(resolve));
    } else if (next !== "refused" && !listened) {
      listener = await listen();
    }
  }

  return {
    url: `http://127.0.0.1:${port}${to.pathname}`,
    set,
    [Symbol.asyncDispose]: () => set("refused"),
  };
}

function answer(client: Socket, fault: Fault): void {
  if (fault === "garbage") client.end(crypto.getRandomValues(new Uint8Array(200)));
  if (fault === 401) {
    client.write(
      'HTTP/1.1 401 Unauthorized\r\nwww-authenticate: Bearer realm="x"\r\n' +
        "content-length: 0\r\n\r\n",
    );
  }
  if (fault === 500) client.write("HTTP/1.1 500 Oops\r\ncontent-length: 4\r\n\r\noops");
  if (fault !== "drip") return;
  client.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n");
  const timer = setInterval(() => client.write(" "), DRIP_MS);
  client.on("close", () => clearInterval(timer));
}
