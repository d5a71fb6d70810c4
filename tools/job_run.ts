// What `shell_bg`, `job_list`, `job_status` and `job_kill` do when they are called. Loaded by those
// files at the first call of one. A job is no child of a call: nothing but its own end and `job_kill`
// ends it.

import type { ToolResult } from "../src/protocol/types.ts";
import { type Context, text, ToolError } from "../src/server/define.ts";
import { checkCommand, type CommandInput } from "./command_input.ts";
import type { Host } from "./host.ts";
import { findJob, jobFacts, jobLine, ownerOf } from "./job_answer.ts";
import { endJob } from "./job_end.ts";
import type { Job } from "./job_record.ts";
import { startJob } from "./job_start.ts";
import { waitForJob } from "./job_wait_for.ts";
import { workingDir } from "./working_dir.ts";

/** Of so many `job_list` tells: what a model can be shown. */
const MOST_JOBS = 80;
const COMMAND_CHARS = 100;
/** For so long it is waited whether a signal ends the job. */
const SIGNAL_MS = 2_000;

interface StartInput extends CommandInput {
  readonly name?: string;
}

interface KillInput {
  readonly job_id: string;
  readonly signal?: "SIGTERM" | "SIGKILL" | "SIGINT" | "SIGHUP";
}

/** Starts a job. @throws {ToolError} when it cannot be started. */
export async function runShellBg(
  host: Host,
  input: StartInput,
  ctx: Context,
): Promise<ToolResult> {
  checkCommand(input);
  const { command, name, env = {} } = input;
  const cwd = input.cwd === undefined ? undefined : await workingDir(host.runtime, input.cwd);
  const owner = ownerOf(ctx);
  ctx.signal.throwIfAborted();
  const job = await startJob(host, { command, name, cwd, env, stdin: "open", owner });
  const facts = jobFacts(job);
  const line = `Started job ${facts.job_id}, process ${facts.pid}; it prints to ${facts.log_path}`;
  return { content: [text(line)], structuredContent: facts };
}

/** Lists the caller's jobs. */
export async function runJobList(host: Host, ctx: Context): Promise<ToolResult> {
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
}

/** Tells of one job. @throws {ToolError} when there is none of that id. */
export async function runJobStatus(
  host: Host,
  { job_id }: { readonly job_id: string },
  ctx: Context,
): Promise<ToolResult> {
  const job = await findJob(host, ctx, job_id);
  const { command, cwd } = job.record;
  return {
    content: [text(`${jobLine(job)}\nin ${cwd}: ${command}`)],
    structuredContent: { ...jobFacts(job), command, cwd, log_bytes: job.logBytes },
  };
}

/** Ends or signals a job. @throws {ToolError} when there is none, or something of it stays. */
export async function runJobKill(
  host: Host,
  { job_id, signal = "SIGTERM" }: KillInput,
  ctx: Context,
): Promise<ToolResult> {
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
}

function commandStart({ record }: Job): string {
  const line = record.command.replace(/\s+/g, " ").trim();
  const chars = [...line];
  return chars.length <= COMMAND_CHARS ? line : `${chars.slice(0, COMMAND_CHARS).join("")}...`;
}
