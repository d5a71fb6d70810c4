// What a model is told of a command that was run: its output, then how it ended where that is
// worth a line. Used by `shell.ts`.

import type { ToolResult } from "../src/protocol/types.ts";
import { text } from "../src/server/define.ts";
import type { ShownOutput } from "./call_output.ts";
import type { RunOutcome } from "./run_process.ts";

/** Makes the result. A command that failed is no error of the tool; one that was ended is. */
export function shellResult(
  outcome: RunOutcome,
  output: ShownOutput,
  timeoutS: number,
  signal: AbortSignal,
): ToolResult {
  const lines = endingLines(outcome, output, timeoutS, signal);
  if (lines.length === 0 && output.text === "") lines.push("[no output]");
  const newline = lines.length === 0 || output.text === "" || output.text.endsWith("\n")
    ? ""
    : "\n";
  return {
    content: [text(output.text + newline + lines.join("\n"))],
    structuredContent: {
      exit_code: outcome.exit.code ?? null,
      signal: outcome.exit.signal ?? null,
      timed_out: outcome.how === "timed_out",
      cancelled: outcome.how === "cancelled",
      truncated: output.truncated,
      duration_ms: outcome.durationMs,
      ...(output.logPath === undefined ? {} : { log_path: output.logPath }),
    },
    ...(outcome.how === "exited" ? {} : { isError: true }),
  };
}

function endingLines(
  { how, exit, gone, rest }: RunOutcome,
  { logPath }: ShownOutput,
  timeoutS: number,
  signal: AbortSignal,
): string[] {
  const lines: string[] = [];
  if (how === "timed_out") {
    lines.push(
      `[timed out after ${timeoutS} s: the command and all it started were ended; if it needs ` +
        "longer, give a larger timeout_s]",
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
  if (rest !== undefined) {
    const later = logPath === undefined ? "is lost" : `goes to ${logPath}`;
    lines.push(`[something it started still runs; what that prints from now on ${later}]`);
  }
  return lines;
}

function reasonOf(signal: AbortSignal): string {
  const { reason } = signal;
  return reason instanceof Error && reason.message !== "" ? reason.message : "the call was aborted";
}
