// What a serving lmcp says to whoever runs it, on standard error: a line of text or of JSON each.
// Made once by the command, passed down. Never fails, and never says a token.

import { printable } from "./cli_text.ts";
import type { Runtime } from "./runtime/runtime.ts";

/** Facts of a line, for programs that read the log. */
export type LogFacts = { readonly [name: string]: string | number | boolean | undefined };

/** Where lines go. */
export interface Log {
  info(message: string, facts?: LogFacts): void;
  warn(message: string, facts?: LogFacts): void;
  /** `error` is told with its stack: it is a bug, or a fault of the machine. */
  error(message: string, error?: unknown): void;
}

/** Opens the log. Text begins with `lmcp:`; JSON has `time`, `level` and `message` first. */
export function openLog(runtime: Pick<Runtime, "stderr">, format: "text" | "json"): Log {
  function write(level: string, message: string, facts: LogFacts = {}): void {
    if (format === "json") {
      const time = new Date().toISOString();
      runtime.stderr(JSON.stringify({ time, level, message, ...facts }));
    } else {
      // What peers say may hold line ends, and what terminals act on: a line of theirs must not pass
      // for one of ours.
      const text = facts.error === undefined ? message : `${message}: ${facts.error}`;
      runtime.stderr(`lmcp: ${printable(text).replaceAll("\n", "\n  ")}`);
    }
  }
  return {
    info: (message, facts) => write("info", message, facts),
    warn: (message, facts) => write("warn", message, facts),
    error: (message, error) =>
      write("error", message, error === undefined ? {} : { error: stackOf(error) }),
  };
}

function stackOf(error: unknown): string {
  return error instanceof Error ? error.stack ?? `${error.name}: ${error.message}` : String(error);
}
