// A request of Node's HTTP server as a Web `Request`, of which only what is looked at is made: a
// whole one costs as much as all the rest of a small request. What handlers look at is done here,
// all else by a real `Request`. Called by `node_http.ts`. Never reads ahead of its reader.

import { Buffer } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import { NodeHttpHeaders } from "./node_http_headers.ts";
import { type PlainBody, type PlainInit, PlainResponse, RESPOND } from "./node_http_plain.ts";
import { standIn } from "./node_stand_in.ts";

/**
 * Makes the request of an exchange.
 *
 * @param onBody called before the body is read.
 */
export function nodeHttpRequest(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  url: string,
  onBody?: () => void,
): Request {
  return new NodeHttpRequest(incoming, outgoing, url, onBody) as unknown as Request;
}

class NodeHttpRequest {
  readonly url: string;
  readonly #incoming: IncomingMessage;
  readonly #outgoing: ServerResponse;
  readonly #onBody: (() => void) | undefined;
  #headers: NodeHttpHeaders | undefined;
  #abort: AbortController | undefined;
  #whole: Request | undefined;
  #used = false;

  constructor(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    url: string,
    onBody: (() => void) | undefined,
  ) {
    this.url = url;
    this.#incoming = incoming;
    this.#outgoing = outgoing;
    this.#onBody = onBody;
  }

  get method(): string {
    return this.#incoming.method ?? "GET";
  }

  get headers(): NodeHttpHeaders {
    return this.#headers ??= new NodeHttpHeaders(this.#incoming.headers);
  }

  /** Aborted when the client leaves before its answer has ended. Costs nothing until looked at. */
  get signal(): AbortSignal {
    if (this.#abort !== undefined) return this.#abort.signal;
    const abort = this.#abort = new AbortController();
    const outgoing = this.#outgoing;
    const over = () => {
      if (outgoing.writableFinished) return;
      abort.abort(new DOMException("The client is gone", "AbortError"));
    };
    if (outgoing.destroyed) over();
    else outgoing.once("close", over);
    return abort.signal;
  }

  get body(): ReadableStream<Uint8Array> | null {
    return hasBody(this.#incoming) ? this.whole().body : null;
  }

  get bodyUsed(): boolean {
    return this.#used || this.#whole?.bodyUsed === true;
  }

  /** The body without a stream, which would cost more than the reading of a small one. */
  async text(): Promise<string> {
    if (this.#used || this.#whole !== undefined) return await this.whole().text();
    if (!hasBody(this.#incoming)) return "";
    this.#used = true;
    this.#onBody?.();
    const text = (await bytesOf(this.#incoming)).toString();
    // As the standard has it, a mark at the start is no part of the text.
    return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  /** Makes a response that costs less than a real one. */
  [RESPOND](body: PlainBody, init: PlainInit): Response {
    return new PlainResponse(body, init) as unknown as Response;
  }

  /** A real request with the same body. */
  whole(): Request {
    if (this.#whole !== undefined) return this.#whole;
    const { url, method, signal } = this;
    const headers = [...this.headers] as [string, string][];
    // A body that is a stream needs `duplex`, which the types do not know.
    const init: RequestInit & { duplex: "half" } = { method, headers, signal, duplex: "half" };
    if (!hasBody(this.#incoming)) return this.#whole = new Request(url, init);
    if (this.#used) {
      this.#whole = new Request(url, { ...init, body: "" });
      this.#whole.text();
      return this.#whole;
    }
    this.#onBody?.();
    return this.#whole = new Request(url, { ...init, body: streamOf(this.#incoming) });
  }
}

standIn(NodeHttpRequest.prototype, Request.prototype);

function hasBody({ method, headers }: IncomingMessage): boolean {
  if (method === "GET" || method === "HEAD") return false;
  const length = headers["content-length"];
  return length === undefined ? headers["transfer-encoding"] !== undefined : length !== "0";
}

function brokenOff(): TypeError {
  return new TypeError("The client left in the middle of the body");
}

function bytesOf(incoming: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (incoming.destroyed) return reject(brokenOff());
    const chunks: Buffer[] = [];
    const fail = () => {
      if (!incoming.readableEnded) reject(brokenOff());
    };
    incoming.on("data", (chunk) => chunks.push(chunk));
    incoming.on("end", () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    incoming.on("close", fail);
    incoming.on("error", fail);
  });
}

function streamOf(incoming: IncomingMessage): ReadableStream<Uint8Array<ArrayBuffer>> {
  let over = false;
  return new ReadableStream({
    start(controller) {
      const fail = () => {
        if (!over) controller.error(brokenOff());
        over = true;
      };
      if (incoming.destroyed) return fail();
      incoming.on("data", (chunk) => {
        // Nobody reads any more: the rest is let go by.
        if (over) return;
        controller.enqueue(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
        incoming.pause();
      });
      incoming.on("end", () => {
        if (!over) controller.close();
        over = true;
      });
      incoming.on("close", fail);
      incoming.on("error", fail);
      incoming.pause();
    },
    pull: () => void incoming.resume(),
    cancel() {
      over = true;
    },
  }, { highWaterMark: 0 });
}
