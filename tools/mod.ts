/**
 * The tools of a host (shell, jobs, files, search, fetch, facts), as a list to register, and the
 * host that they are made with.
 *
 * @example Serve a folder
 * ```ts
 * import { createServer } from "@lmcp/lmcp";
 * import { openRuntime } from "@lmcp/lmcp/runtime";
 * import { hostTools, openHost } from "@lmcp/lmcp/tools";
 *
 * const host = await openHost(await openRuntime(), { roots: ["."], readOnly: true });
 * const server = createServer({ name: "folder", version: "1.0.0" });
 * for (const tool of hostTools(host)) server.tool(tool);
 * await host.close();
 * ```
 *
 * @module
 */

// Imported by the command line, the hub and library users (`@lmcp/lmcp/tools`). The order is fixed:
// a client that caches the list must see the same one.

import type { Tool } from "../src/server/define.ts";
import { editFile } from "./edit_file.ts";
import { fetchTool } from "./fetch.ts";
import type { Host } from "./host.ts";
import { jobInput } from "./job_input.ts";
import { jobKill } from "./job_kill.ts";
import { jobList } from "./job_list.ts";
import { jobOutput } from "./job_output.ts";
import { jobStatus } from "./job_status.ts";
import { jobWait } from "./job_wait.ts";
import { listDir } from "./list_dir.ts";
import { ping } from "./ping.ts";
import { readFile } from "./read_file.ts";
import { searchFiles } from "./search_files.ts";
import { shell } from "./shell.ts";
import { shellBg } from "./shell_bg.ts";
import { systeminfo } from "./systeminfo.ts";
import { webSearch } from "./web_search.ts";
import { writeFile } from "./write_file.ts";

export type { Host, HostOptions } from "./host.ts";
export { openHost } from "./open_host.ts";

const JOB_MAKERS = [shellBg, jobList, jobStatus, jobOutput, jobInput, jobWait, jobKill];

const MAKERS: readonly ((host: Host) => Tool)[] = [
  shell,
  ...JOB_MAKERS,
  readFile,
  writeFile,
  editFile,
  listDir,
  searchFiles,
  fetchTool,
  webSearch,
  systeminfo,
  ping,
];

/**
 * Makes the tools of a host; with `readOnly`, those that only read, where jobs cannot be started.
 *
 * @example
 * ```ts
 * import { openRuntime } from "@lmcp/lmcp/runtime";
 * import { hostTools, openHost } from "@lmcp/lmcp/tools";
 *
 * const host = await openHost(await openRuntime(), { readOnly: true });
 * const names = hostTools(host).map((tool) => tool.name);
 * if (names.includes("shell")) throw new Error("shell does more than read");
 * await host.close();
 * ```
 */
export function hostTools(host: Host): Tool[] {
  if (!host.readOnly) return MAKERS.map((make) => make(host));
  return MAKERS.filter((make) => !JOB_MAKERS.includes(make)).map((make) => make(host))
    .filter((tool) => tool.annotations?.readOnlyHint === true);
}
