// The `shell_bg` tool: starts a command as a job and answers at once. Made by `hostTools()`.
// What it does is in `job_run.ts`, which is loaded at the first call of such a tool.

import { defineTool, type Tool } from "../src/server/define.ts";
import { COMMAND_INPUT } from "./command_input.ts";
import type { Host } from "./host.ts";

/** Makes the `shell_bg` tool. */
export function shellBg(host: Host): Tool {
  return defineTool({
    name: "shell_bg",
    title: "Start a background job",
    description:
      "Starts a command that outlives this call and the server: for servers, watchers, long work. " +
      "Follow it with job_output and job_wait.",
    annotations: {
      readOnlyHint: false,
      destructiveHint: true,
      idempotentHint: false,
      openWorldHint: true,
    },
    lenient: true,
    input: {
      type: "object",
      properties: {
        ...COMMAND_INPUT,
        name: { type: "string", maxLength: 80, description: "A label to know it by." },
      },
      required: ["command"],
      additionalProperties: false,
    },
    output: {
      type: "object",
      properties: {
        job_id: { type: "string" },
        pid: { type: "integer" },
        log_path: { type: "string" },
      },
      required: ["job_id", "pid", "log_path"],
    },
    run: async (input, ctx) => {
      const { runShellBg } = await import("./job_run.ts");
      return await runShellBg(host, input, ctx);
    },
  });
}
