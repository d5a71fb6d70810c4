// HTTP/1.1 by hand over a socket of node:net, the same on every runtime: what a test of a server must
// see (when bytes come, connections that stay, clients that go away or do not read) no client shows.
// Used by the cases of the contract; every wait has a bound, so that a failing case says what it
// waited for.

import { Buffer } from "node:buffer";
import { connect, type Socket } from "node:net";

/** How long a wait may take; far beyond what it does take. */
const BOUND_MS = 20_000;

/** A request as it goes out. `Host` is added, and `Content-Length` where there is a body. */
export interface RawRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string | Uint8Array;
}

/** A response whose body comes when it is read. */
export interface Reply {
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: { readonly [name: string]: string };
  /** The next bytes of the body; undefined at its end. */
  read(): Promise<Uint8Array | undefined>;
  /** All of the body. */
  text(): Promise<string>;
}

/** A connection to a server on 127.0.0.1, which carries one exchange after another. */
export interface Connection {
  /** Writes bytes as they are. */
  write(bytes: string | Uint8Array): void;
  /** Sends a request, and waits for the head of the response. */
  exchange(request: RawRequest): Promise<Reply>;
  /** Sends a request; `reply()` gives what comes. */
  send(request: RawRequest): void;
  /** Waits for the head of a response. */
  reply(): Promise<Reply>;
  /** Waits until the server closes, reading what still comes. */
  ended(): Promise<void>;
  /** Goes away at once. */
  close(): void;
  readonly socket: Socket;
}

/** Connects. */
export async function connectTo(port: number): Promise<Connection> {
  const socket = connect({ host: "127.0.0.1", port, noDelay: true });
  const queue: Buffer[] = [];
  let over = false;
  let failure: Error | undefined;
  let look: (() => void) | undefined;
  const tell = () => {
    look?.();
    look = undefined;
  };
  socket.on("data", (bytes: Buffer) => {
    queue.push(bytes);
    tell();
  });
  socket.on("error", (error) => {
    failure = error;
    over = true;
    tell();
  });
  const finish = () => {
    over = true;
    tell();
  };
  socket.on("end", finish).on("close", finish);
  await within(
    new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject)),
    `a connection to port ${port}`,
  );

  /** Whether bytes are there, or come. */
  async function more(): Promise<boolean> {
    while (queue.length === 0 && !over) {
      await within(new Promise<void>((resolve) => look = resolve), "bytes of the server");
    }
    return queue.length > 0;
  }

  /** All bytes that are there and belong to the first `most`. */
  async function some(most: number): Promise<Buffer | undefined> {
    if (!await more()) return undefined;
    const first = queue.shift()!;
    if (first.length > most) queue.unshift(first.subarray(most));
    return first.subarray(0, most);
  }

  async function upTo(mark: string): Promise<string> {
    let held = Buffer.alloc(0);
    for (;;) {
      const at = held.indexOf(mark);
      if (at >= 0) {
        const rest = held.subarray(at + mark.length);
        if (rest.length > 0) queue.unshift(rest);
        return held.subarray(0, at).toString("latin1");
      }
      const next = await some(Infinity);
      if (next === undefined) {
        throw failure ?? new Error(`The connection ended after ${JSON.stringify(held.toString())}`);
      }
      held = Buffer.concat([held, next]);
    }
  }

  function send({ method = "POST", path = "/mcp", headers = {}, body }: RawRequest): void {
    const bytes = Buffer.from(body ?? "");
    const all = {
      host: `127.0.0.1:${port}`,
      ...(body === undefined ? {} : { "content-length": String(bytes.length) }),
      ...headers,
    };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    const head = Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`, "latin1");
    socket.write(Buffer.concat([head, bytes]));
  }

  async function reply(): Promise<Reply> {
    const [first = "", ...lines] = (await upTo("\r\n\r\n")).split("\r\n");
    const status = Number(first.split(" ")[1]);
    const headers: { [name: string]: string } = {};
    for (const line of lines) {
      const colon = line.indexOf(":");
      headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
    }
    const read = bodyReader(status, headers, some, upTo);
    return {
      status,
      headers,
      read,
      async text() {
        const parts: Uint8Array[] = [];
        for (let part = await read(); part !== undefined; part = await read()) parts.push(part);
        return Buffer.concat(parts).toString();
      },
    };
  }

  return {
    socket,
    write: (bytes) => void socket.write(bytes),
    send,
    reply,
    async exchange(request) {
      send(request);
      return await reply();
    },
    async ended() {
      while (await more()) queue.length = 0;
    },
    close: () => void socket.destroy(),
  };
}

/** Reads a body as its headers frame it. */
function bodyReader(
  status: number,
  headers: { readonly [name: string]: string },
  some: (most: number) => Promise<Buffer | undefined>,
  upTo: (mark: string) => Promise<string>,
): () => Promise<Uint8Array | undefined> {
  const chunked = headers["transfer-encoding"] === "chunked";
  const length = headers["content-length"];
  let left = status === 204 || status === 304 ? 0 : chunked ? 0 : Number(length ?? Infinity);
  let done = false;
  return async () => {
    if (done) return undefined;
    if (left === 0 && chunked) {
      left = parseInt(await upTo("\r\n"), 16);
      if (left === 0) await upTo("\r\n");
    }
    if (left === 0) {
      done = true;
      return undefined;
    }
    const part = await some(left);
    if (part === undefined) {
      done = true;
      if (left !== Infinity) throw new Error(`The body broke off ${left} bytes before its end`);
      return undefined;
    }
    left -= part.length;
    if (left === 0 && chunked) await upTo("\r\n");
    return part;
  };
}

/** Waits, but not for ever. */
export async function within<T>(
  promise: Promise<T>,
  what: string,
  boundMs: number = BOUND_MS,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const bound = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited ${boundMs} ms for ${what}`)), boundMs);
  });
  try {
    return await Promise.race([promise, bound]);
  } finally {
    clearTimeout(timer);
  }
}
