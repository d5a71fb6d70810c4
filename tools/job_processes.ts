// The processes of jobs, whichever server started them: signals them and ends them. Used by
// `job_end.ts`. A job's are the group of its supervisor and, on Linux, whatever carries its mark.
// Signals a group only while its supervisor is known to be the one that was recorded.

import type { Runtime } from "../src/runtime/runtime.ts";
import { endProcesses, type ProcessGroup } from "./end_processes.ts";
import type { Job } from "./job_record.ts";
import { JOB_MARK, MarkedProcesses } from "./marked_processes.ts";
import type { ProcessBirth, ProcessBirths } from "./process_birth.ts";

/** The processes of a host's jobs. */
export class JobProcesses {
  readonly #runtime: Runtime;
  readonly #births: ProcessBirths;
  readonly #marked: MarkedProcesses;

  constructor(runtime: Runtime, births: ProcessBirths) {
    this.#runtime = runtime;
    this.#births = births;
    this.#marked = new MarkedProcesses(runtime, JOB_MARK);
  }

  /** Ends all of a job. Resolves with whether all are gone. */
  async end(job: Job, first: "SIGTERM" | "SIGKILL"): Promise<boolean> {
    const group = await this.#groupOf(job);
    return await endProcesses(this.#runtime, this.#marked, group, job.record.mark, first);
  }

  /** Sends a signal to all of a job. */
  async signal(job: Job, signal: "SIGINT" | "SIGHUP"): Promise<void> {
    const { pid } = await this.#groupOf(job) ?? {};
    if (pid !== undefined) this.#runtime.kill(-pid, signal);
    for (const stray of await this.#marked.find(job.record.mark)) {
      if (stray.group !== pid) this.#runtime.kill(stray.pid, signal);
    }
  }

  /** Whether anything of a job is alive, as far as the system tells. */
  async anyAlive(job: Job): Promise<boolean> {
    return job.birth !== undefined && await this.#births.alive(job.birth) ||
      (await this.#marked.find(job.record.mark)).length > 0;
  }

  async #groupOf({ birth }: Job): Promise<ProcessGroup | undefined> {
    return birth !== undefined && await this.#births.alive(birth) ? this.#group(birth) : undefined;
  }

  #group(birth: ProcessBirth): ProcessGroup {
    let ours = true;
    return {
      pid: birth.pid,
      killGroup: (signal) => ours && this.#runtime.kill(-birth.pid, signal),
      groupAlive: async () => ours = await this.#births.alive(birth),
    };
  }
}
