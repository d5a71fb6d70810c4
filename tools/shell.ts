// The `shell` tool: runs a command and gives back what it printed and how it ended.
// Made by `hostTools()`. Never waits for a terminal, never leaves a process of a call that timed
// out or was cancelled, never holds more output than it may show.

import type { ToolResult } from "../src/protocol/types.ts";
import { SpawnError } from "../src/runtime/runtime.ts";
import { type Context, defineTool, type Tool, ToolError } from "../src/server/define.ts";
import { CallOutput } from "./call_output.ts";
import { checkCommand, COMMAND_INPUT, type CommandInput } from "./command_input.ts";
import type { Host } from "./host.ts";
import { ownerOf } from "./job_answer.ts";
import { runProcess } from "./run_process.ts";
import { runAsJob } from "./shell_as_job.ts";
import { shellResult, type ShellRun } from "./shell_result.ts";
import { workingDir } from "./working_dir.ts";

const DEFAULT_TIMEOUT_S = 120;
const MAX_TIMEOUT_S = 3_600;
/** Room for the lines about how it ended, of what a model is shown. */
const ENDING_ROOM = 500;

interface ShellInput extends CommandInput {
  readonly timeout_s?: number;
  readonly on_timeout?: "kill" | "background";
  readonly stdin?: string;
}

/** Makes the `shell` tool. */
export function shell(host: Host): Tool {
  return defineTool({
    name: "shell",
    title: "Run a shell command",
    description:
      "Runs a command with bash (sh where there is none) and returns stdout and stderr as they " +
      "came, and the exit code. There is no terminal: stdin is empty unless given, so use " +
      "non-interactive flags. Returns when the shell exits; what it left in the background with & " +
      "runs on until the server ends. At timeout_s the command and all it started are ended, and " +
      "what it printed is returned. Long output is cut in the middle; log_path has all of it.",
    annotations: {
      readOnlyHint: false,
      destructiveHint: true,
      idempotentHint: false,
      openWorldHint: true,
    },
    lenient: true,
    input: {
      type: "object",
      properties: {
        ...COMMAND_INPUT,
        timeout_s: {
          type: "number",
          exclusiveMinimum: 0,
          maximum: MAX_TIMEOUT_S,
          default: DEFAULT_TIMEOUT_S,
          description: "Seconds until on_timeout.",
        },
        on_timeout: {
          enum: ["kill", "background"],
          default: "kill",
          description: "background: it goes on as job job_id.",
        },
        stdin: { type: "string" },
      },
      required: ["command"],
      additionalProperties: false,
    },
    output: {
      type: "object",
      properties: {
        output: { type: "string" },
        exit_code: { type: ["integer", "null"] },
        signal: { type: ["string", "null"] },
        timed_out: { type: "boolean" },
        cancelled: { type: "boolean" },
        truncated: { type: "boolean" },
        duration_ms: { type: "integer" },
        log_path: { type: "string", description: "The whole output, when cut or going on." },
        job_id: { type: "string" },
      },
      required: [
        "output",
        "exit_code",
        "signal",
        "timed_out",
        "cancelled",
        "truncated",
        "duration_ms",
      ],
    },
    run: (input, ctx) => runShell(host, input, ctx),
  });
}

async function runShell(host: Host, input: ShellInput, ctx: Context): Promise<ToolResult> {
  checkCommand(input);
  const { timeout_s = DEFAULT_TIMEOUT_S, on_timeout = "kill", env = {}, stdin } = input;
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
