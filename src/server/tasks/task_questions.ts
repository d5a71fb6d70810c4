// Questions of a task: they lie open for the client to find, and the handler just waits.
// Kept by `running_task.ts`; a key is never used for a second question, as the protocol demands.
// spec: SEP-2663, Task Update Requests

import { isJsonObject, type JsonObject } from "../../jsonrpc/message.ts";
import type { AnswerMap, Question, QuestionMap, Questions } from "../../protocol/questions.ts";
import { missingCapability } from "../../protocol/revisions.ts";

/** How often a question is put when the answers to it are not valid. */
const MAX_TRIES = 3;

interface Open {
  readonly question: Question;
  /** The name that the handler knows it by. */
  readonly name: string;
  readonly tries: number;
  resolve(answer: JsonObject): void;
  reject(error: unknown): void;
}

/** The questions of one task. */
export class TaskQuestions implements Questions {
  readonly pending = undefined;
  readonly #open = new Map<string, Open>();
  readonly #used = new Set<string>();
  readonly #known = new Map<string, JsonObject>();
  readonly #once = new Map<string, Promise<unknown>>();
  readonly #onChange: () => void;
  #over: { readonly reason: unknown } | undefined;

  /** `onChange` is told when questions were put or answered. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  async ask(questions: QuestionMap): Promise<AnswerMap> {
    if (this.#over !== undefined) throw this.#over.reason;
    const answers = Object.entries(questions).map(([name, question]) =>
      new Promise<readonly [string, JsonObject]>((resolve, reject) =>
        this.#put({
          question,
          name,
          tries: 1,
          resolve: (answer) => resolve([name, answer]),
          reject,
        })
      )
    );
    if (answers.length > 0) this.#onChange();
    return Object.fromEntries(await Promise.all(answers));
  }

  once<T>(key: string, fn: () => T | Promise<T>): Promise<T> {
    let value = this.#once.get(key) as Promise<T> | undefined;
    if (value === undefined) this.#once.set(key, value = (async () => await fn())());
    return value;
  }

  known(method: Question["method"]): JsonObject | undefined {
    return this.#known.get(method);
  }

  undeclared(required: JsonObject): Error {
    return missingCapability(required);
  }

  /** What is open, as the client is shown it; undefined when nothing is. */
  requests(): JsonObject | undefined {
    if (this.#open.size === 0) return undefined;
    const shown = Array.from(
      this.#open,
      ([key, { question: { method, params } }]) => [key, { method, params }] as const,
    );
    return Object.fromEntries(shown);
  }

  /** Takes the client's answers. A key that is not open is ignored; a bad answer is asked again. */
  answer(responses: JsonObject): void {
    let changed = false;
    for (const [key, answer] of Object.entries(responses)) {
      const open = this.#open.get(key);
      if (open === undefined) continue;
      changed = true;
      this.#open.delete(key);
      this.#settle(open, answer);
    }
    if (changed) this.#onChange();
  }

  /** Ends the waiting: what is open, and what is asked later, fails with `reason`. */
  close(reason: unknown): void {
    if (this.#over !== undefined) return;
    this.#over = { reason };
    for (const { reject } of this.#open.values()) reject(reason);
    this.#open.clear();
  }

  #settle(open: Open, answer: unknown): void {
    const { question, tries } = open;
    const problem = isJsonObject(answer) ? question.check(answer) : "it must be an object";
    if (problem === undefined) {
      this.#known.set(question.method, answer as JsonObject);
      open.resolve(answer as JsonObject);
    } else if (tries < MAX_TRIES) {
      this.#put({ ...open, tries: tries + 1 });
    } else {
      open.reject(new Error(`The client's answer to ${question.method} is not valid: ${problem}`));
    }
  }

  #put(open: Open): void {
    let key = open.name;
    for (let count = 2; this.#used.has(key); count++) key = `${open.name}_${count}`;
    this.#used.add(key);
    this.#open.set(key, open);
  }
}
