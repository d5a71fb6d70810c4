// Opens a host: what every host tool is made with.
// Called once by the command line, by library users and by tests. Starts nothing that lasts, and
// makes no folder before there is something to keep.

import type { Runtime } from "../src/runtime/runtime.ts";
import { CallLogs } from "./call_log.ts";
import { openFetchPolicy } from "./fetch_policy.ts";
import { openFileAccess } from "./file_access.ts";
import type { Host, HostOptions } from "./host.ts";
import { JobExpiry } from "./job_expiry.ts";
import { JobProcesses } from "./job_processes.ts";
import { JobStore } from "./job_store.ts";
import { serverName } from "./left_behind.ts";
import { ProcessBirths } from "./process_birth.ts";
import { ProcessRegistry } from "./process_registry.ts";
import { openShellSettings } from "./shell_settings.ts";
import { stateDirPath } from "./state_dir.ts";
import { searchProvider } from "./web_search_provider.ts";

const OUTPUT_LIMIT = 30_000;

/**
 * Opens a host. Whoever opens it ends it with `host.close()`.
 *
 * @throws {Error} when a root is not a folder, or there is no place for state.
 *
 * @example
 * ```ts
 * import { openRuntime } from "@lmcp/lmcp/runtime";
 * import { openHost } from "@lmcp/lmcp/tools";
 *
 * const host = await openHost(await openRuntime(), { roots: ["."], outputLimit: 10_000 });
 * if (host.outputLimit !== 10_000) throw new Error("not as it was set");
 * await host.close();
 * ```
 */
export async function openHost(runtime: Runtime, options: HostOptions = {}): Promise<Host> {
  const stateDir = options.stateDir ?? stateDirPath(runtime);
  const processes = new ProcessRegistry(runtime, await serverName(runtime));
  const births = new ProcessBirths(runtime, processes);
  const jobs = new JobStore(runtime, births, stateDir);
  const jobProcesses = new JobProcesses(runtime, births);
  return {
    runtime,
    files: await openFileAccess(runtime, {
      roots: options.roots ?? [],
      secrets: options.secrets ?? [],
      stateDir,
    }),
    shell: openShellSettings(runtime, processes, options.secretEnv ?? []),
    processes,
    logs: new CallLogs(runtime, stateDir),
    jobs,
    jobProcesses,
    jobExpiry: new JobExpiry(jobs, jobProcesses),
    fetchPolicy: openFetchPolicy(runtime, options.fetchAllow ?? []),
    search: searchProvider(options),
    stateDir,
    readOnly: options.readOnly ?? false,
    outputLimit: options.outputLimit ?? OUTPUT_LIMIT,
    close: () => processes.closeAll(),
  };
}
