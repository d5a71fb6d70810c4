// Sends a Web `Response` by Node's HTTP server: at once, in order, and no faster than its reader
// reads. Used by `node_http.ts`. Never holds back the head of an answer whose body is still to
// come, and never lets a body run on that nobody reads.

import { Buffer } from "node:buffer";
import type { ServerResponse } from "node:http";
import { clearImmediate, setImmediate } from "node:timers";
import { type Plain, PlainResponse } from "./node_http_plain.ts";

const SMALL_BYTES = 16 * 1024;

type Chunk = ReadableStreamReadResult<Uint8Array>;

/** Sends a response. Rejects when its body fails, in which case the connection is cut. */
export async function sendResponse(response: Response, outgoing: ServerResponse): Promise<void> {
  if (response instanceof PlainResponse && response.plain !== undefined) {
    return sendPlain(response.plain, outgoing);
  }
  const { status, body } = response;
  if (outgoing.destroyed) return await body?.cancel();
  const headers: string[] = [];
  for (const [name, value] of response.headers) headers.push(name, value);
  const takes = takesBody(outgoing, status);
  if (body !== null && takes) return await sendBody(body.getReader(), status, headers, outgoing);
  outgoing.writeHead(status, takes ? withLength(headers, 0) : headers).end();
  await body?.cancel();
}

function sendPlain({ text, init }: Plain, outgoing: ServerResponse): void {
  const headers = ["content-length", String(Buffer.byteLength(text))];
  for (const name in init.headers) headers.push(name, init.headers[name]!);
  outgoing.writeHead(init.status, headers);
  // In one piece with the head, as a text.
  outgoing.end(takesBody(outgoing, init.status) ? text : undefined);
}

/** Whether HTTP lets a body follow. */
function takesBody({ req }: ServerResponse, status: number): boolean {
  return req.method !== "HEAD" && status !== 204 && status !== 205 && status !== 304;
}

async function sendBody(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  status: number,
  headers: string[],
  outgoing: ServerResponse,
): Promise<void> {
  // The first chunk waits for a turn: if the body is over by then, its length goes ahead.
  let first: Uint8Array | undefined;
  let begun = false;
  const begin = () => {
    begun = true;
    outgoing.writeHead(status, headers);
    if (first === undefined) outgoing.flushHeaders();
    else outgoing.write(first);
  };
  const turn = setImmediate(begin);
  const leave = () => {
    // A body that fails at being told has nobody left to be told of it.
    if (!outgoing.writableFinished) reader.cancel(gone()).catch(() => {});
  };
  outgoing.once("close", leave);
  try {
    for (let next: Chunk = await reader.read(); !next.done; next = await reader.read()) {
      if (begun) outgoing.write(next.value);
      else if (first === undefined) first = next.value;
      else {
        clearImmediate(turn);
        begin();
        outgoing.write(next.value);
      }
      if (outgoing.writableNeedDrain) await drained(outgoing);
    }
  } catch (error) {
    clearImmediate(turn);
    outgoing.destroy();
    throw error;
  }
  clearImmediate(turn);
  if (begun) outgoing.end();
  else {
    outgoing.writeHead(status, withLength(headers, first?.length ?? 0));
    endWith(outgoing, first);
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

function withLength(headers: string[], length: number): string[] {
  if (!headers.includes("content-length")) headers.push("content-length", String(length));
  return headers;
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
