// What the job tools have in common when they run: whose the jobs are, finding one, and how its state
// is told. Used by the files `job_*_run.ts`, `job_run.ts` and `shell_run.ts`.

import { type Context, ToolError } from "../src/server/define.ts";
import type { Host } from "./host.ts";
import { type Job, logPath } from "./job_record.ts";

/** What is told of a job, for programs. */
export function jobFacts(job: Job) {
  const { record, state, exitCode, signal, endedAt, birth } = job;
  return {
    job_id: record.id,
    ...(record.name === undefined ? {} : { name: record.name }),
    state,
    exit_code: exitCode,
    signal,
    started_at: record.startedAt,
    ended_at: endedAt,
    pid: birth?.pid ?? null,
    log_path: logPath(job),
  };
}

/** What is told of a job, as a line. */
export function jobLine(job: Job): string {
  const { record, attended } = job;
  const name = record.name === undefined ? "" : ` (${record.name})`;
  const rest = attended && job.state !== "running" ? "; something it started still runs" : "";
  return `${record.id}${name}: ${stateText(job)}${rest}; started ${record.startedAt}`;
}

function stateText({ state, exitCode, signal, endedAt }: Job): string {
  switch (state) {
    case "running":
      return "running";
    case "exited":
      return `exited with code ${exitCode} at ${endedAt}`;
    case "killed":
      return `ended by ${signal} at ${endedAt}`;
    case "lost":
      return "lost: the machine was restarted or its supervisor was killed, so how it ended is unknown";
  }
}

/** The name whose jobs a caller sees. */
export function ownerOf(ctx: Context): string | null {
  return ctx.auth?.name ?? null;
}

/** The caller's job of that id. @throws {ToolError} when there is none. */
export async function findJob(host: Host, ctx: Context, id: string): Promise<Job> {
  const job = await host.jobs.find(id, ownerOf(ctx));
  if (job !== undefined) return job;
  throw new ToolError(
    `There is no job ${JSON.stringify(id)}: job_list names those there are; one that has ended ` +
      "is kept for 7 days, and no more than 100 of them",
  );
}
