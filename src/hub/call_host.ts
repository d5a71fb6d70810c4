// One call on one host: a place, a way, and never two ways where the first may have got there.
// Called by `run_remote.ts` for each host of a call. What it throws says what happened, as a clause.
//
// Over MCP if the host is up. What is not known to be up is asked first, all callers sharing one
// asking: so a call goes over ssh only where the host surely has not seen it, and a host that came
// back is found out by the first call after.

import { RpcError } from "../jsonrpc/errors.ts";
import type { ToolResult } from "../protocol/types.ts";
import { type HostAnswer, type HostCall, HostFailed, MAY_HAVE_BEGUN, NotReached } from "./link.ts";
import type { Fleet, FleetHost, RunningCall } from "./fleet.ts";

/** How a call travelled. */
export type Via = "mcp" | "ssh";

/** What became of a call. */
export interface Routed {
  readonly via: Via;
  readonly answer: HostAnswer;
}

/** The tools that can go over ssh. */
export interface SshTools {
  /** Whether a tool goes over ssh at all. */
  covers(tool: string): boolean;
  /** Runs it. @throws {NotReached | HostFailed} as `Link.call` does, or a `ToolError`. */
  call(target: string, call: HostCall): Promise<ToolResult>;
}

/** A call that failed, and how far it had come. */
export class CallFailed extends Error {
  /** The name of the class, for logs. */
  override readonly name: string = "CallFailed";
  /** The way on which it failed; undefined where none could be taken. */
  readonly via: Via | undefined;
  /** Makes the error with a sentence for the caller. */
  constructor(message: string, via: Via | undefined) {
    super(message);
    this.via = via;
  }
}

/**
 * Calls a tool on a host.
 *
 * @throws {CallFailed | BusyError}, or what the tool or the host itself answered with.
 */
export async function callHost(
  fleet: Fleet,
  host: FleetHost,
  call: HostCall,
  ssh: SshTools,
  who: string | undefined,
): Promise<Routed> {
  return await host.bulkhead.run(call.signal, async () => {
    const running: RunningCall = { tool: call.tool, who, startedAt: fleet.clock.wall() };
    host.calls.add(running);
    fleet.changed();
    try {
      return await route(fleet, host, call, ssh);
    } finally {
      host.calls.delete(running);
      fleet.changed();
    }
  });
}

async function route(
  fleet: Fleet,
  host: FleetHost,
  call: HostCall,
  ssh: SshTools,
): Promise<Routed> {
  const overMcp = host.link === undefined ? { down: undefined } : await tryMcp(fleet, host, call);
  if ("answer" in overMcp) return { via: "mcp", answer: overMcp.answer };
  call.signal.throwIfAborted();
  const target = host.backend.ssh;
  if (target === undefined || !ssh.covers(call.tool)) {
    throw new CallFailed(noWay(fleet, host, call.tool, overMcp.down), undefined);
  }
  try {
    return { via: "ssh", answer: { kind: "done", result: await ssh.call(target, call) } };
  } catch (error) {
    if (!(error instanceof NotReached || error instanceof HostFailed)) throw error;
    const before = overMcp.down === undefined ? "" : `its lmcp is down (${overMcp.down}), and `;
    throw new CallFailed(`${before}over ssh: ${error.message}`, "ssh");
  }
}

async function tryMcp(
  fleet: Fleet,
  host: FleetHost,
  call: HostCall,
): Promise<{ readonly answer: HostAnswer } | { readonly down: string }> {
  const { health, link } = host;
  const { clock } = fleet;
  // A round of questions goes on where it began, whatever is believed of the host.
  if (!health.isUp(clock.now()) && call.round === undefined) {
    await untilAborted(fleet.probe(host), call.signal);
    const { state, problem } = health.verdict(clock.now());
    if (state !== "up") return { down: problem ?? "it did not answer" };
  }
  const from = clock.now();
  try {
    const answer = await link!.call(call);
    health.succeeded(clock.now());
    return { answer };
  } catch (error) {
    if (error instanceof NotReached) {
      health.failed(from, clock.now(), error.message);
      fleet.changed();
      return { down: error.message };
    }
    // A host that answers with an error is up.
    if (error instanceof RpcError) health.succeeded(clock.now());
    if (!(error instanceof HostFailed)) throw error;
    if (error.doubtful) health.doubt(clock.now());
    throw new CallFailed(`${error.message}${error.doubtful ? MAY_HAVE_BEGUN : ""}`, "mcp");
  }
}

function noWay(fleet: Fleet, host: FleetHost, tool: string, down: string | undefined): string {
  const { ssh, url } = host.backend;
  const reason = url === undefined
    ? "it is reached over ssh only"
    : `its lmcp is down: ${down ?? "it did not answer"}`;
  const overSsh = ssh === undefined
    ? "there is no ssh= for it in the registry"
    : `${tool} does not go over ssh`;
  if (url === undefined) return `${reason}, and ${overSsh}`;
  const at = new Date(fleet.clock.wall() - fleet.clock.now() + host.health.nextProbeAt);
  return `${reason}; ${overSsh}. The hub asks it again at ${at.toISOString()}, and at each call`;
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
