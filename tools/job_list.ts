// The `job_list` tool: the caller's jobs, the newest first. Made by `hostTools()`. Changes nothing.

import { defineTool, text, type Tool } from "../src/server/define.ts";
import type { Host } from "./host.ts";
import { jobFacts, jobLine, ownerOf } from "./job_answer.ts";
import type { Job } from "./job_record.ts";

/** Of so many it tells: what a model can be shown. */
const MOST_JOBS = 80;
const COMMAND_CHARS = 100;

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
      const all = await host.jobs.list(ownerOf(ctx));
      const jobs = all.slice(0, MOST_JOBS);
      const lines = jobs.map((job) => `${jobLine(job)}\n  ${commandStart(job)}`);
      if (lines.length === 0) lines.push("No jobs. shell_bg starts one.");
      if (all.length > MOST_JOBS) lines.push(`[and ${all.length - MOST_JOBS} older ones]`);
      return {
        content: [text(lines.join("\n"))],
        structuredContent: {
          jobs: jobs.map((job) => ({ ...jobFacts(job), command: commandStart(job) })),
        },
      };
    },
  });
}

function commandStart({ record }: Job): string {
  const line = record.command.replace(/\s+/g, " ").trim();
  const chars = [...line];
  return chars.length <= COMMAND_CHARS ? line : `${chars.slice(0, COMMAND_CHARS).join("")}...`;
}
