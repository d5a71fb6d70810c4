// Questions on a session: each is a request to the client, and the handler just waits.
// Used by `session.ts`, for one call at a time. spec: 2025-11-25 client/elicitation, client/sampling

import { ErrorCode, RpcError } from "../jsonrpc/errors.ts";
import type { JsonObject } from "../jsonrpc/message.ts";
import type { AnswerMap, Question, QuestionMap, Questions } from "../protocol/questions.ts";

/** Sends a request to the client and gives its result. Rejects with the client's error. */
export type AskClient = (method: string, params: JsonObject) => Promise<JsonObject>;

/** The roots of a session, once they were asked for; forgotten when the client says they changed. */
export interface RootsCache {
  answer: JsonObject | undefined;
}

/** How often a question is put when the answers to it are not valid. */
const MAX_TRIES = 3;

/** The questions of one call on a session. */
export class AskedQuestions implements Questions {
  readonly pending = undefined;
  readonly #method: string;
  readonly #ask: AskClient | undefined;
  readonly #once = new Map<string, Promise<unknown>>();

  readonly #roots: RootsCache;

  /** `ask` is absent where nobody can be asked: without a session. */
  constructor(method: string, ask: AskClient | undefined, roots: RootsCache) {
    this.#method = method;
    this.#ask = ask;
    this.#roots = roots;
  }

  async ask(questions: QuestionMap): Promise<AnswerMap> {
    const ask = this.#ask;
    if (ask === undefined) {
      throw new Error("Cannot ask the client: the request belongs to no session");
    }
    const entries = Object.entries(questions).map(async ([key, question]) =>
      [key, await this.#answerTo(question, ask)] as const
    );
    return Object.fromEntries(await Promise.all(entries));
  }

  known(method: Question["method"]): JsonObject | undefined {
    return method === "roots/list" ? this.#roots.answer : undefined;
  }

  once<T>(key: string, fn: () => T | Promise<T>): Promise<T> {
    let value = this.#once.get(key) as Promise<T> | undefined;
    if (value === undefined) this.#once.set(key, value = (async () => await fn())());
    return value;
  }

  undeclared(required: JsonObject): Error {
    const lacks = Object.keys(required).join(", ");
    const text = `The server must ask the client, which did not declare the capability ${lacks}`;
    // A tool says it to the model; elsewhere only an error of the protocol carries the text.
    return this.#method === "tools/call"
      ? new Error(text)
      : new RpcError(ErrorCode.InternalError, text);
  }

  async #answerTo(question: Question, ask: AskClient): Promise<JsonObject> {
    const isRoots = question.method === "roots/list";
    if (isRoots && this.#roots.answer !== undefined) return this.#roots.answer;
    let problem: string | undefined;
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const answer = await ask(question.method, question.params).catch(toPlainError);
      problem = question.check(answer);
      if (problem !== undefined) continue;
      if (isRoots) this.#roots.answer = answer;
      return answer;
    }
    throw new Error(`The client's answer to ${question.method} is not valid: ${problem}`);
  }
}

/** The client's refusal is the handler's to deal with; it must not pass for the server's own. */
function toPlainError(error: unknown): never {
  if (error instanceof RpcError) throw new Error(`The client answered: ${error.message}`);
  throw error;
}
