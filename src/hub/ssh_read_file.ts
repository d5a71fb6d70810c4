// `read_file` over ssh: the tool itself, with files that come over ssh.

import type { JsonObject } from "../jsonrpc/message.ts";
import type { ToolResult } from "../protocol/types.ts";
import type { Context } from "../server/define.ts";
import type { Host } from "../../tools/host.ts";
import { readFile } from "../../tools/read_file.ts";
import type { HostCall } from "./link.ts";
import { openOverSsh } from "./ssh_file.ts";
import type { Ssh } from "./ssh_run.ts";

/** Reads a file of a host. `host` is the hub's own, for its settings. */
export async function readFileOverSsh(
  ssh: Ssh,
  target: string,
  call: HostCall,
  host: Host,
): Promise<ToolResult> {
  const files = {
    ...host.files,
    openFile: (path: string) => openOverSsh(ssh, target, path, call),
  };
  const tool = readFile({ ...host, files });
  // The tool looks at the signal alone.
  const context = { signal: call.signal } as Context;
  return await tool.run(call.args as JsonObject, context) as ToolResult;
}
