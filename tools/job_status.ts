// The `job_status` tool: how it is with one job. Made by `hostTools()`. Changes nothing.
// What it does is in `job_run.ts`, which is loaded at the first call of such a tool.

import { defineTool, type Tool } from "../src/server/define.ts";
import type { Host } from "./host.ts";
import { JOB_ID, JOB_STATE } from "./job_schema.ts";

/** Makes the `job_status` tool. */
export function jobStatus(host: Host): Tool {
  return defineTool({
    name: "job_status",
    title: "Job status",
    description: "Tells whether a job runs, and how and when it ended: exit code or signal.",
    annotations: {
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    },
    lenient: true,
    input: {
      type: "object",
      properties: { job_id: JOB_ID },
      required: ["job_id"],
      additionalProperties: false,
    },
    output: { type: "object", properties: JOB_STATE, required: ["state"] },
    run: async (input, ctx) => {
      const { runJobStatus } = await import("./job_run.ts");
      return await runJobStatus(host, input, ctx);
    },
  });
}
