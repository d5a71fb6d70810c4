// The way to a server over HTTP: each message a POST, its answer JSON or a stream. Tokens, redirects
// and what a status means are decided here; what the headers of the protocol are, by the eras.
// spec: basic/transports/streamable-http

import { RpcError } from "../jsonrpc/errors.ts";
import type { RequestId, RpcNotification, RpcRequest, RpcResponse } from "../jsonrpc/message.ts";
import { isJsonObject } from "../jsonrpc/message.ts";
import { readChallenge } from "./challenge.ts";
import type { Answer, Channel, ExchangeOptions, Receive, WireHeaders } from "./channel.ts";
import { ClientError } from "./client_error.ts";
import { fetchError } from "./fetch_error.ts";
import { readAnswer, readStream, readText, type StreamEnd } from "./http_body.ts";
import type { ClientAuth } from "./target.ts";

/** What an HTTP channel is made of. */
export interface HttpChannelOptions {
  readonly url: string;
  /** Sent with each request. */
  readonly headers: WireHeaders;
  readonly auth: ClientAuth | undefined;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly maxBytes: number;
  readonly receive: Receive;
  readonly onError: (error: unknown) => void;
}

/** One HTTP request of the protocol. */
export interface HttpSend {
  readonly method: "POST" | "GET" | "DELETE";
  readonly headers: WireHeaders;
  readonly body?: string;
  readonly signal: AbortSignal;
}

const MAX_REDIRECTS = 3;
const MAX_ERROR_BYTES = 64 * 1024;
/** Milliseconds before a stream is taken up again where the server does not say. */
const DEFAULT_RETRY_MS = 1_000;
/** A server must not make a client wait for ever, nor spin. */
const RETRY_BOUNDS_MS = { least: 10, most: 60_000 };
/** Times in a row that a stream is taken up again without a single event. */
const MAX_BARREN = 5;
const JSON_TYPE = "application/json";
const STREAM_TYPE = "text/event-stream";

/** Makes the channel. */
export class HttpChannel implements Channel {
  readonly kind = "http";
  readonly label: string;
  /** Never: there is no connection that could break for good. */
  readonly broken: Promise<void> = new Promise(() => {});
  readonly #options: HttpChannelOptions;
  readonly #ended = new AbortController();

  /** Opens nothing yet. */
  constructor(options: HttpChannelOptions) {
    this.#options = options;
    this.label = options.url;
  }

  async exchange(request: RpcRequest, options: ExchangeOptions): Promise<Answer> {
    const { signal } = options;
    const response = await this.fetch({
      method: "POST",
      headers: {
        ...options.headers,
        "content-type": JSON_TYPE,
        accept: `${JSON_TYPE}, ${STREAM_TYPE}`,
      },
      body: JSON.stringify(request),
      signal,
    });
    try {
      const { headers } = response;
      const answered = typeOf(response) === STREAM_TYPE
        ? await this.#streamed(request.id, response, options)
        : await this.#whole(request, response);
      if ("error" in answered) {
        const { code, message, data } = answered.error;
        throw new RpcError(code, message, data);
      }
      return { result: isJsonObject(answered.result) ? answered.result : {}, headers };
    } catch (error) {
      if (error instanceof RpcError || error instanceof ClientError) throw error;
      throw signal.aborted ? signal.reason : fetchError(error, this.label);
    }
  }

  async send(message: RpcNotification | RpcResponse, headers: WireHeaders): Promise<void> {
    const response = await this.fetch({
      method: "POST",
      headers: { ...headers, "content-type": JSON_TYPE, accept: `${JSON_TYPE}, ${STREAM_TYPE}` },
      body: JSON.stringify(message),
      signal: this.#ended.signal,
    });
    await response.body?.cancel();
  }

  /** Has one HTTP exchange: the response is one that succeeded. @throws {ClientError} else. */
  async fetch(send: HttpSend): Promise<Response> {
    const response = await this.#authorized(send, true);
    if (response.ok) return response;
    throw await this.#refusal(response, send);
  }

  /** Reads a stream that belongs to no request, or to one that it once began for. */
  read(
    response: Response,
    id: RequestId | undefined,
    signal: AbortSignal,
    onEvent?: (event: { readonly lastId: string }) => void,
  ): Promise<StreamEnd> {
    const { maxBytes, receive, onError } = this.#options;
    return readStream(response, {
      id,
      maxBytes,
      signal,
      receive,
      onError,
      ...(onEvent === undefined ? {} : { onEvent }),
    });
  }

  close(): Promise<void> {
    this.#ended.abort(new ClientError("closed", "The client was closed", { sent: false }));
    return Promise.resolve();
  }

  async #whole(request: RpcRequest, response: Response): Promise<RpcResponse> {
    const type = typeOf(response);
    if (type !== JSON_TYPE) {
      await response.body?.cancel();
      throw new ClientError(
        "protocol",
        `${this.label} must answer ${request.method} with ${JSON_TYPE} or ${STREAM_TYPE}: got ` +
          (type === "" ? `status ${response.status} without a type` : JSON.stringify(type)),
        { status: response.status },
      );
    }
    return readAnswer(await readText(response, this.#options.maxBytes), request.id);
  }

  /** Reads on until the answer is there; a stream that ended early is taken up again. */
  async #streamed(
    id: RequestId,
    first: Response,
    { headers, signal, resume }: ExchangeOptions,
  ): Promise<RpcResponse> {
    let lastId = "";
    let retryMs = DEFAULT_RETRY_MS;
    let barren = 0;
    for (let response: Response | undefined = first;;) {
      if (response !== undefined) {
        const end = await this.read(response, id, signal);
        if (end.response !== undefined) return end.response;
        barren = end.lastId === "" || end.lastId === lastId ? barren + 1 : 0;
        if (end.lastId !== "") lastId = end.lastId;
        retryMs = end.retryMs ?? retryMs;
      }
      if (!resume || lastId === "" || barren >= MAX_BARREN) {
        throw new ClientError(
          "closed",
          `${this.label} ended the stream without the answer; the request may have been carried out`,
        );
      }
      await wait(retryMs, signal);
      response = await this.fetch({
        method: "GET",
        headers: { ...headers, accept: STREAM_TYPE, "last-event-id": lastId },
        signal,
      }).catch((error) => {
        // The server may be away for a moment; that it knows nothing of the stream is final.
        if (error instanceof ClientError && error.status === undefined && ++barren < MAX_BARREN) {
          return undefined;
        }
        throw error;
      });
    }
  }

  /** Sends with the token, and once more where a refusal led to another one. */
  async #authorized(send: HttpSend, again: boolean): Promise<Response> {
    const { auth } = this.#options;
    const token = await auth?.token();
    const headers: { [name: string]: string } = { ...this.#options.headers, ...send.headers };
    if (token !== undefined) headers.authorization = `Bearer ${token}`;
    const guarded = Object.keys(this.#options.headers).length > 0 || token !== undefined;
    const response = await this.#followed({ ...send, headers }, guarded);
    if (response.status !== 401 && response.status !== 403) return response;
    if (!again || auth?.onUnauthorized === undefined) return response;
    const challenge = readChallenge(response.headers.get("www-authenticate"));
    if (!await auth.onUnauthorized(challenge, response.status)) return response;
    await response.body?.cancel();
    return await this.#authorized(send, false);
  }

  /** Follows redirects that keep the method; what is secret stays with its origin. */
  async #followed(send: HttpSend, guarded: boolean): Promise<Response> {
    let url = this.#options.url;
    for (let hops = 0;; hops++) {
      const response = await this.#once(url, send);
      if (response.status < 300 || response.status > 399) return response;
      await response.body?.cancel();
      const { status } = response;
      const to = response.headers.get("location");
      const target = to !== null && URL.canParse(to, url) ? new URL(to, url) : undefined;
      const origin = new URL(url).origin;
      const why = target === undefined
        ? "it does not say where"
        : status !== 307 && status !== 308
        ? `status ${status} would change the request; connect to ${target.href} itself`
        : guarded && target.origin !== origin
        ? `the token and headers are for ${origin} only; connect to ${target.href} itself`
        : hops >= MAX_REDIRECTS
        ? `it is the ${MAX_REDIRECTS + 1}th in a row`
        : undefined;
      if (why !== undefined || target === undefined) {
        throw new ClientError("http", `Redirect of ${url} is not followed: ${why}`, { status });
      }
      url = target.href;
    }
  }

  async #once(url: string, { method, headers, body, signal }: HttpSend): Promise<Response> {
    try {
      const init: RequestInit = { method, headers, signal, redirect: "manual" };
      if (body !== undefined) init.body = body;
      return await this.#options.fetch(url, init);
    } catch (error) {
      if (error instanceof ClientError) throw error;
      throw signal.aborted ? signal.reason : fetchError(error, url);
    }
  }

  /** The error that a status means. JSON-RPC errors count where the protocol says they come. */
  async #refusal(response: Response, { headers, signal }: HttpSend): Promise<Error> {
    const { status } = response;
    const said = await readText(response, MAX_ERROR_BYTES).catch(() => "");
    if (signal.aborted) return signal.reason;
    const rpc = typeOf(response) === JSON_TYPE ? readRpcError(said) : undefined;
    const ofSession = Object.keys(headers).some((name) => name.endsWith("session-id"));
    if (rpc !== undefined && (status === 400 || status === 404 && !ofSession)) return rpc;
    const detail = rpc?.message ?? said.trim().replace(/\s+/g, " ").slice(0, 200);
    const text = `${this.label} answered with status ${status}${
      detail === "" ? "" : `: ${detail}`
    }`;
    const after = Number(response.headers.get("retry-after") ?? NaN);
    const facts = {
      status,
      ...(Number.isFinite(after) && after >= 0 ? { retryAfterS: after } : {}),
      ...(rpc === undefined ? {} : { cause: rpc }),
    };
    if (status !== 401 && status !== 403) return new ClientError("http", text, facts);
    const challenge = readChallenge(response.headers.get("www-authenticate"));
    return new ClientError("unauthorized", text, {
      ...facts,
      ...(challenge === undefined ? {} : { challenge }),
    });
  }
}

/** Waits, within bounds, unless the signal is aborted before. */
export function wait(ms: number, signal: AbortSignal): Promise<void> {
  const bounded = Math.min(Math.max(ms, RETRY_BOUNDS_MS.least), RETRY_BOUNDS_MS.most);
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    }, bounded);
    signal.addEventListener("abort", onAbort, { once: true });
  });
}

/** The media type of a response, without its parameters. */
function typeOf(response: Response): string {
  return (response.headers.get("content-type") ?? "").split(";")[0]!.trim().toLowerCase();
}

function readRpcError(text: string): RpcError | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // Some other server's page of excuse.
  }
  const error = isJsonObject(value) ? value.error : undefined;
  if (!isJsonObject(error) || typeof error.code !== "number") return undefined;
  return new RpcError(error.code, String(error.message ?? ""), error.data);
}
