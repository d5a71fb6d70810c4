// The way to a host over MCP: one client for each host, connected when it is first needed, and anew
// after its connection broke. Used by the fleet. Sends a call a second time only when the first
// surely never left.

import type { Client } from "../client/client.ts";
import { ClientError } from "../client/client_error.ts";
import { connect } from "../client/connect.ts";
import type { CallOptions, InputRequired } from "../client/options.ts";
import type { ClientAuth } from "../client/target.ts";
import type { Verdict as EraVerdict } from "../client/verdict.ts";
import { RpcError } from "../jsonrpc/errors.ts";
import type { JsonObject } from "../jsonrpc/message.ts";
import type { ClientCapabilities } from "../protocol/types.ts";
import { VERSION } from "../version.ts";
import { TokenProblem } from "./backend_token.ts";
import {
  type HostAnswer,
  type HostCall,
  HostFailed,
  type Link,
  MAY_HAVE_BEGUN,
  NotReached,
} from "./link.ts";

/** A session is opened once for all callers, so it declares what any of them may be asked. */
const SESSION_CAPABILITIES: ClientCapabilities = {
  elicitation: { form: {}, url: {} },
  sampling: { tools: {} },
  roots: {},
};

/** How a host is reached. */
export interface McpLinkOptions {
  readonly url: string;
  readonly auth: ClientAuth | undefined;
  /** Milliseconds that connecting may take. */
  readonly connectMs: number;
  /** Bytes of one answer, at the most. */
  readonly answerBytes: number;
  /** Told of what fails where nobody waits. */
  readonly onError: (error: unknown) => void;
}

interface Connection {
  readonly client: Client;
  users: number;
  retired: boolean;
}

/** Makes the way to a host. Connects to nothing yet. */
export function mcpLink(options: McpLinkOptions): Link {
  const verdicts = new Map<string, EraVerdict>();
  let connection: Promise<Connection> | undefined;

  async function open(): Promise<Connection> {
    const { url, auth, connectMs, answerBytes, onError } = options;
    const client = await connect(auth === undefined ? { url } : { url, auth }, {
      clientInfo: { name: "lmcp-hub", version: VERSION },
      capabilities: SESSION_CAPABILITIES,
      verdicts,
      connectTimeoutMs: connectMs,
      maxResponseBytes: answerBytes,
      onError,
    });
    return { client, users: 0, retired: false };
  }

  function retire(one: Connection): void {
    if (one.retired) return;
    one.retired = true;
    connection = undefined;
    if (one.users === 0) void one.client.close();
  }

  /** Runs `fn` with a client; with another one when the first turned out to be gone before. */
  async function withClient<T>(fn: (client: Client) => Promise<T>): Promise<T> {
    for (let first = true;; first = false) {
      const known = connection !== undefined;
      const opening = connection ??= open();
      let one: Connection;
      try {
        one = await opening;
      } catch (error) {
        if (connection === opening) connection = undefined;
        throw notConnected(error, options.connectMs);
      }
      one.users++;
      try {
        return await fn(one.client);
      } catch (error) {
        if (breaksConnection(error)) retire(one);
        if (!(first && known && error instanceof ClientError && !error.sent)) throw error;
      } finally {
        one.users--;
        if (one.retired && one.users === 0) void one.client.close();
      }
    }
  }

  return {
    async probe(signal) {
      try {
        await withClient((client) => client.ping({ signal, timeoutMs: options.connectMs * 2 }));
        return undefined;
      } catch (error) {
        // It lives, and refuses the hub: to call it down would hide why.
        if (error instanceof ClientError && error.code === "unauthorized") return refusal(error);
        if (error instanceof RpcError) return `it answered: ${error.message}`;
        throw error;
      }
    },
    async call(call) {
      call.signal.throwIfAborted();
      try {
        return await withClient((client) => send(client, call));
      } catch (error) {
        throw toHostError(error, call, options.answerBytes);
      }
    },
    async close() {
      try {
        const one = await connection;
        if (one === undefined) return;
        retire(one);
        if (one.users === 0) await one.client.close();
      } catch {
        // It never was connected.
      }
    },
  };
}

async function send(client: Client, call: HostCall): Promise<HostAnswer> {
  const { onProgress, round, logLevel } = call;
  const options: CallOptions = {
    signal: call.signal,
    timeoutMs: call.timeoutMs,
    meta: call.meta,
    capabilities: call.capabilities,
    onQuestion: ({ method, params, signal }) => call.onQuestion({ method, params, signal }),
    onLog: ({ level, data, logger }) => call.onLog(level, data, logger),
    ...(onProgress === undefined ? {} : {
      onProgress: ({ progress, total, message }) => onProgress(progress, total, message),
    }),
    // On a session the level would be set for all calls.
    ...(logLevel === undefined || client.hasSession ? {} : { logLevel }),
    ...(round === undefined ? {} : roundOptions(round)),
  };
  const outcome = await client.callTool(call.tool, call.args, { ...options, inputs: "return" });
  return outcome.kind === "complete" ? { kind: "done", result: outcome.result } : asksOf(outcome);
}

function roundOptions(
  { answers, state }: { readonly answers: JsonObject; readonly state: string | undefined },
): CallOptions {
  return state === undefined
    ? { inputResponses: answers }
    : { inputResponses: answers, requestState: state };
}

function asksOf({ inputRequests, requestState }: InputRequired): HostAnswer {
  return { kind: "asks", questions: inputRequests, state: requestState };
}

/** No call is sent before there is a connection: what kept it from being made has seen none. */
function notConnected(error: unknown, connectMs: number): unknown {
  if (error instanceof ClientError && error.code === "unauthorized") return error;
  if (error instanceof ClientError && error.code === "timeout") {
    return new NotReached(`it did not answer within ${connectMs / 1_000} s`);
  }
  if (error instanceof TokenProblem) return new NotReached(error.message);
  return new NotReached(error instanceof Error ? error.message : String(error));
}

/** Whether the next call had better begin with a new connection. */
function breaksConnection(error: unknown): boolean {
  return error instanceof ClientError &&
    (error.code === "closed" || error.code === "protocol" || error.code === "refused" ||
      (error.code === "http" && error.status === 404));
}

function refusal({ status = 401 }: ClientError): string {
  return `it refuses the hub's token (HTTP ${status})`;
}

function toHostError(
  error: unknown,
  { signal, timeoutMs }: HostCall,
  answerBytes: number,
): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof TokenProblem) return new NotReached(error.message);
  if (!(error instanceof ClientError)) return error;
  if (error.code === "unauthorized") {
    return new HostFailed(refusal(error), false);
  }
  if (!error.sent) return new NotReached(error.message);
  if (error.code === "too_large") {
    const most = `${answerBytes / 1024 / 1024} MiB`;
    return new HostFailed(
      `its answer is larger than the ${most} that a hub takes; ask for less`,
      false,
    );
  }
  if (error.code === "http" && error.status !== undefined && error.status >= 500) {
    // It answers, so it lives; what came of the call, it does not say.
    return new HostFailed(`${error.message}${MAY_HAVE_BEGUN}`, false);
  }
  const message = error.code === "timeout"
    ? `it gave no answer within ${Math.round(timeoutMs / 1_000)} s`
    : error.message;
  return new HostFailed(message, error.code !== "http");
}
