// The `job_wait` tool: waits until a job has ended. Made by `hostTools()`. Changes nothing.
// What it does is in `job_wait_run.ts`, which is loaded at the first call.

import { defineTool, type Tool } from "../src/server/define.ts";
import type { Host } from "./host.ts";
import { JOB_ID, JOB_STATE } from "./job_schema.ts";

const DEFAULT_TIMEOUT_S = 60;
const MAX_TIMEOUT_S = 3_600;

/** Makes the `job_wait` tool. */
export function jobWait(host: Host): Tool {
  return defineTool({
    name: "job_wait",
    title: "Wait for a job",
    description: "Waits until a job has ended, at once if it has, and returns its last lines.",
    annotations: {
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    },
    lenient: true,
    input: {
      type: "object",
      properties: {
        job_id: JOB_ID,
        timeout_s: {
          type: "number",
          minimum: 0,
          maximum: MAX_TIMEOUT_S,
          default: DEFAULT_TIMEOUT_S,
        },
      },
      required: ["job_id"],
      additionalProperties: false,
    },
    output: {
      type: "object",
      properties: {
        state: JOB_STATE.state,
        timed_out: { type: "boolean" },
        output: { type: "string" },
      },
      required: ["state", "timed_out", "output"],
    },
    run: async (input, ctx) => {
      const { runJobWait } = await import("./job_wait_run.ts");
      return await runJobWait(host, { timeout_s: DEFAULT_TIMEOUT_S, ...input }, ctx);
    },
  });
}
