// What a server sends of its own: finds whom it is for. Progress and log lines go to the request they
// belong to, questions to who can answer them, changes to who listens. One for each client; never
// lets an error of a callback reach the reader of a stream.

import { ErrorCode, RpcError } from "../jsonrpc/errors.ts";
import {
  failureOf,
  isJsonObject,
  type JsonObject,
  type RequestId,
  resultOf,
  type RpcNotification,
  type RpcRequest,
  type RpcResponse,
} from "../jsonrpc/message.ts";
import { MetaKey } from "../protocol/revisions.ts";
import type { Deadline } from "./deadline.ts";
import type {
  AnswerQuestion,
  ConnectOptions,
  LogLine,
  Progress,
  RequestOptions,
} from "./options.ts";

/** A request that is under way. */
export interface OpenRequest {
  readonly options: RequestOptions;
  readonly deadline: Deadline;
}

/** Told of notifications, before the callbacks of the user. */
export type Listener = (method: string, params: JsonObject) => void;

/** What comes from the server. */
export class Inbound {
  readonly #options: ConnectOptions;
  readonly #answer: AnswerQuestion;
  readonly #open = new Map<RequestId, OpenRequest>();
  readonly #asked = new Map<RequestId, AbortController>();
  readonly #listeners = new Set<Listener>();
  #lastId = 0;
  /** Sends the answer to a question; undefined where the era knows no questions. */
  reply: ((response: RpcResponse) => void) | undefined;

  /** `answer` is for questions that belong to no request that answers its own. */
  constructor(options: ConnectOptions, answer: AnswerQuestion) {
    this.#options = options;
    this.#answer = answer;
  }

  /** An id that no other request had. It is its progress token as well. */
  nextId(): number {
    return ++this.#lastId;
  }

  /** A request begins; the answer ends that. */
  enter(id: RequestId, request: OpenRequest): () => void {
    this.#open.set(id, request);
    return () => void this.#open.delete(id);
  }

  /** Calls `listener` at every notification that belongs to no request; the answer takes it back. */
  onNotification(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Gives up the questions that are being answered. */
  close(): void {
    for (const controller of this.#asked.values()) controller.abort();
    this.#asked.clear();
    this.#listeners.clear();
  }

  /** Takes a message; see `Receive`. */
  receive(message: RpcRequest | RpcNotification, exchange: RequestId | undefined): void {
    if ("id" in message) this.#question(message, exchange);
    else this.#notification(message.method, message.params ?? {}, exchange);
  }

  /** Runs what a user gave, whose errors are his own. */
  guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.report(error);
    }
  }

  /** Reports what fails where nobody waits. */
  report(error: unknown): void {
    try {
      this.#options.onError?.(error);
    } catch {
      // There is nobody left to tell.
    }
  }

  #notification(method: string, params: JsonObject, exchange: RequestId | undefined): void {
    if (method === "notifications/progress") return this.#progress(params);
    if (method === "notifications/cancelled") {
      this.#asked.get(params.requestId as RequestId)?.abort();
    }
    const subscription = isJsonObject(params._meta)
      ? params._meta[MetaKey.subscriptionId] as RequestId | undefined
      : undefined;
    const request = this.#open.get(subscription ?? exchange ?? "");
    if (method === "notifications/message") {
      const onLog = request?.options.onLog ?? this.#options.onLog;
      if (onLog !== undefined) this.guard(() => onLog(params as unknown as LogLine));
    }
    for (const listener of this.#listeners) this.guard(() => listener(method, params));
    const tell = request?.options.onNotification ?? this.#options.onNotification;
    if (tell !== undefined) this.guard(() => tell(method, params));
  }

  #progress({ progressToken, progress, total, message }: JsonObject): void {
    const request = this.#open.get(progressToken as RequestId);
    if (request === undefined || typeof progress !== "number") return;
    request.deadline.progressed();
    const told: Progress = {
      progress,
      ...(typeof total === "number" ? { total } : {}),
      ...(typeof message === "string" ? { message } : {}),
    };
    this.guard(() => request.options.onProgress?.(told));
  }

  async #question(message: RpcRequest, exchange: RequestId | undefined): Promise<void> {
    const { reply } = this;
    const { id, method, params = {} } = message;
    if (reply === undefined) {
      const text = `The server must not send requests in this revision: got "${method}"`;
      return this.report(new RpcError(ErrorCode.InvalidRequest, text));
    }
    if (method === "ping") return reply(resultOf(id, {}));
    const controller = new AbortController();
    this.#asked.set(id, controller);
    const request = this.#asker(exchange);
    const answer = request?.options.onQuestion ?? this.#answer;
    const release = request?.deadline.hold();
    try {
      const result = await answer({ method, params, signal: controller.signal });
      if (!controller.signal.aborted) reply(resultOf(id, result));
    } catch (error) {
      if (controller.signal.aborted) return;
      if (!(error instanceof RpcError)) this.report(error);
      const said = error instanceof RpcError
        ? error
        : new RpcError(ErrorCode.InternalError, "Internal error: the client failed to answer");
      reply(failureOf(id, said));
    } finally {
      this.#asked.delete(id);
      release?.();
    }
  }

  /**
   * The request that a question belongs to. On a stream that many share it says nothing of that:
   * then it is the only one under way, or the only one that answers its own questions.
   */
  #asker(exchange: RequestId | undefined): OpenRequest | undefined {
    const named = exchange === undefined ? undefined : this.#open.get(exchange);
    if (named !== undefined || this.#open.size === 0) return named;
    const all = [...this.#open.values()];
    if (all.length === 1) return all[0];
    const answering = all.filter(({ options }) => options.onQuestion !== undefined);
    return answering.length === 1 ? answering[0] : undefined;
  }
}
