// The `job_kill` tool: ends a job with all it started, or only signals it. Made by `hostTools()`.

import { defineTool, text, type Tool, ToolError } from "../src/server/define.ts";
import type { Host } from "./host.ts";
import { findJob, JOB_ID, JOB_STATE, jobFacts, jobLine } from "./job_answer.ts";
import { endJob } from "./job_end.ts";
import { waitForJob } from "./job_wait_for.ts";

/** For so long it is waited whether a signal ends the job. */
const SIGNAL_MS = 2_000;

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
    run: async ({ job_id, signal = "SIGTERM" }, ctx) => {
      const found = await findJob(host, ctx, job_id);
      if (signal === "SIGINT" || signal === "SIGHUP") {
        await host.jobProcesses.signal(found, signal);
        const wait = { timeoutMs: SIGNAL_MS, signal: ctx.signal };
        const job = await waitForJob(host, found, wait);
        return { content: [text(jobLine(job))], structuredContent: jobFacts(job) };
      }
      const { job, gone } = await endJob(host, found, signal);
      if (!gone) {
        throw new ToolError(
          `Some processes of ${job_id} could not be ended: they hang, or are another user's`,
        );
      }
      return { content: [text(jobLine(job))], structuredContent: jobFacts(job) };
    },
  });
}
