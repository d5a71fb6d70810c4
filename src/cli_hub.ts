// The hub of `lmcp hub`: its registry, its tools as the options leave them, what it writes down of its
// calls. One over HTTP and over standard streams. Serves nothing itself.

import { hostTools, openHost } from "../tools/mod.ts";
import { openAudit } from "./cli_audit.ts";
import type { Log } from "./cli_log.ts";
import { UsageError } from "./cli_options.ts";
import { absolutePath } from "./cli_read_file.ts";
import type { HubValues } from "./cli_serve_options.ts";
import { checkToolNames, defaultName, type Served } from "./cli_served.ts";
import { shellWords } from "./cli_shell_words.ts";
import { oneLine } from "./cli_text.ts";
import {
  type CallRecord,
  createHub,
  findRegistry,
  openRegistry,
  RegistryError,
} from "./hub/mod.ts";
import { createStatusPage } from "./hub/status_page.ts";
import type { Runtime } from "./runtime/runtime.ts";

/** Opens the hub. @throws {UsageError} when it has no registry, or an option is wrong. */
export async function openHubServer(
  runtime: Runtime,
  values: HubValues,
  log: Log,
): Promise<Served> {
  const times = readTimes(runtime);
  const command = readSshCommand(runtime);
  const hardMs = readSeconds(runtime, "LMCP_HUB_SSH_HARD_TIMEOUT", 30) * 1_000;
  const budgetMs = readSeconds(runtime, "LMCP_HUB_PROBE_BUDGET", 3) * 1_000;
  const registry = await findAndOpen(runtime, values, log);
  const { hostname } = runtime.system();
  const name = values.name ?? defaultName(hostname, "hub");
  const host = await openHost(runtime, { readOnly: values["read-only"] });
  const offers = chooser(values, hostTools({ ...host, readOnly: false }).map((tool) => tool.name));
  const audit = values.audit === undefined
    ? undefined
    : await openAudit(runtime, absolutePath(runtime, values.audit), log);
  const hub = createHub({
    registry,
    host,
    name,
    offers,
    ssh: { command, hardMs },
    times,
    budgetMs,
    onCall(record) {
      log.info(lineOf(record), { ...record });
      const { host, ms, outcome, trace, who, tool, via } = record;
      const how = via === undefined ? {} : { via };
      audit?.add({ who: who ?? null, tool, ms, outcome, host, ...how, trace });
    },
    onError: (error) => log.error("The hub failed", error),
  });
  return {
    core: audit === undefined ? hub.server : audit.watch(hub.server),
    name,
    warnings: [],
    metrics: () => hub.metrics.text(),
    page: (access) => createStatusPage({ fleet: hub.fleet, name, ...access }),
    prepare: () =>
      void hub.start().catch((error) => log.error("Could not look at the hosts", error)),
    async close() {
      await hub.close();
      await audit?.close();
    },
    abandon: () => host.processes.killNow(),
  };
}

async function findAndOpen(runtime: Runtime, values: HubValues, log: Log) {
  try {
    const path = absolutePath(runtime, await findRegistry(runtime, values.backends));
    return await openRegistry(runtime, path, (message) => log.warn(message));
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    throw new UsageError(error.message);
  }
}

/** Tools may be named as they are here, or as on the hosts. */
function chooser(
  { tools, "no-tools": unwanted }: HubValues,
  onHosts: readonly string[],
): (name: string) => boolean {
  const known = ["remote_list_hosts", ...onHosts.map((name) => `remote_${name}`)];
  const full = (name: string) => onHosts.includes(name) ? `remote_${name}` : name;
  const wanted = tools.map(full);
  const left = unwanted.map(full);
  checkToolNames("--tools", wanted, known);
  checkToolNames("--no-tools", left, known);
  return (name) => (wanted.length === 0 || wanted.includes(name)) && !left.includes(name);
}

function lineOf({ tool, host, via, ms, outcome, who, problem }: CallRecord): string {
  const way = via === undefined ? "" : ` over ${via}`;
  const why = problem === undefined || outcome === "ok" ? "" : `: ${oneLine(problem, 500)}`;
  return `${tool} on ${host}${way}, ${ms} ms, ${outcome}${
    who === undefined ? "" : `, for ${who}`
  }${why}`;
}

function readTimes(runtime: Runtime) {
  const upMs = readSeconds(runtime, "LMCP_HUB_PROBE_TTL_UP", 30) * 1_000;
  const downMinMs = readSeconds(runtime, "LMCP_HUB_PROBE_TTL_DOWN_MIN", 60) * 1_000;
  const downMaxMs = readSeconds(runtime, "LMCP_HUB_PROBE_TTL_DOWN_MAX", 900) * 1_000;
  if (downMaxMs >= downMinMs) return { upMs, downMinMs, downMaxMs };
  throw new UsageError(
    "LMCP_HUB_PROBE_TTL_DOWN_MAX must not be less than LMCP_HUB_PROBE_TTL_DOWN_MIN: got " +
      `${downMaxMs / 1_000} and ${downMinMs / 1_000}`,
  );
}

function readSeconds(runtime: Runtime, variable: string, absent: number): number {
  const text = runtime.env(variable);
  if (text === undefined) return absent;
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) > 0 && Number(text) <= 86_400) return Number(text);
  throw new UsageError(
    `${variable} must be seconds, more than 0 and at most 86400: got ${JSON.stringify(text)}`,
  );
}

function readSshCommand(runtime: Runtime): readonly string[] {
  const text = runtime.env("LMCP_HUB_SSH");
  const words = text === undefined ? ["ssh"] : shellWords(text);
  if (words.length > 0 && words[0] !== "") return words;
  throw new UsageError('LMCP_HUB_SSH must be a command, such as "ssh -F /etc/lmcp/ssh_config"');
}
