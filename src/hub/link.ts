// A way to a host, as the rest of the hub sees it: over MCP or over ssh, a call is the same. What went
// wrong is told apart by what matters: whether the host can have seen the call.

import type { JsonObject } from "../jsonrpc/message.ts";
import type { ClientCapabilities, LogLevel, ToolResult } from "../protocol/types.ts";

/** A question of a host, on its way to the caller. */
export interface HostQuestion {
  readonly method: string;
  readonly params: JsonObject;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** What a host asks before it goes on; the same call again, with answers and state, takes it further. */
export interface HostAsks {
  readonly kind: "asks";
  /** Questions by their keys; none means: just ask again. */
  readonly questions: { readonly [key: string]: { readonly method: string; params?: JsonObject } };
  readonly state: string | undefined;
}

/** What a host answered. */
export type HostAnswer = { readonly kind: "done"; readonly result: ToolResult } | HostAsks;

/** A call of a tool on a host. */
export interface HostCall {
  readonly tool: string;
  readonly args: JsonObject;
  /** Members of `_meta` that travel on, such as `traceparent`. */
  readonly meta: JsonObject;
  readonly signal: AbortSignal;
  /** Milliseconds until it is given up and cancelled. */
  readonly timeoutMs: number;
  /** What the caller can be asked. */
  readonly capabilities: ClientCapabilities;
  /** Told of progress; absent where nobody asked for it. */
  readonly onProgress?: (progress: number, total?: number, message?: string) => void;
  /** Told of log lines of `logLevel` and above. */
  readonly onLog: (level: LogLevel, data: unknown, logger?: string) => void;
  readonly logLevel: LogLevel | undefined;
  /** Answers what a host asks in the middle of a call. */
  readonly onQuestion: (question: HostQuestion) => Promise<JsonObject>;
  /** What the round before gave, and the answers to it. */
  readonly round?: { readonly answers: JsonObject; readonly state: string | undefined };
}

/** The way to a host over MCP. */
export interface Link {
  /** Resolves when the host answered, with what is wrong with the answer; rejects when it did not. */
  probe(signal: AbortSignal): Promise<string | undefined>;
  /**
   * Calls a tool.
   *
   * @throws {NotReached | HostFailed} or, for an error that the host answered with, an `RpcError`.
   */
  call(call: HostCall): Promise<HostAnswer>;
  /** Ends the connection when its calls have ended. Never rejects. */
  close(): Promise<void>;
}

/** What is said of a call that goes no other way, after what went wrong. */
export const MAY_HAVE_BEGUN =
  "; the host may have begun it, so it was not sent again by another way";

/** The host has not seen the call, for certain: it may go another way. The message is a clause. */
export class NotReached extends Error {
  /** The name of the class, for logs. */
  override readonly name: string = "NotReached";
}

/** The host may have seen the call, and gave no answer to it: it goes no other way. */
export class HostFailed extends Error {
  /** The name of the class, for logs. */
  override readonly name: string = "HostFailed";
  /** `doubtful`: whether the host itself may be gone. */
  readonly doubtful: boolean;
  /** Makes the error with what happened, as a clause. */
  constructor(message: string, doubtful: boolean) {
    super(message);
    this.doubtful = doubtful;
  }
}
