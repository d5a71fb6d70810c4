// The `job_list` tool: the caller's jobs, the newest first. Made by `hostTools()`. Changes nothing.
// What it does is in `job_run.ts`, which is loaded at the first call of such a tool.

import { defineTool, type Tool } from "../src/server/define.ts";
import type { Host } from "./host.ts";

/** Makes the `job_list` tool. */
export function jobList(host: Host): Tool {
  return defineTool({
    name: "job_list",
    title: "List jobs",
    description: "Lists your background jobs, running and ended, the newest first.",
    annotations: {
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    },
    lenient: true,
    input: { type: "object", properties: {}, additionalProperties: false },
    output: {
      type: "object",
      properties: {
        jobs: { type: "array", items: { type: "object" } },
      },
      required: ["jobs"],
    },
    run: async (_input, ctx) => {
      const { runJobList } = await import("./job_run.ts");
      return await runJobList(host, ctx);
    },
  });
}
