// How a client is connected and how it is asked: options and answers, types only.
// Read by everything in this folder; the ones that users see are exported by `mod.ts`.

import type { JsonObject } from "../jsonrpc/message.ts";
import type {
  ClientCapabilities,
  Implementation,
  LogLevel,
  ServerCapabilities,
} from "../protocol/types.ts";
import type { ResponseCache } from "./cache.ts";
import type { Verdict } from "./verdict.ts";

/** A question of the server, as it came: `elicitation/create`, `sampling/createMessage`, `roots/list`. */
export interface ServerQuestion {
  /** The request that it is. */
  readonly method: string;
  /** Its parameters. */
  readonly params: JsonObject;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** Answers a question; throwing an `RpcError` refuses it with that error. */
export type AnswerQuestion = (question: ServerQuestion) => JsonObject | Promise<JsonObject>;

/** What a user is asked for. */
export interface ElicitQuestion {
  /** `form` asks for `requestedSchema`, `url` to visit `url`. */
  readonly mode: "form" | "url";
  /** What the user is told. */
  readonly message: string;
  /** The JSON Schema of the answer, for a form. */
  readonly requestedSchema?: JsonObject;
  /** The page to visit. */
  readonly url?: string;
  /** Names the visit, where the server says later that it is done. */
  readonly elicitationId?: string;
  /** Whatever else was sent. */
  readonly [other: string]: unknown;
}

/** What the user said. Fields of the schema that have a default and are not there get it. */
export interface ElicitReply {
  /** `decline`: the user said no; `cancel`: the user said nothing. */
  readonly action: "accept" | "decline" | "cancel";
  /** The fields of an accepted form. */
  readonly content?: { readonly [name: string]: unknown };
}

/** What the client's model is asked. */
export interface SampleQuestion {
  /** The conversation so far. */
  readonly messages: readonly JsonObject[];
  /** How long the answer may get. */
  readonly maxTokens: number;
  /** How the model is to behave. */
  readonly systemPrompt?: string;
  /** Whatever else was sent. */
  readonly [other: string]: unknown;
}

/** What the model said. */
export interface SampleReply {
  /** Whose words they are: the assistant's. */
  readonly role: "assistant" | "user";
  /** What the model said: a block of content, or several. */
  readonly content: JsonObject | readonly JsonObject[];
  /** The model that was asked. */
  readonly model: string;
  /** Why it stopped, such as `endTurn` or `maxTokens`. */
  readonly stopReason?: string;
}

/** A folder or file that the server may work with. */
export interface ClientRoot {
  /** Where it is: a `file:` URI. */
  readonly uri: string;
  /** A name for people. */
  readonly name?: string;
}

/** Progress of one call. */
export interface Progress {
  /** How far it is; grows from report to report. */
  readonly progress: number;
  /** How far it will get, where that is known. */
  readonly total?: number;
  /** What is being done, for people. */
  readonly message?: string;
}

/** A log line of the server. */
export interface LogLine {
  /** How much it matters. */
  readonly level: LogLevel;
  /** What is said: a text, or any other JSON. */
  readonly data: unknown;
  /** The part of the server that says it. */
  readonly logger?: string;
}

/** What changed at the server. */
export type ServerChange =
  | { readonly kind: "tools" | "prompts" | "resources" }
  | { readonly kind: "resource"; readonly uri: string }
  | { readonly kind: "task"; readonly task: JsonObject }
  /** The stream was away for a while: anything that is listened to may have changed. */
  | { readonly kind: "gap" };

/** Which changes to hear of. */
export interface ListenFilter {
  /** Changes of the list of tools. Default false. */
  readonly tools?: boolean;
  /** Changes of the list of prompts. Default false. */
  readonly prompts?: boolean;
  /** Changes of the list of resources. Default false. */
  readonly resources?: boolean;
  /** Resources whose contents matter. */
  readonly uris?: readonly string[];
  /** Ids of tasks, where the server has the extension for them. */
  readonly tasks?: readonly string[];
}

/** Changes that are being heard of. */
export interface Subscription {
  /** What the server agreed to tell, of what was asked for. */
  readonly agreed: ListenFilter;
  /** Resolves when it is over; rejects when it ended for good without being closed. */
  readonly ended: Promise<void>;
  /** Ends it. Idempotent. */
  close(): Promise<void>;
}

/** How a client is connected. All of it may be left out. */
export interface ConnectOptions {
  /** Who the client says it is. Default: `lmcp` and its version. */
  readonly clientInfo?: Implementation;
  /** Declared beside what the callbacks imply: the modes of elicitation, extensions, whatever else. */
  readonly capabilities?: ClientCapabilities;
  /** Puts a form before the user. Declares `elicitation`. */
  readonly onElicit?: (
    question: ElicitQuestion,
    signal: AbortSignal,
  ) => ElicitReply | Promise<ElicitReply>;
  /** Asks the user to visit a page. Declares `elicitation.url`. */
  readonly onVisit?: (
    question: ElicitQuestion,
    signal: AbortSignal,
  ) => ElicitReply | Promise<ElicitReply>;
  /** Asks a model. Declares `sampling`. */
  readonly onSample?: (
    question: SampleQuestion,
    signal: AbortSignal,
  ) => SampleReply | Promise<SampleReply>;
  /** The roots, or what gives them each time. Declares `roots`. */
  readonly roots?:
    | readonly ClientRoot[]
    | (() => readonly ClientRoot[] | Promise<readonly ClientRoot[]>);
  /** Told of every notification of the server, after the callbacks below. */
  readonly onNotification?: (method: string, params: JsonObject) => void;
  /** Told of log lines; asks for those of `logLevel` and above. */
  readonly onLog?: (line: LogLine) => void;
  /** The least severe lines to ask for. Default, with `onLog`: `info`. */
  readonly logLevel?: LogLevel;
  /** Told when a list changed, or may have; a stream is opened for it where the server tells. */
  readonly onListChanged?: (list: "tools" | "prompts" | "resources") => void;
  /** Told of what fails where nobody waits: a malformed message, a stream that broke, a bad tool. */
  readonly onError?: (error: unknown) => void;
  /** Lines that a started command writes to its standard error. */
  readonly onStderr?: (line: string) => void;
  /** Which era to speak. Default `auto`: the server is asked. */
  readonly era?: "auto" | "modern" | "session";
  /** The revision to speak, exactly; says the era, too. Default: the newest that both know. */
  readonly revision?: string;
  /** What servers were found to speak, shared between connects so that a known one is not asked again. */
  readonly verdicts?: Map<string, Verdict>;
  /** What servers allowed to be kept. Default: one of its own for each client. */
  readonly cache?: ResponseCache;
  /** Milliseconds that a request may take. Default 60,000. */
  readonly timeoutMs?: number;
  /** Milliseconds that connecting may take. Default: as `timeoutMs`. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds that a started command may take for the first question, before it counts as old. Default 10,000. */
  readonly probeTimeoutMs?: number;
  /** Gives up connecting. */
  readonly signal?: AbortSignal;
  /** Bytes of one answer, at the most. Default 64 MiB. */
  readonly maxResponseBytes?: number;
  /** Rounds of questions in one call, at the most. Default 10. */
  readonly maxRounds?: number;
  /**
   * Holds what tools return to the output schemas that they were last listed with; what does not fit
   * fails the call as `protocol`. Default false.
   */
  readonly checkOutput?: boolean;
  /** Declares the tasks extension: a tool's call that becomes a task is followed to its end. */
  readonly tasks?: boolean;
}

/** How one request is sent. */
export interface RequestOptions {
  /** Cancels the request, on the server too. */
  readonly signal?: AbortSignal;
  /** Milliseconds until it is given up and cancelled. Default: that of the client. */
  readonly timeoutMs?: number;
  /** Whether progress starts the time anew. Default false. */
  readonly resetTimeoutOnProgress?: boolean;
  /** Milliseconds that progress can stretch it to. Default 1 hour. */
  readonly maxTotalMs?: number;
  /** Told of progress; asks the server for it. */
  readonly onProgress?: (progress: Progress) => void;
  /** Told of every notification on the stream of this request, in place of the client's callbacks. */
  readonly onNotification?: (method: string, params: JsonObject) => void;
  /** Told of log lines of this request, in place of the client's `onLog`. */
  readonly onLog?: (line: LogLine) => void;
  /** The least severe lines to ask for; in sessions, `setLogLevel` sets that for all requests. */
  readonly logLevel?: LogLevel;
  /** Members of `_meta`, such as `traceparent`. */
  readonly meta?: JsonObject;
  /** HTTP headers beside those of the protocol. */
  readonly headers?: { readonly [name: string]: string };
  /** Answers the questions of this call, in place of the client's callbacks. */
  readonly onQuestion?: AnswerQuestion;
  /** What this request declares, in place of the client's own; in sessions that is settled at the start. */
  readonly capabilities?: ClientCapabilities;
  /** Asks the server even if an answer is kept. */
  readonly fresh?: boolean;
}

/** How a call is made that the server may answer with questions. */
export interface CallOptions extends RequestOptions {
  /**
   * `answer` (the default) answers questions and asks again until the call is done; `return` gives
   * the questions back as a value. In sessions questions are requests: they are always answered.
   */
  readonly inputs?: "answer" | "return";
  /** Answers to the questions of an earlier round, by their keys. */
  readonly inputResponses?: JsonObject;
  /** What the earlier round gave, to be sent back as it was. */
  readonly requestState?: string;
}

/** What became of a call with `inputs: "return"`. */
export type CallOutcome<Result> =
  | { readonly kind: "complete"; readonly result: Result }
  | InputRequired;

/** The server asks before it goes on: the same call again, with answers and state, takes it further. */
export interface InputRequired {
  /** Tells it from a result. */
  readonly kind: "input_required";
  /** Questions by their keys; none means: just ask again. */
  readonly inputRequests: {
    readonly [key: string]: { readonly method: string; readonly params?: JsonObject };
  };
  /** To be sent back exactly; undefined: none may be sent. */
  readonly requestState: string | undefined;
}

/** What a server says of itself. */
export interface ServerSelf {
  /** Undefined where it did not say. */
  readonly info: Implementation | undefined;
  /** What it offers. */
  readonly capabilities: ServerCapabilities;
  /** How to use it, for the model. */
  readonly instructions: string | undefined;
}
