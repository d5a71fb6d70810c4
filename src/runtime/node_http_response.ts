// Sends a Web `Response` by Node's HTTP server: at once, in order, and no faster than its reader
// reads. Used by `node_http.ts`. Never holds back the head of an answer whose body is still to
// come, and never lets a body run on that nobody reads.

import { Buffer } from "node:buffer";
import type { ServerResponse } from "node:http";
import { clearImmediate, setImmediate } from "node:timers";
import { type Plain, PlainResponse } from "./node_http_plain.ts";

const SMALL_BYTES = 16 * 1024;

type Chunk = ReadableStreamReadResult<Uint8Array>;

/**
 * Sends a response, and keeps nothing of it but its body. Rejects when that fails, in which case the
 * connection is cut.
 */
export function sendResponse(
  response: Response,
  outgoing: ServerResponse,
): Promise<void> | undefined {
  if (response instanceof PlainResponse && response.plain !== undefined) {
    return sendPlain(response.plain, outgoing);
  }
  const { status, body } = response;
  const head: Head = { status, headers: [], length: undefined };
  for (const [name, value] of response.headers) {
    if (name === "content-length") head.length = value;
    // How a body is framed is for Node to say.
    else if (name !== "transfer-encoding") head.headers.push(name, value);
  }
  return sendStream(body, head, outgoing);
}

function sendStream(
  body: ReadableStream<Uint8Array> | null,
  head: Head,
  outgoing: ServerResponse,
): Promise<void> | undefined {
  if (outgoing.destroyed) return body?.cancel();
  const takes = takesBody(outgoing, head.status);
  if (body !== null && takes) return sendBody(body.getReader(), head, outgoing);
  if (takes) head.length = "0";
  writeHead(head, outgoing);
  outgoing.end();
  return body?.cancel();
}

/** What goes before a body. */
interface Head {
  readonly status: number;
  readonly headers: string[];
  /** What the handler says, until it is known. */
  length: string | undefined;
}

function writeHead({ status, headers, length }: Head, outgoing: ServerResponse): void {
  if (length !== undefined) headers.push("content-length", length);
  outgoing.writeHead(status, headers);
}

function sendPlain({ body, init }: Plain, outgoing: ServerResponse): Promise<void> | undefined {
  const { status } = init;
  const headers: string[] = [];
  for (const name in init.headers) headers.push(name, init.headers[name]!);
  if (typeof body !== "string") {
    return sendStream(body, { status, headers, length: undefined }, outgoing);
  }
  headers.push("content-length", String(Buffer.byteLength(body)));
  outgoing.writeHead(status, headers);
  // In one piece with the head, as a text.
  outgoing.end(takesBody(outgoing, status) ? body : undefined);
  return undefined;
}

/** Whether HTTP lets a body follow. */
function takesBody({ req }: ServerResponse, status: number): boolean {
  return req.method !== "HEAD" && status !== 204 && status !== 205 && status !== 304;
}

async function sendBody(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  head: Head,
  outgoing: ServerResponse,
): Promise<void> {
  // The first chunk waits for a turn: if the body is over by then, its length goes ahead.
  let first: Uint8Array | undefined;
  let begun = false;
  let failure: unknown;
  const begin = () => {
    begun = true;
    // What is sent beyond it, a client would take for its next answer.
    outgoing.strictContentLength = head.length !== undefined;
    writeHead(head, outgoing);
    if (first === undefined) outgoing.flushHeaders();
    else outgoing.write(first);
    first = undefined;
  };
  const turn = setImmediate(() => {
    try {
      begin();
    } catch (error) {
      failure = error;
      outgoing.destroy();
    }
  });
  const leave = () => {
    // A body that fails at being told has nobody left to be told of it.
    if (!outgoing.writableFinished) reader.cancel(gone()).catch(() => {});
  };
  outgoing.once("close", leave);
  try {
    for (let next: Chunk = await reader.read(); !next.done; next = await reader.read()) {
      if (!(next.value instanceof Uint8Array)) throw new TypeError("A body must be made of bytes");
      if (begun) outgoing.write(next.value);
      else if (first === undefined) first = next.value;
      else {
        clearImmediate(turn);
        begin();
        outgoing.write(next.value);
      }
      if (outgoing.writableNeedDrain) await drained(outgoing);
    }
    clearImmediate(turn);
    if (failure !== undefined) throw failure;
    if (begun) outgoing.end();
    else {
      head.length = String(first?.length ?? 0);
      writeHead(head, outgoing);
      endWith(outgoing, first);
    }
  } catch (error) {
    clearImmediate(turn);
    outgoing.destroy();
    throw error;
  }
}

/** A small body is ended as Latin-1 text, byte for byte: so it leaves in one piece with the head. */
function endWith(outgoing: ServerResponse, body: Uint8Array | undefined): void {
  if (body === undefined || body.length > SMALL_BYTES) outgoing.end(body);
  else {
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
    outgoing.end(bytes.toString("latin1"), "latin1");
  }
}

function gone(): DOMException {
  return new DOMException("The client is gone", "AbortError");
}

/** Resolves when more can be written, or never will be. */
function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      outgoing.off("drain", done);
      outgoing.off("close", done);
      resolve();
    };
    outgoing.on("drain", done);
    outgoing.on("close", done);
  });
}
