// Takes away what is left of jobs that ended long ago, so that they cannot fill a disk.
// One a host, told when a job is started. Never takes away a job of which something may still run,
// and never fails: what cannot be taken away now can later.

import { FileError } from "../src/runtime/runtime.ts";
import type { JobProcesses } from "./job_processes.ts";
import type { Job } from "./job_record.ts";
import type { JobStore } from "./job_store.ts";

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

const EVERY_MS = 60_000;

/** Looks after the number of a host's jobs. */
export class JobExpiry {
  readonly #jobs: JobStore;
  readonly #processes: JobProcesses;
  #swept = -Infinity;

  constructor(jobs: JobStore, processes: JobProcesses) {
    this.#jobs = jobs;
    this.#processes = processes;
  }

  /** Says that a job was started; once a minute that is when what is too old or too much goes. */
  started(): void {
    if (performance.now() - this.#swept < EVERY_MS) return;
    this.#swept = performance.now();
    void this.sweep();
  }

  /** Removes the jobs that are too old or too many. */
  async sweep(limits: JobLimits = {}): Promise<void> {
    const oldest = Date.now() - (limits.maxAgeMs ?? MAX_AGE_MS);
    let jobs = limits.maxJobs ?? MAX_JOBS;
    let bytes = limits.maxBytes ?? MAX_BYTES;
    try {
      for (const job of await this.#jobs.list()) {
        if (job.state === "running" || job.attended) continue;
        jobs--;
        bytes -= job.logBytes;
        const wanted = jobs >= 0 && bytes >= 0 && lastTime(job) >= oldest;
        if (!wanted && !await this.#processes.anyAlive(job)) await this.#jobs.remove(job);
      }
    } catch (error) {
      // Another server may sweep the same folder.
      if (!(error instanceof FileError)) throw error;
    }
  }
}

// Of a lost job nobody knows when it ended.
function lastTime({ endedAt, record }: Job): number {
  return Date.parse(endedAt ?? record.startedAt);
}
