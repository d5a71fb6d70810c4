// The `systeminfo` tool: what this machine is and how it is doing.
// Made by `hostTools()`. What it does is in `systeminfo_run.ts`, which is loaded at the first call.

import { defineTool, type Tool } from "../src/server/define.ts";
import type { Host } from "./host.ts";

/** Makes the `systeminfo` tool. */
export function systeminfo(host: Host): Tool {
  return defineTool({
    name: "systeminfo",
    title: "System facts",
    description: "This machine: OS, board, CPUs, load, memory, disks, temperatures, uptime, " +
      "addresses, versions, and the PATH that `shell` uses. Unknown facts are left out.",
    input: { type: "object", additionalProperties: false },
    output: {
      type: "object",
      properties: {
        os: { type: "string" },
        arch: { type: "string" },
        versions: { type: "object" },
      },
      required: ["os", "arch", "cpus", "addresses", "versions", "path"],
    },
    annotations: {
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    },
    lenient: true,
    run: async (_input, { signal }) => {
      const { runSysteminfo } = await import("./systeminfo_run.ts");
      return await runSysteminfo(host, signal);
    },
  });
}
