// The way to a server over HTTP: each message a POST, its answer JSON or a stream. Tokens, redirects
// and what a status means are decided here; what the headers of the protocol are, by the eras.
// spec: basic/transports/streamable-http

import { RpcError } from "../jsonrpc/errors.ts";
import type { RequestId, RpcNotification, RpcRequest, RpcResponse } from "../jsonrpc/message.ts";
import { readChallenge } from "./challenge.ts";
import { resultIn } from "./answer_shape.ts";
import type { Answer, Channel, ExchangeOptions, Receive, WireHeaders } from "./channel.ts";
import { ClientError } from "./client_error.ts";
import { fetchError } from "./fetch_error.ts";
import { readAnswer, readStream, readText, type StreamEnd, typeOf } from "./http_body.ts";
import { hasSessionId, refusalOf } from "./http_refusal.ts";
import type { ClientAuth } from "./target.ts";
import { wait } from "./wait.ts";

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
  readonly onClose: (() => Promise<void>) | undefined;
}

/** One HTTP request of the protocol. */
export interface HttpSend {
  readonly method: "POST" | "GET" | "DELETE";
  readonly headers: WireHeaders;
  readonly body?: string;
  readonly signal: AbortSignal;
}

const MAX_REDIRECTS = 3;
/** Milliseconds before a stream is taken up again where the server does not say. */
const DEFAULT_RETRY_MS = 1_000;
/** Times in a row that a stream is taken up again without a single event. */
const MAX_BARREN = 5;
const JSON_TYPE = "application/json";
const STREAM_TYPE = "text/event-stream";

/** Makes the channel. */
export class HttpChannel implements Channel {
  readonly kind = "http";
  readonly label: string;
  /** Never: there is no connection that could break for good. */
  readonly broken: Promise<ClientError> = new Promise(() => {});
  readonly #options: HttpChannelOptions;
  readonly #ended = new AbortController();

  /** Opens nothing yet. */
  constructor(options: HttpChannelOptions) {
    this.#options = options;
    const { origin, pathname } = new URL(options.url);
    this.label = origin + pathname; // What follows may be a secret.
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
      return { result: resultIn(answered, this.label), headers };
    } catch (error) {
      if (error instanceof RpcError || error instanceof ClientError) throw error;
      throw signal.aborted ? signal.reason : fetchError(error, this.label);
    }
  }

  async send(
    message: RpcNotification | RpcResponse,
    headers: WireHeaders,
    signal: AbortSignal = this.#ended.signal,
  ): Promise<void> {
    const response = await this.fetch({
      method: "POST",
      headers: { ...headers, "content-type": JSON_TYPE, accept: `${JSON_TYPE}, ${STREAM_TYPE}` },
      body: JSON.stringify(message),
      signal,
    });
    await response.body?.cancel();
  }

  /** Has one HTTP exchange: the response is one that succeeded. @throws {ClientError} else. */
  async fetch(send: HttpSend): Promise<Response> {
    const response = await this.#authorized(send, true);
    if (response.ok) return response;
    throw await refusalOf(response, this.label, send);
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

  async close(): Promise<void> {
    this.#ended.abort(new ClientError("closed", "The client was closed", { sent: false }));
    const { onClose, onError } = this.#options;
    await onClose?.().catch(onError);
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
        if (signal.aborted || !(error instanceof ClientError)) throw error;
        if (error.status === undefined && ++barren < MAX_BARREN) return undefined;
        const text =
          `The stream of the answer broke and cannot be taken up again: ${error.message}; ` +
          "the request may have been carried out";
        throw new ClientError("closed", text, { cause: error });
      });
    }
  }

  /** Sends with the token, and once more where a refusal led to another one. */
  async #authorized(send: HttpSend, again: boolean): Promise<Response> {
    const { auth } = this.#options;
    const token = await auth?.token();
    const headers: { [name: string]: string } = {};
    for (const given of [this.#options.headers, send.headers]) {
      // One name in two cases would be sent as two values: the protocol's own come last and count.
      for (const [name, value] of Object.entries(given)) headers[name.toLowerCase()] = value;
    }
    if (token !== undefined) headers.authorization = `Bearer ${token}`;
    const guarded = Object.keys(this.#options.headers).length > 0 || token !== undefined ||
      hasSessionId(send.headers);
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
        : origin.startsWith("https:") && target.protocol === "http:"
        ? "it leads away from TLS"
        : hops >= MAX_REDIRECTS
        ? `it is the ${MAX_REDIRECTS + 1}th in a row`
        : undefined;
      if (why !== undefined || target === undefined) {
        const text = `Redirect of ${this.label} is not followed: ${why}`;
        throw new ClientError("http", text, { status });
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
      throw signal.aborted ? signal.reason : fetchError(error, this.label);
    }
  }
}
