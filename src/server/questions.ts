// The questions that an author can put: a form, a page to visit, a sample of the client's model,
// the client's roots. Each knows what it requires of the client and what a good answer is.
// spec: client/elicitation, client/sampling, client/roots

import { isJsonObject, type JsonObject, kindOf, show } from "../jsonrpc/message.ts";
import { compileJsonSchema } from "../protocol/json_schema.ts";
import type { FromJsonSchema } from "../protocol/infer.ts";
import type { Question } from "../protocol/questions.ts";
import type { Content } from "../protocol/types.ts";

/** A question whose answer has a known type. */
export interface AskFor<Answer> extends Question {
  /** Never there: only for the type. */
  readonly answer?: Answer;
}

/** The answers to several questions, by their keys. */
export type Answers<Q> = {
  readonly [K in keyof Q]: Q[K] extends AskFor<infer Answer> ? Answer : never;
};

/** What a user answered to a form or a page. */
export type ElicitAnswer<T = JsonObject> =
  | { readonly action: "accept"; readonly content: T }
  | { readonly action: "decline" | "cancel"; readonly content?: undefined };

/** A form: an object schema whose properties are text, numbers, booleans or choices. */
export interface FormOptions<S> {
  /** What the user is told. */
  readonly message: string;
  /** What is asked for: a JSON Schema of type `object` with flat properties. */
  readonly schema: S;
}

/** A page that the user is asked to visit; what happens there does not pass through the client. */
export interface PageOptions {
  /** What the user is told. */
  readonly message: string;
  /** Where the page is: an absolute URL. */
  readonly url: string;
}

/** What the client's model is asked. */
export interface SampleOptions {
  /** The conversation so far; a string is one message of the user's. */
  readonly messages:
    | readonly {
      readonly role: "user" | "assistant";
      readonly content: Content | readonly JsonObject[];
    }[]
    | string;
  /** Default 1,024. */
  readonly maxTokens?: number;
  /** How the model is to behave; the client may change it or leave it out. */
  readonly systemPrompt?: string;
  /** How freely the model chooses its words. */
  readonly temperature?: number;
  /** Texts at which the model stops. */
  readonly stopSequences?: readonly string[];
  /** Which model is wanted: `hints`, and priorities from 0 to 1. */
  readonly modelPreferences?: JsonObject;
  /** Passed on to the model's provider. */
  readonly metadata?: JsonObject;
  /** Tools the model may use; the client must have declared that it can. */
  readonly tools?: readonly JsonObject[];
  /** Whether it must use them, as `{ mode: "auto" | "required" | "none" }`. */
  readonly toolChoice?: JsonObject;
}

/** What the client's model answered. */
export interface SampleAnswer {
  /** Whose words they are: the assistant's. */
  readonly role: "user" | "assistant";
  /** What the model said: a block of content, or several. */
  readonly content: JsonObject | readonly JsonObject[];
  /** The model that was asked. */
  readonly model: string;
  /** Why it stopped, such as `endTurn` or `maxTokens`. */
  readonly stopReason?: string;
}

/** A folder or file that the client says the server may work with. */
export interface Root {
  /** Where it is: a `file:` URI. */
  readonly uri: string;
  /** A name for people. */
  readonly name?: string;
}

/**
 * A form for the user, as a question for `ctx.ask`.
 *
 * @example
 * ```ts
 * import { form } from "@lmcp/lmcp";
 *
 * const question = form({
 *   message: "Who are you?",
 *   schema: { type: "object", properties: { name: { type: "string" } }, required: ["name"] },
 * });
 * const problem = question.check({ action: "accept", content: {} });
 * if (problem === undefined) throw new Error("took an answer without a name");
 * ```
 */
export function form<const S extends { readonly [keyword: string]: unknown }>(
  options: FormOptions<S>,
): AskFor<ElicitAnswer<FromJsonSchema<S>>> {
  const problemsOf = compileJsonSchema(options.schema);
  return {
    method: "elicitation/create",
    params: { mode: "form", message: options.message, requestedSchema: options.schema },
    requires: { elicitation: { form: {} } },
    check(answer) {
      const action = checkAction(answer);
      if (action !== undefined || answer.action !== "accept") return action;
      const problems = problemsOf(answer.content ?? {});
      return problems.length === 0 ? undefined : problems.join("; ");
    },
  };
}

/**
 * A page for the user to visit, as a question for `ctx.ask`.
 *
 * @example
 * ```ts
 * import { page } from "@lmcp/lmcp";
 *
 * const question = page({ message: "Please sign in.", url: "https://example.com/sign-in" });
 * if (question.params.mode !== "url") throw new Error("unexpected mode");
 * ```
 */
export function page(options: PageOptions): AskFor<ElicitAnswer> {
  if (!URL.canParse(options.url)) {
    throw new TypeError(`URL to visit must be absolute: got ${show(options.url)}`);
  }
  return {
    method: "elicitation/create",
    params: { mode: "url", message: options.message, url: options.url },
    requires: { elicitation: { url: {} } },
    check: checkAction,
  };
}

/**
 * A sample of the client's model, as a question for `ctx.ask`.
 *
 * @example
 * ```ts
 * import { sampling } from "@lmcp/lmcp";
 *
 * const question = sampling({ messages: "Summarize: ...", maxTokens: 100 });
 * if (question.params.maxTokens !== 100) throw new Error("unexpected limit");
 * ```
 */
export function sampling(options: SampleOptions): AskFor<SampleAnswer> {
  const { messages, maxTokens = 1024, ...rest } = options;
  const list = typeof messages === "string"
    ? [{ role: "user", content: { type: "text", text: messages } }]
    : messages;
  const usesTools = options.tools !== undefined || options.toolChoice !== undefined;
  return {
    method: "sampling/createMessage",
    params: { messages: list, maxTokens, ...rest },
    requires: { sampling: usesTools ? { tools: {} } : {} },
    check(answer) {
      if (typeof answer.model !== "string") {
        return `"model" must be a string: got ${kindOf(answer.model)}`;
      }
      if (answer.role !== "assistant" && answer.role !== "user") {
        return `"role" must be user or assistant: got ${show(answer.role)}`;
      }
      return isJsonObject(answer.content) || Array.isArray(answer.content)
        ? undefined
        : `"content" must be a block or a list of blocks: got ${kindOf(answer.content)}`;
    },
  };
}

/**
 * The client's roots, as a question for `ctx.ask`.
 *
 * @example
 * ```ts
 * import { rootsList } from "@lmcp/lmcp";
 *
 * const question = rootsList();
 * if (question.check({ roots: [{ uri: "file:///src" }] }) !== undefined) throw new Error("refused");
 * ```
 */
export function rootsList(): AskFor<{ readonly roots: readonly Root[] }> {
  return {
    method: "roots/list",
    params: {},
    requires: { roots: {} },
    check: (answer) =>
      Array.isArray(answer.roots) &&
        answer.roots.every((root) => isJsonObject(root) && typeof root.uri === "string")
        ? undefined
        : '"roots" must be a list of objects with a "uri"',
  };
}

/** What a client lacks of what a question requires; undefined when it lacks nothing. */
export function lacking(requires: JsonObject, declared: JsonObject): JsonObject | undefined {
  for (const [name, wanted] of Object.entries(requires)) {
    const has = declared[name];
    if (!isJsonObject(has)) return { [name]: wanted };
    for (const mode of Object.keys(isJsonObject(wanted) ? wanted : {})) {
      // A client that declares elicitation without saying how takes forms.
      const implied = mode === "form" && !("url" in has);
      if (!implied && !isJsonObject(has[mode])) return { [name]: wanted };
    }
  }
  return undefined;
}

function checkAction(answer: JsonObject): string | undefined {
  return answer.action === "accept" || answer.action === "decline" || answer.action === "cancel"
    ? undefined
    : `"action" must be accept, decline or cancel: got ${show(answer.action)}`;
}
