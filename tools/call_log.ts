// The whole output of one call, on disk: made only when there is a need for it, never more than
// 64 MiB, for this user alone. Used by the tools that run programs. A log that cannot be written
// never fails the call: `problem` says why.

import { FileError, type OpenFile, type Runtime } from "../src/runtime/runtime.ts";
import { sweepLogs } from "./log_sweep.ts";
import { makeStateDir } from "./state_dir.ts";

const HELD_BYTES = 64 * 1024;
const LOG_BYTES = 64 * 1024 * 1024;
const SWEEP_EVERY_MS = 10 * 60_000;
const FULL = "\n[log ends here: no more than 64 MiB of a call is kept]\n";

/** The logs of a host's calls. */
export class CallLogs {
  readonly #runtime: Runtime;
  readonly #stateDir: string;
  #swept = -Infinity;

  constructor(runtime: Runtime, stateDir: string) {
    this.#runtime = runtime;
    this.#stateDir = stateDir;
  }

  /** Starts the log of a call; nothing is on disk before its output outgrows 64 KiB. */
  start(): CallLog {
    return new CallLog(this.#runtime, () => this.#file());
  }

  async #file(): Promise<{ path: string; file: OpenFile }> {
    const dir = await makeStateDir(this.#runtime, this.#stateDir, "logs");
    if (performance.now() - this.#swept > SWEEP_EVERY_MS) {
      this.#swept = performance.now();
      void sweepLogs(this.#runtime.files, dir);
    }
    const time = new Date().toISOString().replace(/[-:]|\..*/g, "");
    const path = `${dir}/${time}-${crypto.randomUUID().slice(0, 8)}.log`;
    const file = await this.#runtime.files.open(path, {
      write: true,
      createNew: true,
      mode: 0o600,
    });
    return { path, file };
  }
}

/** The log of one call. */
export class CallLog {
  readonly #runtime: Runtime;
  readonly #make: () => Promise<{ path: string; file: OpenFile }>;
  #held: Uint8Array[] = [];
  #size = 0;
  #path: string | undefined;
  #file: OpenFile | undefined;
  #problem: string | undefined;
  #closed = false;

  constructor(runtime: Runtime, make: () => Promise<{ path: string; file: OpenFile }>) {
    this.#runtime = runtime;
    this.#make = make;
  }

  /** Why the log is not whole, where writing failed. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Whether more came than a log may hold. */
  get full(): boolean {
    return this.#size > LOG_BYTES;
  }

  /** Takes the next bytes, and resolves when there is room for more. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#closed || this.full || this.#problem !== undefined) return;
    const room = LOG_BYTES - this.#size;
    this.#size += bytes.length;
    if (this.#file === undefined && this.#size <= HELD_BYTES) {
      this.#held.push(bytes.slice());
      return;
    }
    await this.#append(bytes.subarray(0, room));
    if (this.full) await this.#append(new TextEncoder().encode(FULL));
  }

  /** Puts what came so far on disk and answers its path; undefined where that failed. */
  async keep(): Promise<string | undefined> {
    await this.#append(new Uint8Array());
    return this.#path;
  }

  /** Ends the log; the file stays. Idempotent. */
  close(): void {
    this.#file?.close();
    this.#file = undefined;
    this.#held = [];
    this.#closed = true;
  }

  /** Ends the log and takes it away. */
  async discard(): Promise<void> {
    this.close();
    if (this.#path !== undefined) await this.#try(() => this.#runtime.files.remove(this.#path!));
  }

  async #append(bytes: Uint8Array): Promise<void> {
    await this.#try(async () => {
      if (this.#file === undefined) {
        const made = await this.#make();
        this.#file = made.file;
        this.#path = made.path;
        const held = this.#held;
        this.#held = [];
        for (const chunk of held) await this.#file.write(chunk);
      }
      await this.#file.write(bytes);
    });
  }

  async #try(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      this.#problem = error.message;
      this.#held = [];
    }
  }
}
