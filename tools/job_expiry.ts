// Takes away what is left of jobs that ended long ago, so that they cannot fill a disk.
// Called when a job is started. Never takes away a job of which something may still run.

import type { Host } from "./host.ts";
import type { Job } from "./job_record.ts";

/** How long and how much is kept of jobs that have ended. */
export interface JobLimits {
  /** Milliseconds after the end. Default: 7 days. */
  readonly maxAgeMs?: number;
  /** Of how many; the oldest go first. Default: 100. */
  readonly maxJobs?: number;
  /** Bytes of their logs together; the oldest go first. Default: 1 GiB. */
  readonly maxBytes?: number;
}

const MAX_AGE_MS = 7 * 24 * 3_600_000;
const MAX_JOBS = 100;
const MAX_BYTES = 1024 * 1024 * 1024;

/** Removes the jobs that are too old or too many. */
export async function expireJobs(host: Host, limits: JobLimits = {}): Promise<void> {
  const oldest = Date.now() - (limits.maxAgeMs ?? MAX_AGE_MS);
  let jobs = limits.maxJobs ?? MAX_JOBS;
  let bytes = limits.maxBytes ?? MAX_BYTES;
  for (const job of await host.jobs.list()) {
    if (job.state === "running" || job.attended) continue;
    jobs--;
    bytes -= job.logBytes;
    const wanted = jobs >= 0 && bytes >= 0 && lastTime(job) >= oldest;
    if (!wanted && !await host.jobProcesses.anyAlive(job)) await host.jobs.remove(job);
  }
}

// Of a lost job nobody knows when it ended.
function lastTime({ endedAt, record }: Job): number {
  return Date.parse(endedAt ?? record.startedAt);
}
