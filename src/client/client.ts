// A client as its users see it: the same members whichever era the server speaks, and however it is
// reached. Made by `connect`; `connected_client.ts` implements it.

import type { JsonObject } from "../jsonrpc/message.ts";
import type {
  Completion,
  Implementation,
  LogLevel,
  PromptInfo,
  PromptResult,
  ReadResult,
  ResourceInfo,
  ResourceTemplateInfo,
  ServerCapabilities,
  ToolInfo,
  ToolResult,
} from "../protocol/types.ts";
import type {
  CallOptions,
  CallOutcome,
  ListenFilter,
  RequestOptions,
  ServerChange,
  Subscription,
} from "./options.ts";

/** The options of a call that gives questions back. */
export type ReturningOptions = CallOptions & { readonly inputs: "return" };

/** A list that is fetched page by page while it is looped over; `all` fetches the rest at once. */
export interface Listing<Item> extends AsyncIterable<Item> {
  /** Every entry. */
  all(): Promise<Item[]>;
}

/** What a completion is asked for: an argument of a prompt, or a variable of a resource template. */
export type CompletionRef =
  | { readonly prompt: string; readonly template?: undefined }
  | { readonly template: string; readonly prompt?: undefined };

/**
 * A client of one server. Every member rejects with an `RpcError` when the server answered with an
 * error, and with a `ClientError` when no answer came.
 */
export interface Client extends AsyncDisposable {
  /** The revision of the protocol that is spoken. */
  readonly revision: string;
  /** Whether the server keeps a session, so that what is set for one request holds for the next. */
  readonly hasSession: boolean;
  /** Who the server says it is. Never to be trusted, only shown. */
  readonly server: Implementation | undefined;
  /** What the server declared. */
  readonly capabilities: ServerCapabilities;
  /** How the server says it is to be used. */
  readonly instructions: string | undefined;
  /** Resolves when the connection is over: closed, or a command that ended. */
  readonly closed: Promise<void>;

  /** Sends any request and gives its result as it came. */
  request(method: string, params?: JsonObject, options?: RequestOptions): Promise<JsonObject>;
  /** Sends a notification, where the era has any. */
  notify(method: string, params?: JsonObject): Promise<void>;

  /** The tools. Over HTTP, those whose header annotations break a rule are left out and reported. */
  listTools(options?: RequestOptions): Listing<ToolInfo>;
  /** The resources. */
  listResources(options?: RequestOptions): Listing<ResourceInfo>;
  /** The resource templates. */
  listResourceTemplates(options?: RequestOptions): Listing<ResourceTemplateInfo>;
  /** The prompts. */
  listPrompts(options?: RequestOptions): Listing<PromptInfo>;

  /** Calls a tool. What the tool itself failed at is a result with `isError`. */
  callTool(
    name: string,
    args: JsonObject,
    options: ReturningOptions,
  ): Promise<CallOutcome<ToolResult>>;
  /** Calls a tool, and answers its questions by the options of the client. */
  callTool(name: string, args?: JsonObject, options?: CallOptions): Promise<ToolResult>;

  /** Reads a resource. */
  readResource(uri: string, options: ReturningOptions): Promise<CallOutcome<ReadResult>>;
  /** Reads a resource, and answers its questions by the options of the client. */
  readResource(uri: string, options?: CallOptions): Promise<ReadResult>;

  /** Gets a prompt. */
  getPrompt(
    name: string,
    args: { readonly [name: string]: string },
    options: ReturningOptions,
  ): Promise<CallOutcome<PromptResult>>;
  /** Gets a prompt, and answers its questions by the options of the client. */
  getPrompt(
    name: string,
    args?: { readonly [name: string]: string },
    options?: CallOptions,
  ): Promise<PromptResult>;

  /** Asks for values that begin as `value` does. */
  complete(
    ref: CompletionRef,
    argument: { readonly name: string; readonly value: string },
    known?: { readonly [name: string]: string },
    options?: RequestOptions,
  ): Promise<Completion>;

  /** Sets which log lines are sent from now on. */
  setLogLevel(level: LogLevel, options?: RequestOptions): Promise<void>;
  /** Asks for a sign of life, by the cheapest request of the era. */
  ping(options?: RequestOptions): Promise<void>;

  /**
   * Hears of changes until it is closed. A stream that breaks is opened again; where nothing could
   * be replayed, `onChange` is told of a gap.
   */
  listen(
    filter: ListenFilter,
    onChange: (change: ServerChange) => void,
    options?: { readonly signal?: AbortSignal },
  ): Promise<Subscription>;

  /**
   * Ends what is in flight, the streams, the session, the command. Idempotent, never rejects.
   */
  close(): Promise<void>;
}
