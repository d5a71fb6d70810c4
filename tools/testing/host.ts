// A host for tests of the host tools: the real machine, with a state folder and a scratch folder of
// its own. Used by tests only.

import { openRuntime } from "../../src/runtime/open_runtime.ts";
import type { Host, HostOptions } from "../host.ts";
import { endJob } from "../job_end.ts";
import { openHost } from "../open_host.ts";

/**
 * Opens a host, runs `body` with it and a scratch folder (resolved, empty), then ends everything
 * the host started, jobs too, and takes the folders away.
 */
export async function withHost(
  body: (host: Host, scratch: string) => Promise<void> | void,
  options: HostOptions | ((scratch: string) => HostOptions) = {},
): Promise<void> {
  const dir = await Deno.realPath(await Deno.makeTempDir({ prefix: "lmcp-test-" }));
  const scratch = `${dir}/scratch`;
  await Deno.mkdir(scratch);
  const chosen = typeof options === "function" ? options(scratch) : options;
  const host = await openHost(await openRuntime(), { stateDir: `${dir}/state`, ...chosen });
  try {
    await body(host, scratch);
  } finally {
    for (const job of await host.jobs.list()) await endJob(host, job, "SIGKILL");
    await host.processes.closeAll();
    await Deno.remove(dir, { recursive: true });
  }
}
