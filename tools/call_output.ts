// What a program prints during a call, on its three ways at once: to the model (plain, head and
// tail), to the log on disk (as it came), and to whoever watches (as progress).
// Used by `shell_run.ts` and `shell_as_job.ts`. Holds no more than what a model may be shown.

import type { Context } from "../src/server/define.ts";
import { OutputCollector } from "./output_collector.ts";
import { ProgressStream } from "./progress_stream.ts";

/** What a model is shown of the output. */
export interface ShownOutput {
  readonly text: string;
  /** Whether the middle was left out. */
  readonly truncated: boolean;
  /** Where the whole is, when cut or still going on. */
  readonly logPath: string | undefined;
}

/** Where the whole output goes; a `CallLog` is one. */
export interface OutputLog {
  /** Why the log is not whole, where writing failed. */
  readonly problem: string | undefined;
  /** Whether more came than a log may hold. */
  readonly full: boolean;
  /** Takes the next bytes, and resolves when there is room for more. */
  write(bytes: Uint8Array): Promise<void>;
  /** Puts what came so far on disk and answers its path; undefined where that failed. */
  keep(): Promise<string | undefined>;
  /** Ends the log; the file stays. */
  close(): void;
  /** Ends the log and takes it away. */
  discard(): Promise<void>;
}

/** The output of one call. */
export class CallOutput {
  #collector: OutputCollector | undefined;
  readonly #log: OutputLog;
  readonly #progress: ProgressStream | undefined;

  /** `limit`: characters that a model is shown at the most. */
  constructor(log: OutputLog, limit: number, ctx: Context) {
    this.#log = log;
    this.#collector = new OutputCollector(limit);
    this.#progress = ctx.wantsProgress ? new ProgressStream(ctx) : undefined;
  }

  /** Takes the next bytes, and resolves when there is room for more. */
  async take(bytes: Uint8Array): Promise<void> {
    if (this.#collector !== undefined) {
      this.#collector.push(bytes);
      this.#progress?.push(bytes);
    }
    await this.#log.write(bytes);
  }

  /**
   * Ends the part that a model is shown. With `rest`, more may come until it resolves: that goes
   * to the log alone.
   */
  async finish(rest?: Promise<void>): Promise<ShownOutput> {
    const shown = this.#collector!;
    this.#collector = undefined;
    shown.end();
    this.#progress?.stop();
    const truncated = shown.cut;
    const logPath = truncated || rest !== undefined ? await this.#log.keep() : undefined;
    if (logPath === undefined) await this.#log.discard();
    else if (rest === undefined) this.#log.close();
    else void rest.then(() => this.#log.close());
    return { text: shown.render(this.#whereabouts(logPath)), truncated, logPath };
  }

  /** Ends everything where there is no answer to give. */
  async discard(): Promise<void> {
    this.#collector = undefined;
    this.#progress?.stop();
    await this.#log.discard();
  }

  #whereabouts(logPath: string | undefined): string {
    if (logPath === undefined) return `they could not be kept: ${this.#log.problem}`;
    if (this.#log.problem !== undefined) return `a part is in ${logPath}: ${this.#log.problem}`;
    return this.#log.full
      ? `the first 64 MiB of the output are in ${logPath}`
      : `the whole output is in ${logPath}`;
  }
}
