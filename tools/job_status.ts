// The `job_status` tool: how it is with one job. Made by `hostTools()`. Changes nothing.

import { defineTool, text, type Tool } from "../src/server/define.ts";
import type { Host } from "./host.ts";
import { findJob, JOB_ID, JOB_STATE, jobFacts, jobLine } from "./job_answer.ts";

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
    run: async ({ job_id }, ctx) => {
      const job = await findJob(host, ctx, job_id);
      const { command, cwd } = job.record;
      return {
        content: [text(`${jobLine(job)}\nin ${cwd}: ${command}`)],
        structuredContent: { ...jobFacts(job), command, cwd, log_bytes: job.logBytes },
      };
    },
  });
}
