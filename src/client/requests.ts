// Every request of a client, on its way through what is kept, its time, the rounds of questions and
// tasks. Used by `connected_client.ts`, which gives the methods their names.

import { isJsonObject, type JsonObject } from "../jsonrpc/message.ts";
import { unlessAborted } from "../protocol/cancel.ts";
import type { HeaderParam } from "../protocol/header_params.ts";
import { MetaKey } from "../protocol/revisions.ts";
import { checkedResult } from "./answer_shape.ts";
import type { Answerer } from "./answerer.ts";
import { type CacheKey, ResponseCache } from "./cache.ts";
import { ClientError } from "./client_error.ts";
import { Deadline, DEFAULT_MAX_TOTAL_MS } from "./deadline.ts";
import { followTask } from "./follow_task.ts";
import type { Inbound } from "./inbound.ts";
import type { Link } from "./link.ts";
import type { CallOptions, CallOutcome, ConnectOptions, RequestOptions } from "./options.ts";
import { answerRounds, readInputRequired } from "./rounds.ts";

/** What a connected client is made of. */
export interface Connection {
  readonly link: Link;
  readonly inbound: Inbound;
  readonly answerer: Answerer;
  readonly options: ConnectOptions;
  /** The server, for what is kept of it. */
  readonly key: string;
  /** Who asks, as the server sees it. */
  readonly credential: () => string | Promise<string>;
}

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_ROUNDS = 10;
const NONE: readonly HeaderParam[] = [];

/** The requests of one client. */
export class Requests {
  /** What is kept of answers. */
  readonly cache: ResponseCache;
  /** The arguments of tools that travel in headers, by the names of the tools. */
  readonly headerParams: Map<string, readonly HeaderParam[]> = new Map();
  readonly #connection: Connection;
  readonly #deadlines = new Set<Deadline>();
  #over: ClientError | undefined;

  /** Over a connection that is open. */
  constructor(connection: Connection) {
    this.#connection = connection;
    this.cache = connection.options.cache ?? new ResponseCache();
  }

  /** @throws {ClientError} `closed` when the client is. */
  checkOpen(): void {
    if (this.#over !== undefined) throw this.#over;
  }

  /** Ends what is under way, and refuses what comes. The first reason stays. */
  close(reason: ClientError): void {
    this.#over ??= new ClientError("closed", reason.message, { sent: false });
    for (const deadline of this.#deadlines) deadline.abort(reason);
  }

  /** Sends a request, unless an answer is kept. */
  async request(
    method: string,
    params: JsonObject,
    options: RequestOptions,
  ): Promise<JsonObject> {
    if (!ResponseCache.keeps(method)) return await this.#send(method, params, options);
    const key = await this.#cacheKey(method, params, options);
    const kept = key === undefined || options.fresh === true ? undefined : this.cache.get(key);
    if (kept !== undefined) return kept;
    const result = await this.#send(method, params, options);
    if (key !== undefined && result.resultType !== "input_required") this.cache.set(key, result);
    return result;
  }

  /** Makes a call that may lead to questions, or to a task. */
  async call<Result>(
    method: string,
    params: JsonObject,
    options: CallOptions,
  ): Promise<Result | CallOutcome<Result>> {
    const { inputs = "answer", inputResponses, requestState, signal } = options;
    const { answerer, options: own } = this.#connection;
    const what = nameOf(method, params);
    const answer = options.onQuestion ?? answerer.answer;
    const maxRounds = own.maxRounds ?? DEFAULT_ROUNDS;
    const first = {
      ...(inputResponses === undefined ? {} : { inputResponses }),
      ...(requestState === undefined ? {} : { requestState }),
    };
    const send = (round: JsonObject) => this.request(method, { ...params, ...round }, options);
    let result = inputs === "return"
      ? await send(first)
      : await answerRounds({ what, answer, signal, first, send, maxRounds });
    if (result.resultType === "task" && typeof result.taskId === "string") {
      result = await followTask(result, {
        what,
        answer,
        signal,
        onProgress: options.onProgress,
        send: (method, params, signal) =>
          this.#send(method, params, signal === undefined ? {} : { signal }),
      });
    }
    const asked = readInputRequired(result);
    if (asked !== undefined) return asked;
    const plain = checkedResult(method, withoutEnvelope(result)) as Result;
    return inputs === "answer" ? plain : { kind: "complete", result: plain };
  }

  /** Sends a notification, within the time of a request. */
  async notify(method: string, params: JsonObject): Promise<void> {
    const { link } = this.#connection;
    await this.#timed(method, {}, ({ signal }) => link.notify(method, params, signal));
  }

  #send(method: string, params: JsonObject, options: RequestOptions): Promise<JsonObject> {
    const { link } = this.#connection;
    const headerParams = method === "tools/call"
      ? this.headerParams.get(String(params.name)) ?? NONE
      : NONE;
    return this.#timed(
      nameOf(method, params),
      options,
      (deadline) => link.request({ method, params, options, deadline, headerParams }),
    );
  }

  /** Does something within its time, and no longer than the client is open. */
  async #timed<T>(
    what: string,
    options: RequestOptions,
    send: (deadline: Deadline) => Promise<T>,
  ): Promise<T> {
    this.checkOpen();
    const { options: own } = this.#connection;
    const { timeoutMs = own.timeoutMs ?? DEFAULT_TIMEOUT_MS, signal } = options;
    const { maxTotalMs = DEFAULT_MAX_TOTAL_MS } = options;
    const deadline = new Deadline({
      what,
      timeoutMs,
      signal,
      ...(options.resetTimeoutOnProgress === true ? { maxTotalMs } : {}),
    });
    if (deadline.signal.aborted) throw deadline.signal.reason;
    this.#deadlines.add(deadline);
    try {
      return await unlessAborted(send(deadline), deadline.signal);
    } finally {
      deadline.end();
      this.#deadlines.delete(deadline);
    }
  }

  /** What an answer is kept under; undefined where it must not be. */
  async #cacheKey(
    method: string,
    params: JsonObject,
    options: RequestOptions,
  ): Promise<CacheKey | undefined> {
    const { key, credential, link } = this.#connection;
    if (link.hasSession || options.headers !== undefined || options.capabilities !== undefined) {
      return undefined;
    }
    if (params.inputResponses !== undefined || params.requestState !== undefined) return undefined;
    return { server: key, method, params, credential: await credential() };
  }
}

/** A result without what only the wire needs: its type, how long it may be kept, who made it. */
function withoutEnvelope(result: JsonObject): JsonObject {
  const { resultType: _type, ttlMs: _ttl, cacheScope: _scope, _meta, ...rest } = result;
  if (!isJsonObject(_meta)) return rest;
  const { [MetaKey.serverInfo]: _server, ...meta } = _meta;
  return Object.keys(meta).length === 0 ? rest : { ...rest, _meta: meta };
}

/** A request as errors name it: `tools/call "shell"`. */
function nameOf(method: string, params: JsonObject): string {
  const name = params.name ?? params.uri ?? params.taskId;
  return typeof name === "string" ? `${method} ${JSON.stringify(name)}` : method;
}
