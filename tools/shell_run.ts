// What the `shell` tool does when it is called. Loaded by `shell.ts` at the first call.
// Never waits for a terminal, never leaves a process of a call that timed out or was cancelled,
// never holds more output than it may show.

import type { ToolResult } from "../src/protocol/types.ts";
import { SpawnError } from "../src/runtime/runtime.ts";
import { type Context, ToolError } from "../src/server/define.ts";
import { CallOutput } from "./call_output.ts";
import { checkCommand, type CommandInput } from "./command_input.ts";
import type { Host } from "./host.ts";
import { ownerOf } from "./job_answer.ts";
import { runProcess } from "./run_process.ts";
import { runAsJob } from "./shell_as_job.ts";
import { shellResult, type ShellRun } from "./shell_result.ts";
import { workingDir } from "./working_dir.ts";

/** Room for the lines about how it ended, of what a model is shown. */
const ENDING_ROOM = 500;

interface ShellInput extends CommandInput {
  readonly timeout_s: number;
  readonly on_timeout?: "kill" | "background";
  readonly stdin?: string;
}

/** Runs the command. @throws {ToolError} what the caller can mend. */
export async function runShell(
  host: Host,
  input: ShellInput,
  ctx: Context,
): Promise<ToolResult> {
  checkCommand(input);
  const { timeout_s, on_timeout = "kill", env = {}, stdin } = input;
  const cwd = input.cwd === undefined ? undefined : await workingDir(host.runtime, input.cwd);
  const timeoutMs = timeout_s * 1_000;
  if (on_timeout === "kill") {
    const run = await runAsCall(host, { ...input, env, cwd }, timeoutMs, ctx);
    return shellResult(run, timeout_s, ctx.signal);
  }
  const { command } = input;
  const asked = { command, cwd, env, stdin: { text: stdin ?? "" }, owner: ownerOf(ctx) };
  const run = await runAsJob(host, asked, host.outputLimit - ENDING_ROOM, timeoutMs, ctx);
  return shellResult(run, timeout_s, ctx.signal);
}

async function runAsCall(
  host: Host,
  { command, env, cwd, stdin }: {
    readonly command: string;
    readonly env: { readonly [name: string]: string };
    readonly cwd: string | undefined;
    readonly stdin?: string | undefined;
  },
  timeoutMs: number,
  ctx: Context,
): Promise<ShellRun> {
  const start = await host.shell.command(command, env);
  const output = new CallOutput(host.logs.start(), host.outputLimit - ENDING_ROOM, ctx);
  try {
    const outcome = await runProcess(host.processes, {
      ...start,
      cwd,
      stdin,
      timeoutMs,
      signal: ctx.signal,
      onOutput: (bytes) => output.take(bytes),
    });
    const shown = await output.finish(outcome.rest);
    return { ...outcome, shown, leftovers: outcome.rest !== undefined, jobId: undefined };
  } catch (error) {
    await output.discard();
    if (error instanceof SpawnError) throw new ToolError(error.message);
    throw error;
  }
}
