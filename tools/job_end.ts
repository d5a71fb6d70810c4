// Ends a job with all it started, and has that on record. Used by `job_kill`, and by
// `shell_as_job.ts` for a command that was cancelled before it went to the background.

import type { Host } from "./host.ts";
import type { Job } from "./job_record.ts";

/** Ends a job. `gone` is false when some process could not even be killed. */
export async function endJob(
  host: Host,
  job: Job,
  first: "SIGTERM" | "SIGKILL" = "SIGTERM",
): Promise<{ readonly job: Job; readonly gone: boolean }> {
  const gone = await host.jobProcesses.end(job, first);
  // A supervisor that was killed along could not say so; what it said already stays.
  if (gone && job.state === "running") await host.jobs.recordExit(job, { signal: "SIGKILL" });
  return { job: await host.jobs.look(job), gone };
}
