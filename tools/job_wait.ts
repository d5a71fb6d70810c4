// The `job_wait` tool: waits until a job has ended. Made by `hostTools()`. A wait that is cancelled
// or over leaves the job alone.

import type { ToolResult } from "../src/protocol/types.ts";
import { type Context, defineTool, text, type Tool } from "../src/server/define.ts";
import type { Host } from "./host.ts";
import { findJob, JOB_ID, JOB_STATE, jobFacts, jobLine } from "./job_answer.ts";
import { newBytes, tailPage } from "./job_log.ts";
import { type Job, logPath } from "./job_record.ts";
import { hasEnded, waitForJob } from "./job_wait_for.ts";
import { ProgressStream } from "./progress_stream.ts";

const DEFAULT_TIMEOUT_S = 60;
const MAX_TIMEOUT_S = 3_600;
const LAST_LINES = 10;
const LAST_BYTES = 2_000;

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
    run: async ({ job_id, timeout_s = DEFAULT_TIMEOUT_S }, ctx) =>
      await result(
        host,
        await waitWithProgress(host, await findJob(host, ctx, job_id), timeout_s, ctx),
      ),
  });
}

async function waitWithProgress(
  host: Host,
  job: Job,
  timeoutS: number,
  ctx: Context,
): Promise<Job> {
  const wait = { timeoutMs: timeoutS * 1_000, signal: ctx.signal };
  if (!ctx.wantsProgress) return await waitForJob(host, job, wait);
  const progress = new ProgressStream(ctx);
  let seen = job.logBytes;
  try {
    return await waitForJob(host, job, {
      ...wait,
      onLook: async (now) => {
        if (now.logBytes <= seen) return;
        const { bytes, next } = await newBytes(
          host.runtime.files,
          logPath(job),
          Math.max(seen, now.logBytes - LAST_BYTES),
          LAST_BYTES,
        );
        seen = next;
        progress.push(bytes);
      },
    });
  } finally {
    progress.stop();
  }
}

async function result(host: Host, job: Job): Promise<ToolResult> {
  const ended = hasEnded(job);
  const last = await tailPage(host.runtime.files, logPath(job), LAST_LINES, LAST_BYTES, ended);
  const newline = last.text === "" || last.text.endsWith("\n") ? "" : "\n";
  const output = `${last.text}${newline}[${jobLine(job)}]`;
  return {
    content: [text(output)],
    structuredContent: { ...jobFacts(job), timed_out: !ended, output },
  };
}
