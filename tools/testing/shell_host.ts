// A host for tests of the tools that run programs: the real machine, a state folder of its own.
// Used by tests only.

import { openRuntime, type Runtime } from "../../src/runtime/runtime.ts";
import { CallLogs } from "../call_log.ts";
import { ProcessRegistry } from "../process_registry.ts";
import { openShellSettings, type ShellSettings } from "../shell_settings.ts";

/** The part of a host that runs programs. */
export interface ShellHost {
  readonly runtime: Runtime;
  readonly shell: ShellSettings;
  readonly processes: ProcessRegistry;
  readonly logs: CallLogs;
  readonly stateDir: string;
  readonly outputLimit: number;
}

/** Opens a host, runs `body`, and ends everything the host started. */
export async function withShellHost(
  body: (host: ShellHost) => Promise<void>,
  options: { outputLimit?: number; secretEnv?: readonly string[] } = {},
): Promise<void> {
  const runtime = await openRuntime();
  const stateDir = await Deno.makeTempDir({ prefix: "lmcp-test-" });
  const processes = new ProcessRegistry(runtime);
  try {
    await body({
      runtime,
      shell: openShellSettings(runtime, processes, options.secretEnv ?? []),
      processes,
      logs: new CallLogs(runtime, stateDir),
      stateDir,
      outputLimit: options.outputLimit ?? 30_000,
    });
  } finally {
    await processes.closeAll();
    await Deno.remove(stateDir, { recursive: true });
  }
}
