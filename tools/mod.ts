// The host tools, as a list to register, and the host they are made with.
// Imported by the command line, the hub and library users (`@lmcp/lmcp/tools`). The order is fixed:
// a client that caches the list must see the same one.

import type { Tool } from "../src/server/define.ts";
import { editFile } from "./edit_file.ts";
import type { Host } from "./host.ts";
import { listDir } from "./list_dir.ts";
import { ping } from "./ping.ts";
import { readFile } from "./read_file.ts";
import { searchFiles } from "./search_files.ts";
import { shell } from "./shell.ts";
import { systeminfo } from "./systeminfo.ts";
import { writeFile } from "./write_file.ts";

export type { Host, HostOptions } from "./host.ts";
export { openHost } from "./open_host.ts";

const MAKERS: readonly ((host: Host) => Tool)[] = [
  shell,
  readFile,
  writeFile,
  editFile,
  listDir,
  searchFiles,
  systeminfo,
  ping,
];

/** Makes the tools of a host; with `readOnly`, those that only read. */
export function hostTools(host: Host): Tool[] {
  const tools = MAKERS.map((make) => make(host));
  return host.readOnly ? tools.filter((tool) => tool.annotations?.readOnlyHint === true) : tools;
}
