// Questions where answers come with a later request: the call is suspended, and what it knows so
// far travels sealed through the client. Used by `modern.ts`, for one call at a time.
// spec: basic/patterns/mrtr#server-requirements-basic-workflow

import { ErrorCode, RpcError } from "../jsonrpc/errors.ts";
import { isJsonObject, type JsonObject, kindOf } from "../jsonrpc/message.ts";
import type { AnswerMap, Question, QuestionMap, Questions } from "../protocol/questions.ts";
import { missingCapability } from "../protocol/revisions.ts";
import type { Sealer } from "../protocol/sealed.ts";

/** Milliseconds that a client has to come back with its answers. */
const STATE_TTL_MS = 30 * 60_000;
/** Characters of sealed state, at the most: it travels with every round. */
const MAX_STATE = 64 * 1024;

/** What travels. Answers and questions carry the digest of the question they belong to. */
interface State {
  readonly principal: string;
  readonly request: string;
  readonly expires: number;
  readonly answers: { readonly [key: string]: readonly [digest: string, answer: JsonObject] };
  readonly once: JsonObject;
  readonly asked: { readonly [key: string]: string };
}

/** What binds state to its call. */
export interface Binding {
  readonly principal: string;
  readonly method: string;
  readonly params: JsonObject;
  readonly sealer: Sealer;
}

/** The questions of one call, and what earlier rounds left of them. */
export class SuspendedQuestions implements Questions {
  pending: QuestionMap | undefined;
  readonly #binding: Binding;
  readonly #state: State | undefined;
  readonly #given: JsonObject;
  readonly #answers = new Map<string, readonly [string, JsonObject]>();
  readonly #once = new Map<string, unknown>();
  readonly #asked = new Map<string, string>();
  readonly #known = new Map<string, JsonObject>();

  /** Made by `readQuestions`, after the state was checked. */
  constructor(binding: Binding, state: State | undefined, given: JsonObject) {
    this.#binding = binding;
    this.#state = state;
    this.#given = given;
    for (const [key, answer] of Object.entries(state?.answers ?? {})) {
      this.#answers.set(key, answer);
    }
    for (const [key, value] of Object.entries(state?.once ?? {})) this.#once.set(key, value);
  }

  async ask(questions: QuestionMap): Promise<AnswerMap> {
    this.#stop();
    const answers: { [key: string]: JsonObject } = {};
    const missing: { [key: string]: QuestionMap[string] } = {};
    const digests = new Map<string, string>();
    for (const [key, question] of Object.entries(questions)) {
      const digest = await digestOf([question.method, question.params]);
      digests.set(key, digest);
      const answer = this.#answerTo(key, question, digest);
      if (answer === undefined) missing[key] = question;
      else this.#known.set(question.method, answers[key] = answer);
    }
    this.#stop(); // Another question may have suspended the call meanwhile.
    if (Object.keys(missing).length === 0) return answers;
    for (const key of Object.keys(missing)) this.#asked.set(key, digests.get(key) ?? "");
    this.pending = missing;
    throw suspension();
  }

  async once<T>(key: string, fn: () => T | Promise<T>): Promise<T> {
    this.#stop();
    if (!this.#once.has(key)) this.#once.set(key, (await fn()) ?? null);
    return this.#once.get(key) as T;
  }

  known(method: Question["method"]): JsonObject | undefined {
    return this.#known.get(method);
  }

  undeclared(required: JsonObject): Error {
    return missingCapability(required);
  }

  /** The result that suspends the call. */
  async suspend(): Promise<JsonObject> {
    const inputRequests: JsonObject = {};
    for (const [key, { method, params }] of Object.entries(this.pending ?? {})) {
      inputRequests[key] = { method, params };
    }
    return { resultType: "input_required", inputRequests, requestState: await this.#seal() };
  }

  async #seal(): Promise<string> {
    const { principal, method, params, sealer } = this.#binding;
    const state: State = {
      principal,
      request: await requestDigest(method, params),
      expires: Date.now() + STATE_TTL_MS,
      answers: Object.fromEntries(this.#answers),
      once: Object.fromEntries(this.#once),
      asked: Object.fromEntries(this.#asked),
    };
    const text = await sealer.seal(state);
    if (text.length > MAX_STATE) {
      throw new Error(
        `Cannot suspend the call: answers and "once" values make ${text.length} characters of state, at most ${MAX_STATE} are allowed`,
      );
    }
    return text;
  }

  /** An answer that is there and good; a bad one is asked for again. */
  #answerTo(key: string, question: QuestionMap[string], digest: string): JsonObject | undefined {
    const before = this.#answers.get(key);
    if (before !== undefined) {
      if (before[0] !== digest) throw differs(key);
      return before[1];
    }
    const given = Object.hasOwn(this.#given, key) ? this.#given[key] : undefined;
    if (given === undefined) return undefined;
    const asked = this.#state?.asked;
    if (asked !== undefined && Object.hasOwn(asked, key) && asked[key] !== digest) {
      throw differs(key);
    }
    if (!isJsonObject(given) || question.check(given) !== undefined) return undefined;
    this.#answers.set(key, [digest, given]);
    return given;
  }

  #stop(): void {
    if (this.pending !== undefined) throw suspension();
  }
}

/** Leaves the handler; what became of the call is already decided when it is thrown. */
function suspension(): RpcError {
  return new RpcError(ErrorCode.InternalError, "The call waits for the client's answers");
}

/**
 * Reads what a request brings of earlier rounds.
 *
 * @throws {RpcError} -32602 when its state is not one that this server gave for this request.
 */
export async function readQuestions(binding: Binding): Promise<SuspendedQuestions> {
  const { inputResponses, requestState } = binding.params;
  if (inputResponses !== undefined && !isJsonObject(inputResponses)) {
    throw invalid(`"inputResponses" must be an object: got ${kindOf(inputResponses)}`);
  }
  if (requestState === undefined) {
    return new SuspendedQuestions(binding, undefined, inputResponses ?? {});
  }
  if (typeof requestState !== "string") {
    throw invalid(`"requestState" must be a string: got ${kindOf(requestState)}`);
  }
  const state = await binding.sealer.open(requestState) as State | undefined;
  if (state === undefined) {
    const restart = binding.sealer.lasting ? "" : ", or the server was restarted since";
    throw invalid(
      `"requestState" must be one that this server gave, unchanged: it is not${restart}`,
    );
  }
  if (state.expires < Date.now()) {
    throw invalid('"requestState" has expired; send the request anew');
  }
  if (state.principal !== binding.principal) {
    throw invalid('"requestState" belongs to another caller');
  }
  if (state.request !== await requestDigest(binding.method, binding.params)) {
    throw invalid('"requestState" belongs to a request with other parameters');
  }
  return new SuspendedQuestions(binding, state, inputResponses ?? {});
}

/** What must be the same in each round: the method and all parameters but the rounds' own. */
function requestDigest(method: string, params: JsonObject): Promise<string> {
  const { _meta, inputResponses: _responses, requestState: _state, ...own } = params;
  return digestOf([method, own]);
}

async function digestOf(value: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(sorted(value)));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A copy with its keys in order: a client may write the same object differently. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

function differs(key: string): Error {
  return new Error(
    `Question "${key}" differs from the one that was answered: a handler must ask the same in each round`,
  );
}

function invalid(detail: string): RpcError {
  return new RpcError(ErrorCode.InvalidParams, `Invalid params: ${detail}`);
}
