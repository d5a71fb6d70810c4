// What the `job_output` tool does when it is called. Loaded by `job_output.ts` at the first call.
// A wait that is cancelled leaves the job alone.

import type { ToolResult } from "../src/protocol/types.ts";
import { type Context, text, ToolError } from "../src/server/define.ts";
import type { Host } from "./host.ts";
import { findJob, jobLine } from "./job_answer.ts";
import { type LogPage, pageFrom, tailPage } from "./job_log.ts";
import { type Job, logPath } from "./job_record.ts";
import { hasEnded, waitForJob } from "./job_wait_for.ts";

/** Of a page, at the least. */
const MIN_BYTES = 256;
/** Room for the lines about the job, of what a model is shown. */
const STATE_ROOM = 700;

interface OutputInput {
  readonly job_id: string;
  readonly offset?: number;
  readonly tail?: number;
  readonly wait_s?: number;
}

/** Reads what a job printed. @throws {ToolError} what the caller can mend. */
export async function runJobOutput(
  host: Host,
  input: OutputInput,
  ctx: Context,
): Promise<ToolResult> {
  const { job_id, offset, tail, wait_s = 0 } = input;
  if (offset !== undefined && tail !== undefined) {
    throw new ToolError("Give offset or tail, not both: offset pages through, tail shows the end");
  }
  const found = await findJob(host, ctx, job_id);
  const from = offset === undefined || offset >= 0 ? offset : Math.max(0, found.logBytes + offset);
  const { files } = host.runtime;
  const limit = Math.max(MIN_BYTES, host.outputLimit - STATE_ROOM);
  const until = performance.now() + wait_s * 1_000;
  let seen = from ?? 0;
  let job: Job;
  let page: LogPage;
  do {
    job = await waitForJob(
      host,
      found,
      { timeoutMs: Math.max(0, until - performance.now()), signal: ctx.signal },
      (now) => now.logBytes > seen || hasEnded(now),
    );
    seen = job.logBytes;
    page = from === undefined
      ? await tailPage(files, logPath(job), tail ?? Infinity, limit, hasEnded(job))
      : await pageFrom(files, logPath(job), from, limit, hasEnded(job));
    // The first bytes of a character or a code are nothing to show yet: the rest of it is waited for.
  } while (page.next === from && !hasEnded(job) && seen > from && performance.now() < until);
  const newline = page.text === "" || page.text.endsWith("\n") ? "" : "\n";
  const output = page.text + newline + stateLines(job, page).join("\n");
  return {
    content: [text(output)],
    structuredContent: {
      output,
      offset: page.offset,
      next_offset: page.next,
      more: page.next < page.size,
      state: job.state,
      exit_code: job.exitCode,
      signal: job.signal,
      log_path: logPath(job),
    },
  };
}

function stateLines(job: Job, { offset, next, size }: LogPage): string[] {
  const lines: string[] = [];
  if (offset > size) lines.push(`[offset ${offset} is past the end: it printed ${size} bytes]`);
  else if (size === 0) lines.push("[no output]");
  else if (offset > 0 || next < size || job.attended) {
    const more = next < size || job.attended ? `; go on with offset ${next}` : "";
    lines.push(`[bytes ${offset} to ${next} of ${size}${more}]`);
  }
  if (job.cut) {
    lines.push(
      `[the log ends at ${size} bytes: it was full (64 MiB), or the disk was, and what the job ` +
        "printed after that is lost]",
    );
  }
  return [...lines, `[${jobLine(job)}]`];
}
