// The tools that go over ssh when a host's lmcp is down, by their names. What is not here never does:
// an edit needs more than a shell can do safely, and a job needs an lmcp to belong to.

import type { ToolResult } from "../protocol/types.ts";
import type { Host } from "../../tools/host.ts";
import type { SshTools } from "./call_host.ts";
import type { HostCall } from "./link.ts";
import { listDirOverSsh } from "./ssh_list_dir.ts";
import { readFileOverSsh } from "./ssh_read_file.ts";
import { Ssh, type SshOptions } from "./ssh_run.ts";
import { searchOverSsh } from "./ssh_search_files.ts";
import { shellOverSsh } from "./ssh_shell.ts";
import { writeFileOverSsh } from "./ssh_write_file.ts";

/** Room for the lines about how a command ended, of what a model is shown. */
const ENDING_ROOM = 500;

/** Makes the tools. `host` is the hub's own: it starts ssh, and says how much a model is shown. */
export function sshTools(host: Host, options: SshOptions): SshTools {
  const ssh = new Ssh(host.processes, options);
  const limit = host.outputLimit;
  const runs = new Map<string, (target: string, call: HostCall) => Promise<ToolResult>>([
    ["shell", (target, call) => shellOverSsh(ssh, target, call, limit - ENDING_ROOM)],
    ["read_file", (target, call) => readFileOverSsh(ssh, target, call, host)],
    ["write_file", (target, call) => writeFileOverSsh(ssh, target, call)],
    ["list_dir", (target, call) => listDirOverSsh(ssh, target, call, limit)],
    ["search_files", (target, call) => searchOverSsh(ssh, target, call, limit)],
  ]);
  return {
    covers: (tool) => runs.has(tool),
    call: (target, call) => runs.get(call.tool)!(target, call),
  };
}
