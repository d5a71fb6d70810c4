// The context that a handler is given: flat, explicit, and made for one call.
// Made by `run_handler.ts`; the signal is made only if the handler looks at it.

import type { JsonObject, RequestId } from "../jsonrpc/message.ts";
import type { AuthInfo, Call, ClientFacts } from "../protocol/call.ts";
import { LOG_LEVELS, type LogLevel } from "../protocol/types.ts";
import type { FromJsonSchema } from "../protocol/infer.ts";
import type { Context } from "./define.ts";
import {
  type Answers,
  type AskFor,
  type ElicitAnswer,
  form,
  type FormOptions,
  lacking,
  page,
  type PageOptions,
  type Root,
  rootsList,
  type SampleAnswer,
  type SampleOptions,
  sampling,
} from "./questions.ts";
import { isInRoots } from "./roots.ts";

/** The context of one call. */
export class CallContext implements Context {
  readonly #call: Call;
  readonly #signal: AbortSignal | undefined;
  #last = -Infinity;
  #closed = false;
  #unnamed = 0;

  /** `signal` stands in for the call's own where the handler has less time. */
  constructor(call: Call, signal?: AbortSignal) {
    this.#call = call;
    this.#signal = signal;
  }

  get id(): RequestId {
    return this.#call.id;
  }
  get signal(): AbortSignal {
    return this.#signal ?? this.#call.signal;
  }
  get auth(): AuthInfo | undefined {
    return this.#call.auth;
  }
  get meta(): JsonObject {
    return this.#call.meta;
  }
  get client(): ClientFacts {
    return this.#call.client;
  }
  get session(): { readonly id: string } | undefined {
    return this.#call.session;
  }
  get wantsProgress(): boolean {
    return this.#call.wantsProgress;
  }

  progress(progress: number, total?: number, message?: string): void {
    for (const value of [progress, total ?? 0]) {
      if (Number.isFinite(value)) continue;
      throw new TypeError(`Progress must be in finite numbers: got ${String(value)}`);
    }
    if (this.#closed || !this.wantsProgress || progress <= this.#last) return;
    this.#last = progress;
    this.#call.notify({ kind: "progress", progress, total, message });
  }

  log(level: LogLevel, data: unknown, logger?: string): void {
    if (!LOG_LEVELS.includes(level)) {
      throw new TypeError(
        `Log level must be one of ${LOG_LEVELS.join(", ")}: got ${JSON.stringify(level)}`,
      );
    }
    if (!this.#closed) this.#call.notify({ kind: "log", level, data, logger });
  }

  async elicit<const S extends { readonly [keyword: string]: unknown }>(
    options: (FormOptions<S> | PageOptions) & { readonly key?: string },
  ): Promise<ElicitAnswer<FromJsonSchema<S>>> {
    const { key, ...rest } = options;
    const question: AskFor<unknown> = "url" in rest ? page(rest) : form(rest);
    return await this.#askOne(key, question) as ElicitAnswer<FromJsonSchema<S>>;
  }

  async sample(options: SampleOptions & { readonly key?: string }): Promise<SampleAnswer> {
    const { key, ...rest } = options;
    return await this.#askOne(key, sampling(rest));
  }

  async roots(): Promise<readonly Root[]> {
    return (await this.#askOne("roots", rootsList())).roots;
  }

  inRoots(path: string): boolean | undefined {
    const known = this.#call.questions.known("roots/list");
    return known === undefined ? undefined : isInRoots(path, known.roots as readonly Root[]);
  }

  async ask<const Q extends { readonly [key: string]: AskFor<unknown> }>(
    questions: Q,
  ): Promise<Answers<Q>> {
    for (const { requires } of Object.values(questions)) {
      const missing = lacking(requires, this.#call.client.capabilities);
      if (missing !== undefined) throw this.#call.questions.undeclared(missing);
    }
    return await this.#call.questions.ask(questions) as Answers<Q>;
  }

  once<T>(key: string, fn: () => T | Promise<T>): Promise<T> {
    return this.#call.questions.once(key, fn);
  }

  closeStream(retryMs = 1_000): void {
    this.#call.closeStream(retryMs);
  }

  async startTask(): Promise<void> {
    await this.#call.startTask?.();
  }

  /** Asks one question; without a key it gets one that is the same in each round. */
  async #askOne<A>(key: string | undefined, question: AskFor<A>): Promise<A> {
    const name = key ?? `question_${++this.#unnamed}`;
    return (await this.ask({ [name]: question }))[name] as A;
  }

  /** Ends the context: what the handler's leftovers still report goes nowhere. */
  close(): void {
    this.#closed = true;
  }
}
