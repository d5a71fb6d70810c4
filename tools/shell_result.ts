// What a model is told of a command that was run: its output, then how it ended where that is
// worth a line. Used by `shell_run.ts`.

import type { ToolResult } from "../src/protocol/types.ts";
import { text } from "../src/server/define.ts";
import type { ShownOutput } from "./call_output.ts";
import type { RunOutcome } from "./run_process.ts";

/** How a command of `shell` went. */
export interface ShellRun extends Pick<RunOutcome, "exit" | "durationMs" | "gone"> {
  /** `backgrounded`: its time was over, and it goes on as a job. */
  readonly how: RunOutcome["how"] | "backgrounded";
  readonly shown: ShownOutput;
  /** Whether something it started lives on after its normal end. */
  readonly leftovers: boolean;
  /** The job it is, where one is left. */
  readonly jobId: string | undefined;
}

/** Makes the result. A command that failed is no error of the tool; one that was ended is. */
export function shellResult(run: ShellRun, timeoutS: number, signal: AbortSignal): ToolResult {
  const { how, exit, shown, jobId } = run;
  const lines = endingLines(run, timeoutS, signal);
  if (lines.length === 0 && shown.text === "") lines.push("[no output]");
  const newline = lines.length === 0 || shown.text === "" || shown.text.endsWith("\n") ? "" : "\n";
  const output = shown.text + newline + lines.join("\n");
  return {
    content: [text(output)],
    structuredContent: {
      // The same text once more: some clients show a model only this part.
      output,
      exit_code: exit.code ?? null,
      signal: exit.signal ?? null,
      timed_out: how === "timed_out" || how === "backgrounded",
      cancelled: how === "cancelled",
      truncated: shown.truncated,
      duration_ms: run.durationMs,
      ...(shown.logPath === undefined ? {} : { log_path: shown.logPath }),
      ...(jobId === undefined ? {} : { job_id: jobId }),
    },
    ...(how === "timed_out" || how === "cancelled" ? { isError: true } : {}),
  };
}

function endingLines(
  { how, exit, gone, shown: { logPath }, leftovers, jobId }: ShellRun,
  timeoutS: number,
  signal: AbortSignal,
): string[] {
  const lines: string[] = [];
  if (how === "timed_out") {
    lines.push(
      `[timed out after ${timeoutS} s: the command and all it started were ended; if it needs ` +
        "longer, give a larger timeout_s]",
    );
  } else if (how === "backgrounded") {
    lines.push(
      `[still running after ${timeoutS} s: it goes on as job ${jobId}, which prints to ${logPath}; ` +
        "job_wait waits for its end, job_output shows what it prints, job_kill ends it]",
    );
  } else if (how === "cancelled") {
    lines.push(`[cancelled: ${reasonOf(signal)}; the command and all it started were ended]`);
  } else if (exit.signal !== undefined) {
    lines.push(`[ended by ${exit.signal}]`);
  } else if (exit.code !== 0) {
    lines.push(`[exit code ${exit.code}]`);
  }
  if (!gone) {
    lines.push("[but some of its processes could not be ended: they hang, or are another user's]");
  }
  if (leftovers) {
    const what = jobId === undefined ? "" : `, as job ${jobId}`;
    const later = logPath === undefined ? "is lost" : `goes to ${logPath}`;
    lines.push(`[something it started still runs${what}; what that prints from now on ${later}]`);
  }
  return lines;
}

function reasonOf(signal: AbortSignal): string {
  const { reason } = signal;
  return reason instanceof Error && reason.message !== "" ? reason.message : "the call was aborted";
}
