// What the `job_wait` tool does when it is called. Loaded by `job_wait.ts` at the first call. A wait
// that is cancelled or over leaves the job alone.

import type { ToolResult } from "../src/protocol/types.ts";
import { type Context, text } from "../src/server/define.ts";
import type { Host } from "./host.ts";
import { findJob, jobFacts, jobLine } from "./job_answer.ts";
import { newBytes, tailPage } from "./job_log.ts";
import { type Job, logPath } from "./job_record.ts";
import { hasEnded, waitForJob } from "./job_wait_for.ts";
import { ProgressStream } from "./progress_stream.ts";

const LAST_LINES = 10;
const LAST_BYTES = 2_000;

interface WaitInput {
  readonly job_id: string;
  readonly timeout_s: number;
}

/** Waits for a job. @throws {ToolError} when there is none of that id. */
export async function runJobWait(
  host: Host,
  { job_id, timeout_s }: WaitInput,
  ctx: Context,
): Promise<ToolResult> {
  const job = await findJob(host, ctx, job_id);
  return await result(host, await waitWithProgress(host, job, timeout_s, ctx));
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
