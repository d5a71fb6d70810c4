// Runs a call of a remote tool: which hosts, each its own call with its own deadline, and the answer
// that all of them make. Called by the tools that `remote_tool.ts` makes.

import { ErrorCode, RpcError } from "../jsonrpc/errors.ts";
import type { JsonObject } from "../jsonrpc/message.ts";
import { MetaKey } from "../protocol/revisions.ts";
import {
  type ClientCapabilities,
  LOG_LEVELS,
  type LogLevel,
  type ToolResult,
} from "../protocol/types.ts";
import type { Context } from "../server/define.ts";
import { callHost, type Routed, type SshTools, type Via } from "./call_host.ts";
import { fanOutAnswer, singleAnswer } from "./fan_out_answer.ts";
import type { Fleet, FleetHost } from "./fleet.ts";
import { selectHosts } from "./host_selection.ts";
import { answered, failed, type FitsOwn, type HostResult } from "./host_result.ts";
import type { HostCall } from "./link.ts";
import type { ParkedCalls } from "./parked_calls.ts";
import { refuseQuestion, Suspension, withQuestions } from "./questions_through.ts";
import { type Trace, traceOf } from "./trace_context.ts";

/** How a call on one host ended: `asks` waits for answers of the caller. */
export type CallEnd = "ok" | "error" | "failed" | "cancelled" | "asks";

/** One call on one host, for the log and the metrics. */
export interface CallRecord {
  /** The tool, as the host has it. */
  readonly tool: string;
  /** The name of the host. */
  readonly host: string;
  /** The way it went; undefined where it went none. */
  readonly via: Via | undefined;
  /** Milliseconds that it took. */
  readonly ms: number;
  /** How it ended. */
  readonly outcome: CallEnd;
  /** The name of the caller's token; undefined where none is asked for. */
  readonly who: string | undefined;
  /** The id of its trace. */
  readonly trace: string;
  /** Why it failed. */
  readonly problem: string | undefined;
}

/** What calls are run with. */
export interface RemoteRunner {
  readonly fleet: Fleet;
  readonly ssh: SshTools;
  readonly parking: ParkedCalls;
  /** Characters of an answer at the most. */
  readonly limit: number;
  onCall(record: CallRecord): void;
}

/** A tool as it is called on hosts. */
export interface RemoteTool {
  /** The name it has on a host. */
  readonly name: string;
  readonly hasSchema: boolean;
  readonly fits: FitsOwn;
}

const DEFAULT_MS = 60_000;
const SHELL_MS = 120_000;
/** Characters of a problem in a line of the log. */
const MOST_PROBLEM = 500;
/** A host keeps to its own limit, which may be larger than the hub's; one of another kind may not. */
const ANSWER_SHARES = 4;
/** What a host needs beside the time that the call itself may take. */
const MARGIN_MS = 15_000;

/** Runs a call. @throws {ToolError} when it names no host that there is. */
export async function runRemote(
  runner: RemoteRunner,
  tool: RemoteTool,
  wanted: string | readonly string[],
  args: JsonObject,
  ctx: Context,
): Promise<ToolResult> {
  const hosts = selectHosts(await runner.fleet.hosts(), wanted);
  const trace = traceOf(ctx.meta);
  const [only] = hosts;
  if (hosts.length === 1 && only !== undefined) {
    const result = await runOn(
      runner,
      tool,
      only,
      args,
      ctx,
      trace,
      (base) =>
        withQuestions(
          ctx,
          runner.parking,
          (round) => send(runner, only, { ...base, ...round }, ctx),
        ),
    );
    return singleAnswer(result, tool.hasSchema);
  }
  let done = 0;
  const results = await Promise.all(hosts.map(async (host) => {
    const result = await runOn(
      runner,
      tool,
      host,
      args,
      ctx,
      trace,
      ({ onProgress: _, ...base }) => send(runner, host, base, ctx),
    );
    ctx.progress(++done, hosts.length, `${host.name}: ${result.ok ? "ok" : "failed"}`);
    return result;
  }));
  return fanOutAnswer(results, runner.limit);
}

async function send(
  { fleet, ssh }: RemoteRunner,
  host: FleetHost,
  call: HostCall,
  { auth }: Context,
): Promise<Routed> {
  return await callHost(fleet, host, call, ssh, auth?.name);
}

async function runOn(
  runner: RemoteRunner,
  tool: RemoteTool,
  host: FleetHost,
  args: JsonObject,
  ctx: Context,
  trace: Trace,
  make: (base: HostCall) => Promise<Routed>,
): Promise<HostResult> {
  const { clock } = runner.fleet;
  const start = clock.now();
  const record = (outcome: CallEnd, via: Via | undefined, problem?: string) => {
    const ms = Math.round(clock.now() - start);
    const { auth } = ctx;
    const facts = { tool: tool.name, host: host.name, who: auth?.name, trace: trace.id };
    runner.onCall({ ...facts, via, ms, outcome, problem: problem?.slice(0, MOST_PROBLEM) });
    return ms;
  };
  try {
    const { via, answer } = await make(baseCall(tool, host, args, ctx, trace));
    if (answer.kind === "asks") {
      throw new RpcError(
        ErrorCode.InternalError,
        "it asks before it goes on, and nobody can be asked for several hosts; call it alone",
      );
    }
    const most = ANSWER_SHARES * runner.limit;
    const result = answered(host.name, via, answer.result, tool.fits, most);
    return { ...result, elapsedMs: record(result.ok ? "ok" : "error", via) };
  } catch (error) {
    if (error instanceof Suspension) {
      record("asks", undefined);
      throw error.thrown;
    }
    const problem = error instanceof Error ? error.message : String(error);
    if (ctx.signal.aborted) {
      record("cancelled", undefined, problem);
      throw ctx.signal.reason;
    }
    const result = failed(host.name, 0, error);
    return { ...result, elapsedMs: record("failed", result.via, problem) };
  }
}

function baseCall(
  { name }: RemoteTool,
  host: FleetHost,
  args: JsonObject,
  ctx: Context,
  { meta }: Trace,
): HostCall {
  return {
    tool: name,
    args,
    meta,
    signal: ctx.signal,
    timeoutMs: timeoutOf(name, args),
    capabilities: askable(ctx.client.capabilities),
    ...(ctx.wantsProgress
      ? {
        onProgress: (progress: number, total?: number, message?: string) =>
          ctx.progress(progress, total, message),
      }
      : {}),
    onLog: (level, data, logger) => ctx.log(level, data, logger ?? host.name),
    logLevel: levelOf(ctx.meta[MetaKey.logLevel]),
    onQuestion: refuseQuestion,
  };
}

/** The time a call may take by what it says itself, and then some. */
function timeoutOf(tool: string, { timeout_s }: JsonObject): number {
  if (typeof timeout_s === "number" && timeout_s >= 0) return timeout_s * 1_000 + MARGIN_MS;
  return (tool === "shell" ? SHELL_MS : DEFAULT_MS) + MARGIN_MS;
}

/** What the caller can be asked; its extensions are between it and the hub. */
function askable({ elicitation, sampling, roots }: ClientCapabilities): ClientCapabilities {
  return {
    ...(elicitation === undefined ? {} : { elicitation }),
    ...(sampling === undefined ? {} : { sampling }),
    ...(roots === undefined ? {} : { roots }),
  };
}

function levelOf(level: unknown): LogLevel | undefined {
  return LOG_LEVELS.find((each) => each === level);
}
