// Makes a hub: a server whose tools are those of many hosts. Called by the command line and by library
// users. Connects to nobody before somebody looks, or `start` is called.

import { hostTools } from "../../tools/mod.ts";
import type { Host } from "../../tools/host.ts";
import { createServer, type Server } from "../server/server.ts";
import type { Tool } from "../server/define.ts";
import { VERSION } from "../version.ts";
import { backendAuth } from "./backend_token.ts";
import type { BulkheadLimits } from "./bulkhead.ts";
import { type Clock, MACHINE_CLOCK } from "./clock.ts";
import { Fleet } from "./fleet.ts";
import { HubMetrics } from "./hub_metrics.ts";
import type { HealthTimes } from "./health.ts";
import { listHosts } from "./list_hosts.ts";
import { mcpLink } from "./mcp_link.ts";
import { ParkedCalls } from "./parked_calls.ts";
import type { RegistrySource } from "./registry_file.ts";
import { remoteTool } from "./remote_tool.ts";
import type { CallRecord } from "./run_remote.ts";
import { sshTools } from "./ssh_tools.ts";

/** What a hub is made with. */
export interface HubOptions {
  /** The hosts: `openRegistry` reads them from a file, `fixedRegistry` from a text. */
  readonly registry: RegistrySource;
  /**
   * The machine that the hub runs on, from `openHost`: it starts ssh, and says how much a model is
   * shown, and whether only tools that read are offered. Its own shell and files are not.
   */
  readonly host: Host;
  /** What the hub calls itself. Default `lmcp-hub`. */
  readonly name?: string;
  /** The names of the tools to offer, of all that there are. Default: all. */
  readonly offers?: (name: string) => boolean;
  /** How ssh is run: the first words of its command, its environment, its hard limit. */
  readonly ssh?: {
    /** Default `["ssh"]`. */
    readonly command?: readonly string[];
    /** Milliseconds that anything over ssh may take. Default 30,000. */
    readonly hardMs?: number;
  };
  /** How long verdicts are believed. Default: up 30 s, down 60 s to 900 s. */
  readonly times?: Partial<HealthTimes>;
  /** Milliseconds that one probe may take. Default 3,000. */
  readonly budgetMs?: number;
  /** Milliseconds that hosts are probed on after the last look at them. Default 10 minutes. */
  readonly interestMs?: number;
  /** Calls that run on one host at once, and that wait for it, 30 s each. Default 16 and 64. */
  readonly limits?: Partial<BulkheadLimits>;
  /** Told of each call on each host. */
  readonly onCall?: (record: CallRecord) => void;
  /** Told of errors that no peer is told of. Default: as `createServer`. */
  readonly onError?: (error: unknown) => void;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Gives numbers from 0 to 1, for the jitter of probes. Default `Math.random`. */
  readonly random?: () => number;
}

/** A hub, ready to be served. */
export interface Hub {
  /** The server, for `createHandler` or `serveStdio`. */
  readonly server: Server;
  /** The hosts, and what is known of them. */
  readonly fleet: Fleet;
  /** What is counted of calls and hosts. */
  readonly metrics: HubMetrics;
  /** The names of all tools that there are, offered or not. */
  readonly toolNames: readonly string[];
  /** Begins to ask the hosts whether they live. */
  start(): Promise<void>;
  /** Ends what waits and what is connected. Calls must have ended before. */
  close(): Promise<void>;
}

const TIMES: HealthTimes = { upMs: 30_000, downMinMs: 60_000, downMaxMs: 900_000 };
const LIMITS: BulkheadLimits = { running: 16, waiting: 64, waitMs: 30_000 };
const BUDGET_MS = 3_000;
const INTEREST_MS = 10 * 60_000;
const SSH_HARD_MS = 30_000;
const ANSWER_BYTES = 8 * 1024 * 1024;

const INSTRUCTIONS =
  "Tools for a fleet of machines. Each remote_ tool runs on the machines that `host` names: a name, " +
  'a list, a glob ("web-*") or "@tag"; several run at once and equal answers are shown once. ' +
  "remote_list_hosts names the machines. When a machine's lmcp is down, shell, read_file, " +
  "write_file, list_dir and search_files go over ssh where it is set up; the result says via.";

/**
 * Makes a hub.
 *
 * @example
 * ```ts
 * import { createHub, fixedRegistry } from "@lmcp/lmcp/hub";
 * import { openRuntime } from "@lmcp/lmcp/runtime";
 * import { openHost } from "@lmcp/lmcp/tools";
 *
 * const hub = createHub({
 *   registry: fixedRegistry("pi5 http://127.0.0.1:1/mcp tags=lab"),
 *   host: await openHost(await openRuntime()),
 * });
 * if (!hub.toolNames.includes("remote_shell")) throw new Error("unexpected tools");
 * await hub.close();
 * ```
 */
export function createHub(options: HubOptions): Hub {
  const { registry, host, name = "lmcp-hub", offers = () => true, onCall, onError } = options;
  const { budgetMs = BUDGET_MS, interestMs = INTEREST_MS } = options;
  const { clock = MACHINE_CLOCK, random = Math.random, ssh = {} } = options;
  const server = createServer({
    name,
    version: VERSION,
    instructions: INSTRUCTIONS,
    ...(onError === undefined ? {} : { onError: (error: unknown) => onError(error) }),
  });
  const fleet = new Fleet({
    registry,
    clock,
    random,
    times: { ...TIMES, ...options.times },
    budgetMs,
    interestMs,
    limits: { ...LIMITS, ...options.limits },
    openLink: (backend) =>
      mcpLink({
        url: backend.url,
        auth: backendAuth(host.runtime, backend),
        connectMs: budgetMs,
        answerBytes: ANSWER_BYTES,
        onError: (error) => server.report(error, undefined),
      }),
  });
  const metrics = new HubMetrics(fleet);
  const parking = new ParkedCalls(clock);
  const runner = {
    fleet,
    ssh: sshTools(host, {
      command: ssh.command ?? ["ssh"],
      env: sshEnvironment(host.runtime.environ()),
      hardMs: ssh.hardMs ?? SSH_HARD_MS,
    }),
    parking,
    limit: host.outputLimit,
    onCall(record: CallRecord) {
      metrics.add(record);
      onCall?.(record);
    },
  };
  const tools: readonly Tool[] = [
    listHosts(fleet, host.outputLimit),
    ...hostTools(host).map((tool) => remoteTool(tool, runner)),
  ];
  for (const tool of tools) if (offers(tool.name)) server.tool(tool);
  return {
    server,
    fleet,
    metrics,
    toolNames: tools.map((tool) => tool.name),
    async start() {
      await fleet.hosts();
    },
    async close() {
      parking.close();
      await fleet.close();
      await host.processes.closeAll();
    },
  };
}

/** What ssh needs of the environment: all but lmcp's own, which holds tokens. */
export function sshEnvironment(
  environ: { readonly [name: string]: string },
): { [name: string]: string } {
  return Object.fromEntries(Object.entries(environ).filter(([name]) => !name.startsWith("LMCP_")));
}
