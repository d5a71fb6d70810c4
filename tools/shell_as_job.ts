// Runs a command of `shell` as a job from its start, so that at its timeout it can go on: no output
// is lost between, and its exit code outlives the server. Used by `shell_run.ts` where the caller
// asked for `on_timeout: "background"`. What ends in time leaves no job behind, unless its log is
// needed.

import type { Context } from "../src/server/define.ts";
import { CallOutput, type OutputLog } from "./call_output.ts";
import type { Host } from "./host.ts";
import { endJob } from "./job_end.ts";
import { newBytes } from "./job_log.ts";
import { type Job, logPath } from "./job_record.ts";
import { type JobStart, startJob } from "./job_start.ts";
import { hasEnded, waitForJob } from "./job_wait_for.ts";
import type { ShellRun } from "./shell_result.ts";

const CHUNK = 256 * 1024;

/** Runs the command until its end, its timeout or the cancellation of the call. */
export async function runAsJob(
  host: Host,
  asked: JobStart,
  limit: number,
  timeoutMs: number,
  ctx: Context,
): Promise<ShellRun> {
  ctx.signal.throwIfAborted();
  const started = performance.now();
  const first = await startJob(host, asked);
  const log = new JobLog(host, first);
  const output = new CallOutput(log, limit, ctx);
  try {
    let job = await waitForJob(host, first, {
      timeoutMs,
      signal: ctx.signal,
      onLook: () => log.readInto(output),
    });
    let how: ShellRun["how"] = hasEnded(job) ? "exited" : "backgrounded";
    let gone = true;
    if (how !== "exited" && ctx.signal.aborted) {
      how = "cancelled";
      ({ job, gone } = await endJob(host, job));
    }
    await log.readInto(output);
    log.full = job.cut;
    const leftovers = how === "exited" && await host.jobProcesses.anyAlive(job);
    const stays = how === "backgrounded" || leftovers || !gone;
    const shown = await output.finish(stays ? Promise.resolve() : undefined);
    return {
      how,
      exit: { code: job.exitCode ?? undefined, signal: job.signal ?? undefined },
      durationMs: Math.round(performance.now() - started),
      gone,
      shown,
      leftovers,
      jobId: log.kept ? job.record.id : undefined,
    };
  } catch (error) {
    await endJob(host, first);
    await output.discard();
    throw error;
  }
}

/** A job's log as the log of a call: the supervisor writes it, this side reads along. */
class JobLog implements OutputLog {
  readonly #host: Host;
  readonly #job: Job;
  #next = 0;
  /** Whether something of the output is not in the log. */
  full = false;
  /** Whether the job is there when the call is over. */
  kept = false;
  readonly problem = undefined;

  constructor(host: Host, job: Job) {
    this.#host = host;
    this.#job = job;
  }

  /** Hands on what came since the last time. */
  async readInto(output: CallOutput): Promise<void> {
    for (;;) {
      const { bytes, next } = await newBytes(
        this.#host.runtime.files,
        logPath(this.#job),
        this.#next,
        CHUNK,
      );
      if (bytes.length === 0) return;
      this.#next = next;
      await output.take(bytes);
    }
  }

  write(): Promise<void> {
    return Promise.resolve();
  }

  keep(): Promise<string> {
    this.kept = true;
    return Promise.resolve(logPath(this.#job));
  }

  close(): void {}

  async discard(): Promise<void> {
    await this.#host.jobs.remove(this.#job);
  }
}
