// What passes between an era and the core: a call goes in, an outcome comes out.
// Made by `eras/`, consumed by `server/`; carries no version, no header, no socket.

import type { JsonObject, RequestId } from "../jsonrpc/message.ts";
import type { Questions } from "./questions.ts";
import type { HeaderParam } from "./header_params.ts";
import type { ClientCapabilities, Implementation, LogLevel, ServerCapabilities } from "./types.ts";

/** Who a request comes from, as its token says. Sessions, jobs and tasks belong to `name`. */
export interface AuthInfo {
  /** The name of the token, never the token itself. */
  readonly name: string;
  /** What the token may do; absent means everything. */
  readonly scopes?: readonly string[];
  /** When the token ends, in milliseconds since the epoch. */
  readonly expiresAt?: number;
}

/** What the client says of itself; with capabilities `{}` when it says nothing. */
export interface ClientFacts {
  /** Its name and version, where it said them. */
  readonly info?: Implementation;
  /** What it can be asked. */
  readonly capabilities: ClientCapabilities;
}

/** Something said while a request runs: it travels on that request's own stream. */
export type Note =
  | {
    readonly kind: "progress";
    readonly progress: number;
    readonly total: number | undefined;
    readonly message: string | undefined;
  }
  | {
    readonly kind: "log";
    readonly level: LogLevel;
    readonly data: unknown;
    readonly logger: string | undefined;
  };

/** A request, as the core sees it. */
export interface Call {
  /** The id that the client gave it. */
  readonly id: RequestId;
  /** Such as `tools/call`. */
  readonly method: string;
  /** The parameters, `_meta` among them; `{}` where there were none. */
  readonly params: JsonObject;
  /** The request's `_meta`, as it came. */
  readonly meta: JsonObject;
  /** Aborted when the request is cancelled, its client is gone, or the server ends. */
  readonly signal: AbortSignal;
  /** What the client says of itself. */
  readonly client: ClientFacts;
  /** Who calls; undefined where no token is asked for. */
  readonly auth: AuthInfo | undefined;
  /** The session that the request belongs to, where the era has sessions. */
  readonly session: { readonly id: string } | undefined;
  /** Questions to the client, and what earlier rounds of the call left. */
  readonly questions: Questions;
  /** Whether the call waits for answers that come with a later request. */
  readonly suspended: boolean;
  /** Whether anybody is told of progress. */
  readonly wantsProgress: boolean;
  /** Sends progress or a log line, where the client asked for it. */
  notify(note: Note): void;
  /** Closes the stream of the answer where the client can come back for it; else does nothing. */
  closeStream(retryMs: number): void;
  /** Lets the call go on as a task, where an extension can make one of it. */
  startTask?(): Promise<void>;
}

/** How long, and by whom, a result may be reused. */
export interface CacheHint {
  /** Milliseconds; 0 means it is stale at once. */
  readonly ttlMs: number;
  /** `public`: what one client was told may be told to others. */
  readonly scope: "public" | "private";
}

/** What became of a call. A protocol error is thrown, as an `RpcError`. */
export interface Outcome {
  /** Of what kind it is: there is one. */
  readonly kind: "complete";
  /** The result, as the neutral vocabulary has it. */
  readonly result: JsonObject;
  /** How long it may be reused; absent: not at all. */
  readonly cache?: CacheHint;
}

/** What an era says of the server in its handshake or discovery. */
export interface ServerFacts {
  /** Its name and version. */
  readonly info: Implementation;
  /** How to use it, for the model. */
  readonly instructions: string | undefined;
  /** How long its lists may be reused. */
  readonly cache: CacheHint;
  /** Whether log lines are sent to clients at all. */
  readonly logs: boolean;
  /** What it declares now: that changes with what is registered. */
  capabilities(): ServerCapabilities;
  /** The same, as sessions are told it: with the extensions that are there for them. */
  sessionCapabilities(): ServerCapabilities;
}

/** What can change while a server runs: a list, or what a resource holds. */
export type Change =
  | { readonly kind: "tools" | "prompts" | "resources" }
  | { readonly kind: "resource"; readonly uri: string };

/** What an extension can tell a subscription. */
export interface Feed {
  /** The part of the client's filter that is agreed to. */
  readonly agreed: JsonObject;
  /** Tells of what happens from now on; the answer ends that. */
  open(notify: (method: string, params: JsonObject) => void): () => void;
}

/** The core, as the transports see it. */
export interface Core {
  /** What it says of itself. */
  readonly facts: ServerFacts;
  /** Runs a call. @throws {RpcError} when the request is wrong. */
  handle(call: Call): Outcome | Promise<Outcome>;
  /** The arguments of a tool that travel in headers as well; none for a tool that there is not. */
  headerParams(tool: unknown): readonly HeaderParam[];
  /** Calls `listener` at every change; the answer takes it back. */
  onChange(listener: (change: Change) => void): () => void;
  /** Whether an extension adds a method; `inSession` asks for what sessions may use. */
  adds(method: string, inSession: boolean): boolean;
  /** What extensions can tell a subscription. @throws {RpcError} when the filter asks wrongly. */
  feeds(call: Call, filter: JsonObject): Promise<readonly Feed[]>;
  /**
   * A transport says that it serves the core. The answer says that it does no more: after the last
   * one, what the core runs on its own is ended, and the promise waits for that.
   */
  serve(): () => Promise<void>;
  /** Tells of an error that the peer is not told of. */
  report(error: unknown, call: Call | undefined): void;
}
