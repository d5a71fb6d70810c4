// HTTP/1.1 by hand, over a socket: for headers that `fetch` will not send or leave out, bodies that
// break off, and clients that go away or do not read. Used by tests only.

/** A request, as it goes out. `Host` and `Connection: close` are added unless they are given. */
export interface RawRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string | Uint8Array;
  /** Sends the body in chunks of this many bytes, without a Content-Length. */
  readonly chunked?: number;
  /** Sends no more than this many bytes of the body, and then waits. */
  readonly cutBody?: number;
}

/** The head of a response. */
export interface RawHead {
  readonly status: number;
  readonly headers: Headers;
}

/** A whole response. */
export interface RawResponse extends RawHead {
  readonly text: string;
}

/** A connection that a request was sent on. */
export interface RawConnection extends Disposable {
  /** Reads the head of the response. */
  head(): Promise<RawHead>;
  /** Reads what comes next of the body, as it was framed; undefined at the end. */
  read(): Promise<string | undefined>;
  /** Reads the response to its end. */
  response(): Promise<RawResponse>;
  /** Goes away. */
  close(): void;
}

/** Sends a request and reads the whole response. */
export async function rawFetch(port: number, request: RawRequest): Promise<RawResponse> {
  using connection = await rawConnect(port, request);
  return await connection.response();
}

/** Sends a request; what is done with the response is the caller's. */
export async function rawConnect(port: number, request: RawRequest): Promise<RawConnection> {
  const socket = await Deno.connect({ hostname: "127.0.0.1", port });
  // A server that refuses early closes before all is sent; its answer is what counts.
  const sent = send(socket, port, request).catch(() => undefined);
  const decoder = new TextDecoder();
  let waiting = "";
  let closed = false;

  async function more(): Promise<boolean> {
    const buffer = new Uint8Array(65_536);
    const count = await socket.read(buffer).catch(() => null);
    if (count === null) return false;
    waiting += decoder.decode(buffer.subarray(0, count), { stream: true });
    return true;
  }

  async function head(): Promise<RawHead> {
    while (!waiting.includes("\r\n\r\n")) {
      if (!await more()) throw new Error(`No response head came: got ${JSON.stringify(waiting)}`);
    }
    const end = waiting.indexOf("\r\n\r\n");
    const [first = "", ...lines] = waiting.slice(0, end).split("\r\n");
    waiting = waiting.slice(end + 4);
    const headers = new Headers();
    for (const line of lines) {
      const colon = line.indexOf(":");
      headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
    }
    return { status: Number(first.split(" ")[1]), headers };
  }

  async function read(): Promise<string | undefined> {
    if (waiting === "" && !await more()) return undefined;
    const text = waiting;
    waiting = "";
    return text;
  }

  function close(): void {
    if (closed) return;
    closed = true;
    socket.close();
  }

  return {
    head,
    read,
    async response() {
      const { status, headers } = await head();
      let body = "";
      for (let part = await read(); part !== undefined; part = await read()) body += part;
      await sent;
      const text = headers.get("transfer-encoding") === "chunked" ? dechunk(body) : body;
      return { status, headers, text };
    },
    close,
    [Symbol.dispose]: close,
  };
}

async function send(socket: Deno.Conn, port: number, request: RawRequest): Promise<void> {
  const { method = "POST", path = "/mcp", chunked, cutBody } = request;
  const body = typeof request.body === "string"
    ? new TextEncoder().encode(request.body)
    : request.body ?? new Uint8Array();
  const headers = new Headers({ host: `127.0.0.1:${port}`, connection: "close" });
  if (chunked !== undefined) headers.set("transfer-encoding", "chunked");
  else if (body.length > 0) headers.set("content-length", String(body.length));
  for (const [name, value] of Object.entries(request.headers ?? {})) headers.set(name, value);
  const lines = [...headers].map(([name, value]) => `${name}: ${value}\r\n`);
  const writer = socket.writable.getWriter();
  const write = (text: string) => writer.write(new TextEncoder().encode(text));
  await write(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
  const end = cutBody ?? body.length;
  if (chunked === undefined) return await writer.write(body.subarray(0, end));
  for (let at = 0; at < end; at += chunked) {
    const part = body.subarray(at, Math.min(at + chunked, end));
    await write(`${part.length.toString(16)}\r\n`);
    await writer.write(part);
    await write("\r\n");
  }
  if (cutBody === undefined) await write("0\r\n\r\n");
}

function dechunk(body: string): string {
  let text = "";
  // Sizes count bytes; the bodies that are read here are ASCII.
  for (let at = 0;;) {
    const end = body.indexOf("\r\n", at);
    const size = parseInt(body.slice(at, end), 16);
    if (!(size > 0)) return text;
    text += body.slice(end + 2, end + 2 + size);
    at = end + 2 + size + 2;
  }
}
