// The jobs of a host, one folder each in `jobs` of the state folder: made, looked at, taken away.
// Used by the job tools. What it says is read from the disk and the processes each time, so it is as
// true after a restart of the server as before, and with two servers on one state folder.

import { FileError, type Runtime } from "../src/runtime/runtime.ts";
import {
  type Job,
  type JobExit,
  type JobRecord,
  readBirth,
  readExit,
  readRecord,
} from "./job_record.ts";
import type { ProcessBirths } from "./process_birth.ts";
import { writePrivate } from "./private_file.ts";
import { smallFileText } from "./small_file.ts";
import { makeStateDir } from "./state_dir.ts";

const ID = /^j-[a-z2-9]{6}$/;
const LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";
/** How long a job may take to have a supervisor. */
const BIRTH_MS = 10_000;

/** The jobs of a host. */
export class JobStore {
  readonly #runtime: Runtime;
  readonly #births: ProcessBirths;
  readonly #stateDir: string;
  readonly #endings = new Map<string, Promise<unknown>>();

  constructor(runtime: Runtime, births: ProcessBirths, stateDir: string) {
    this.#runtime = runtime;
    this.#births = births;
    this.#stateDir = stateDir;
  }

  /** Makes the folder of a new job, with its record in it. */
  async create(
    asked: Pick<JobRecord, "name" | "command" | "cwd" | "owner">,
  ): Promise<{ readonly record: JobRecord; readonly dir: string }> {
    const { files } = this.#runtime;
    const jobs = await makeStateDir(this.#runtime, this.#stateDir, "jobs");
    for (;;) {
      const id = newId();
      const dir = `${jobs}/${id}`;
      try {
        await files.mkdir(dir, { mode: 0o700 });
      } catch (error) {
        if (error instanceof FileError && error.code === "exists") continue;
        throw error;
      }
      const mark = `${id}.${crypto.randomUUID().slice(0, 8)}.`;
      const record = { ...asked, id, mark, startedAt: new Date().toISOString() };
      try {
        await this.#write(dir, "job.json", record);
      } catch (error) {
        await this.remove({ dir });
        throw error;
      }
      return { record, dir };
    }
  }

  /** Says when the supervisor of a job ends, so that who waits need not look again and again. */
  attend(id: string, ended: Promise<unknown>): void {
    this.#endings.set(id, ended);
    void ended.then(() => this.#endings.delete(id));
  }

  /** Resolves when the supervisor of a job that this server started has ended. */
  ending(id: string): Promise<unknown> | undefined {
    return this.#endings.get(id);
  }

  /** The job of that id, where there is one and it belongs to the owner. */
  async find(id: string, owner: string | null): Promise<Job | undefined> {
    if (!ID.test(id)) return undefined;
    const job = await this.#read(id);
    return job?.record.owner === owner ? job : undefined;
  }

  /** The jobs of an owner, or of everybody, the newest first. */
  async list(owner?: string | null): Promise<readonly Job[]> {
    const jobs: Job[] = [];
    try {
      for await (const { name } of this.#runtime.files.list(`${this.#stateDir}/jobs`)) {
        const job = ID.test(name) ? await this.#read(name) : undefined;
        if (job !== undefined && (owner === undefined || job.record.owner === owner)) {
          jobs.push(job);
        }
      }
    } catch (error) {
      // Without a folder for them there are none.
      if (!(error instanceof FileError) || !/^not_(found|a_dir)$/.test(error.code)) throw error;
    }
    return jobs.sort((a, b) => a.record.startedAt < b.record.startedAt ? 1 : -1);
  }

  /** Looks at a job again. */
  async look({ record, dir }: Pick<Job, "record" | "dir">): Promise<Job> {
    const birth = readBirth(await this.#text(dir, "born"));
    const attended = birth !== undefined && await this.#births.alive(birth);
    // After the supervisor, which may have ended in between.
    const exit = readExit(await this.#text(dir, "exit"));
    const young = birth === undefined && Date.now() - Date.parse(record.startedAt) < BIRTH_MS;
    const state = exit !== undefined
      ? "code" in exit ? "exited" : "killed"
      : attended || young
      ? "running"
      : "lost";
    return {
      record,
      dir,
      state,
      exitCode: exit !== undefined && "code" in exit ? exit.code : null,
      signal: exit !== undefined && "signal" in exit ? exit.signal : null,
      endedAt: exit === undefined ? null : await this.#time(dir, "exit"),
      birth,
      attended,
      logBytes: (await this.#stat(dir, "log"))?.size ?? 0,
      cut: await this.#stat(dir, "cut") !== undefined,
    };
  }

  /** Says how a job ended whose supervisor was killed with it. What is known already stays. */
  async recordExit({ dir }: Pick<Job, "dir">, exit: JobExit): Promise<void> {
    if (await this.#stat(dir, "exit") === undefined) await this.#write(dir, "exit", exit);
  }

  /** Takes away all there is of a job that has ended. */
  async remove({ dir }: Pick<Job, "dir">): Promise<void> {
    try {
      await this.#runtime.files.remove(dir, { recursive: true });
    } catch (error) {
      // Another server may do the same, or the supervisor writes its last.
      if (!(error instanceof FileError)) throw error;
    }
  }

  async #read(id: string): Promise<Job | undefined> {
    const dir = `${this.#stateDir}/jobs/${id}`;
    const record = readRecord(await this.#text(dir, "job.json"));
    return record?.id === id ? await this.look({ record, dir }) : undefined;
  }

  #text(dir: string, name: string): Promise<string | undefined> {
    return smallFileText(this.#runtime.files.open(`${dir}/${name}`, { read: true }));
  }

  async #stat(dir: string, name: string) {
    try {
      return await this.#runtime.files.lstat(`${dir}/${name}`);
    } catch (error) {
      if (error instanceof FileError) return undefined;
      throw error;
    }
  }

  async #time(dir: string, name: string): Promise<string | null> {
    const ms = (await this.#stat(dir, name))?.mtimeMs ?? null;
    return ms === null ? null : new Date(ms).toISOString();
  }

  async #write(dir: string, name: string, value: object): Promise<void> {
    const { files } = this.#runtime;
    const temp = `${dir}/${name}.${crypto.randomUUID()}`;
    await writePrivate(files, temp, `${JSON.stringify(value)}\n`);
    await files.rename(temp, `${dir}/${name}`);
  }
}

function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(6));
  return `j-${Array.from(bytes, (byte) => LETTERS[byte % LETTERS.length]).join("")}`;
}
