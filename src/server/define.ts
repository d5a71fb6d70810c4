// What an author writes a tool with: the definition, the context of a call, and makers of content.
// Imported by tools and by library users; runs nothing itself.
// spec: server/tools

import type { JsonObject, RequestId } from "../jsonrpc/message.ts";
import type { AuthInfo, ClientFacts } from "../protocol/call.ts";
import type { AnySchema, FromJsonSchema, Infer } from "../protocol/infer.ts";
import type {
  Annotations,
  AudioContent,
  Content,
  Icon,
  ImageContent,
  LogLevel,
  TextContent,
  ToolAnnotations,
  ToolResult,
} from "../protocol/types.ts";

import type {
  Answers,
  AskFor,
  ElicitAnswer,
  FormOptions,
  PageOptions,
  Root,
  SampleAnswer,
  SampleOptions,
} from "./questions.ts";

/** What a handler is given beside its input. */
export interface Context {
  /** The id of the request. */
  readonly id: RequestId;
  /** Aborted when the request is cancelled, its client is gone, its time is over, or the server ends. */
  readonly signal: AbortSignal;
  /** Who calls; undefined where the server asks for no token. */
  readonly auth: AuthInfo | undefined;
  /** The request's `_meta`, as it came. */
  readonly meta: JsonObject;
  /** What the client says of itself. */
  readonly client: ClientFacts;
  /** The session of the request; undefined where there is none (always so in the newest revision). */
  readonly session: { readonly id: string } | undefined;
  /** Whether the client asked for progress; work done only to report it can be left out if not. */
  readonly wantsProgress: boolean;
  /**
   * Reports progress, where the client asked for it. `progress` must grow from call to call; a
   * report that does not grow is dropped. After the answer nothing is sent.
   */
  progress(progress: number, total?: number, message?: string): void;
  /** Sends a log line to the client, where the client asked for that level. */
  log(level: LogLevel, data: unknown, logger?: string): void;
  /**
   * Asks the user with a form, or to visit a page. Ask first, act after: where answers come with a
   * later request, the handler is left here and entered again from its start with the answer there.
   *
   * `key` names the question; it must be the same in each round. Fails when the client did not
   * declare that it can be asked so.
   */
  elicit<const S extends { readonly [keyword: string]: unknown }>(
    options: (FormOptions<S> | PageOptions) & { readonly key?: string },
  ): Promise<ElicitAnswer<FromJsonSchema<S>>>;
  /** Asks the client's model. The same rules as for `elicit`. */
  sample(options: SampleOptions & { readonly key?: string }): Promise<SampleAnswer>;
  /** Asks for the folders the client works with; on a session it asks once, until they change. */
  roots(): Promise<readonly Root[]>;
  /** Whether a path lies within the client's roots; undefined while they are not known. */
  inRoots(path: string): boolean | undefined;
  /** Asks several questions at once: `ctx.ask({ name: form({...}), summary: sampling({...}) })`. */
  ask<const Q extends { readonly [key: string]: AskFor<unknown> }>(
    questions: Q,
  ): Promise<Answers<Q>>;
  /**
   * Keeps the result of work that was done before a question, so that it is done once in a chain
   * of rounds. A client can still repeat a round: effects that must not repeat need their own key.
   */
  once<T>(key: string, fn: () => T | Promise<T>): Promise<T>;
  /**
   * Closes the stream of the answer where the client can come back for it (a session that resumes),
   * and tells it when to; elsewhere does nothing. The call goes on. Default: 1,000 ms.
   */
  closeStream(retryMs?: number): void;
  /**
   * Lets the call go on as a task, for a tool whose `taskStarts` is `within`: its client gets the
   * task now. Where the call is no task, or is one already, it does nothing.
   */
  startTask(): Promise<void>;
}

/** What a handler may return. */
export type HandlerResult =
  | ToolResult
  | Content
  | readonly Content[]
  | JsonObject
  | object
  | string
  | number
  | boolean
  | null
  | undefined
  | void;

/** A tool, as its author writes it. */
export interface ToolDefinition<S extends AnySchema> {
  /** 1 to 128 characters of `A-Z a-z 0-9 _ - .` */
  readonly name: string;
  /** A name for people. */
  readonly title?: string;
  /** What the tool does, for the model. */
  readonly description?: string;
  /** What it takes: a JSON Schema of type `object`, or a Standard Schema. Absent: nothing. */
  readonly input?: S;
  /** The JSON Schema of `input`, for a Standard Schema that cannot say its own. */
  readonly inputSchema?: { readonly [keyword: string]: unknown };
  /** What its `structuredContent` looks like; results are checked against it. */
  readonly output?: AnySchema;
  /** Hints about what it does. */
  readonly annotations?: ToolAnnotations;
  /** Images that stand for it. */
  readonly icons?: readonly Icon[];
  /** Whatever client and server have agreed on beside the protocol. */
  readonly _meta?: JsonObject;
  /** Take what is clearly meant: `"5"` for 5, `"true"` for true, a JSON text for an object. Default false. */
  readonly lenient?: boolean;
  /** Milliseconds after which the call's signal is aborted. Default: none. */
  readonly timeoutMs?: number;
  /**
   * Whether a call may, or must, become a task, where the server uses `createTasks`. `optional`:
   * for clients that know of tasks; others wait for the result. `required`: other clients are
   * refused. Default `forbidden`.
   */
  readonly task?: "required" | "optional" | "forbidden";
  /**
   * When a call becomes a task: `before` the handler runs, or `within` it, at `ctx.startTask()`.
   * What it asks the client before that, it asks within the request. Default `before`.
   */
  readonly taskStarts?: "before" | "within";
  /** Does the work. A thrown `Error` becomes an `isError` result with its message. */
  run(input: Infer<S>, ctx: Context): HandlerResult | Promise<HandlerResult>;
}

/** A tool, ready to be registered. */
export type Tool = ToolDefinition<AnySchema>;

/**
 * Types a tool's handler by its schema. The definition itself is not changed.
 *
 * @example
 * ```ts
 * import { defineTool } from "@lmcp/lmcp";
 *
 * const greet = defineTool({
 *   name: "greet",
 *   description: "Greets somebody.",
 *   input: { type: "object", properties: { name: { type: "string" } }, required: ["name"] },
 *   run: ({ name }) => `Hello, ${name}!`,
 * });
 * if (greet.name !== "greet") throw new Error("unexpected name");
 * ```
 */
export function defineTool<const S extends AnySchema = { readonly type: "object" }>(
  definition: ToolDefinition<S>,
): Tool {
  return definition as unknown as Tool;
}

/**
 * A tool's failure that the model can mend: the message says what to do next.
 *
 * @example
 * ```ts
 * import { defineTool, ToolError } from "@lmcp/lmcp";
 *
 * const divide = defineTool({
 *   name: "divide",
 *   input: { type: "object", properties: { by: { type: "number" } }, required: ["by"] },
 *   run({ by }) {
 *     if (by === 0) throw new ToolError("Cannot divide by 0: choose another number");
 *     return 1 / by;
 *   },
 * });
 * if (divide.name !== "divide") throw new Error("unexpected name");
 * ```
 */
export class ToolError extends Error {
  /** The name of the class, for logs. */
  override readonly name: string = "ToolError";
  /** What programs may read of the failure, as `structuredContent`. */
  readonly structured: JsonObject | undefined;
  /** Makes the error with its text for the model. */
  constructor(message: string, structured?: JsonObject) {
    super(message);
    this.structured = structured;
  }
}

/**
 * A block of text.
 *
 * @example
 * ```ts
 * import { text } from "@lmcp/lmcp";
 *
 * if (text("hi").type !== "text") throw new Error("unexpected type");
 * ```
 */
export function text(value: string, annotations?: Annotations): TextContent {
  return annotations === undefined
    ? { type: "text", text: value }
    : { type: "text", text: value, annotations };
}

/**
 * An image, from its bytes or from base64.
 *
 * @example
 * ```ts
 * import { image } from "@lmcp/lmcp";
 *
 * const { data } = image(new Uint8Array([1, 2, 3]), "image/png");
 * if (data !== "AQID") throw new Error("unexpected base64");
 * ```
 */
export function image(data: Uint8Array | string, mimeType: string): ImageContent {
  return { type: "image", data: typeof data === "string" ? data : toBase64(data), mimeType };
}

/**
 * Sound, from its bytes or from base64.
 *
 * @example
 * ```ts
 * import { audio } from "@lmcp/lmcp";
 *
 * const { mimeType } = audio("AQID", "audio/wav");
 * if (mimeType !== "audio/wav") throw new Error("unexpected type");
 * ```
 */
export function audio(data: Uint8Array | string, mimeType: string): AudioContent {
  return { type: "audio", data: typeof data === "string" ? data : toBase64(data), mimeType };
}

/**
 * A failed result with a text for the model, for handlers that return rather than throw.
 *
 * @example
 * ```ts
 * import { failure } from "@lmcp/lmcp";
 *
 * if (failure("No such note: list them first").isError !== true) throw new Error("no failure");
 * ```
 */
export function failure(message: string, structured?: JsonObject): ToolResult {
  const content = [text(message)];
  return structured === undefined
    ? { content, isError: true }
    : { content, structuredContent: structured, isError: true };
}

/** Base64 of bytes, without the call-stack limit of spreading a large array. */
export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(binary);
}
