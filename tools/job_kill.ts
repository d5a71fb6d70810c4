// The `job_kill` tool: ends a job with all it started, or only signals it. Made by `hostTools()`.
// What it does is in `job_run.ts`, which is loaded at the first call of such a tool.

import { defineTool, type Tool } from "../src/server/define.ts";
import type { Host } from "./host.ts";
import { JOB_ID, JOB_STATE } from "./job_schema.ts";

/** Makes the `job_kill` tool. */
export function jobKill(host: Host): Tool {
  return defineTool({
    name: "job_kill",
    title: "End a job",
    description:
      "Ends a job and all it started: SIGTERM, and SIGKILL after 2 s. SIGINT and SIGHUP are only sent.",
    annotations: {
      readOnlyHint: false,
      destructiveHint: true,
      idempotentHint: true,
      openWorldHint: false,
    },
    lenient: true,
    input: {
      type: "object",
      properties: {
        job_id: JOB_ID,
        signal: { enum: ["SIGTERM", "SIGKILL", "SIGINT", "SIGHUP"], default: "SIGTERM" },
      },
      required: ["job_id"],
      additionalProperties: false,
    },
    output: { type: "object", properties: { state: JOB_STATE.state }, required: ["state"] },
    run: async (input, ctx) => {
      const { runJobKill } = await import("./job_run.ts");
      return await runJobKill(host, input, ctx);
    },
  });
}
