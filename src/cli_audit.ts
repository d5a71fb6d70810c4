// The audit file: a line of JSON for each tool call, when it ends. Who called which tool, how long
// it took, how it ended; never arguments or results, which may hold secrets.
// Opened by `cli_host.ts`. Never slows a call down, and never fails one: trouble goes to the log.

import type { Log } from "./cli_log.ts";
import { UsageError } from "./cli_options.ts";
import type { Call, Core, Outcome } from "./protocol/call.ts";
import { FileError, type Runtime } from "./runtime/runtime.ts";

/** An open audit file. */
export interface Audit {
  /** The same core, its tool calls written down. */
  watch(core: Core): Core;
  /** Resolves when everything is written. */
  close(): Promise<void>;
}

/** How a call ended: with what was asked for, a tool's error, a refusal, or before its time. */
type AuditOutcome = "ok" | "error" | "refused" | "cancelled";

const NAME_LENGTH = 128;

/** Opens the file, which only this user may read. @throws {UsageError} when it cannot be written. */
export async function openAudit(runtime: Runtime, path: string, log: Log): Promise<Audit> {
  let waiting = "";
  let writing: Promise<void> | undefined;
  let failing = false;

  // Opened for each batch, so that the file can be moved away and a new one begins.
  async function append(text: string): Promise<void> {
    const file = await runtime.files.open(path, { append: true, create: true, mode: 0o600 });
    try {
      await file.write(new TextEncoder().encode(text));
    } finally {
      file.close();
    }
  }

  async function drain(): Promise<void> {
    while (waiting !== "") {
      const text = waiting;
      waiting = "";
      try {
        await append(text);
        failing = false;
      } catch (error) {
        if (!failing) log.error("Calls are not written to the audit file", error);
        failing = true;
      }
    }
    writing = undefined;
  }

  function write(call: Call, startedAt: number, outcome: AuditOutcome): void {
    const { name } = call.params;
    const tool = typeof name === "string" ? name.slice(0, NAME_LENGTH) : null;
    const who = call.auth?.name ?? null;
    const time = new Date().toISOString();
    const ms = Math.round(performance.now() - startedAt);
    waiting += `${JSON.stringify({ time, who, tool, ms, outcome })}\n`;
    writing ??= drain();
  }

  async function watched(core: Core, call: Call): Promise<Outcome> {
    const startedAt = performance.now();
    try {
      const outcome = await core.handle(call);
      const ended = outcome.result.isError === true ? "error" : "ok";
      write(call, startedAt, call.signal.aborted ? "cancelled" : ended);
      return outcome;
    } catch (error) {
      write(call, startedAt, call.signal.aborted ? "cancelled" : "refused");
      throw error;
    }
  }

  try {
    await append("");
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new UsageError(`--audit must name a file that can be written: ${error.message}`);
  }
  return {
    watch: (core) => ({
      ...core,
      handle: (call) => call.method === "tools/call" ? watched(core, call) : core.handle(call),
    }),
    close: async () => {
      while (writing !== undefined) await writing;
    },
  };
}
