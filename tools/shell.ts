// The `shell` tool: runs a command and gives back what it printed and how it ended.
// Made by `hostTools()`. Never waits for a terminal, never leaves a process of a call that timed
// out or was cancelled, never holds more output than it may show.

import type { ToolResult } from "../src/protocol/types.ts";
import { SpawnError } from "../src/runtime/runtime.ts";
import { type Context, defineTool, type Tool, ToolError } from "../src/server/define.ts";
import { CallOutput } from "./call_output.ts";
import type { Host } from "./host.ts";
import { runProcess } from "./run_process.ts";
import { shellResult } from "./shell_result.ts";
import { workingDir } from "./working_dir.ts";

const DEFAULT_TIMEOUT_S = 120;
const MAX_TIMEOUT_S = 3_600;
/** Room for the lines about how it ended, of what a model is shown. */
const ENDING_ROOM = 500;

interface ShellInput {
  readonly command: string;
  readonly timeout_s?: number;
  readonly cwd?: string;
  readonly env?: { readonly [name: string]: string };
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
        command: { type: "string", description: "What to run, as for `bash -c`." },
        timeout_s: {
          type: "number",
          exclusiveMinimum: 0,
          maximum: MAX_TIMEOUT_S,
          default: DEFAULT_TIMEOUT_S,
          description: "Seconds until it is ended.",
        },
        cwd: { type: "string", description: "Folder to run in. Default: the server's own." },
        env: {
          type: "object",
          additionalProperties: { type: "string" },
          description: "Environment variables to add or replace.",
        },
        stdin: { type: "string", description: "Text for standard input." },
      },
      required: ["command"],
      additionalProperties: false,
    },
    output: {
      type: "object",
      properties: {
        exit_code: { type: ["integer", "null"], description: "null when a signal ended it" },
        signal: { type: ["string", "null"] },
        timed_out: { type: "boolean" },
        cancelled: { type: "boolean" },
        truncated: { type: "boolean", description: "The text leaves out the middle." },
        duration_ms: { type: "integer" },
        log_path: { type: "string", description: "The whole output, when cut or still going on." },
      },
      required: ["exit_code", "signal", "timed_out", "cancelled", "truncated", "duration_ms"],
    },
    run: (input, ctx) => runShell(host, input, ctx),
  });
}

async function runShell(host: Host, input: ShellInput, ctx: Context): Promise<ToolResult> {
  checkInput(input);
  const { timeout_s = DEFAULT_TIMEOUT_S, env = {}, stdin } = input;
  const cwd = input.cwd === undefined ? undefined : await workingDir(host.runtime, input.cwd);
  const start = await host.shell.command(input.command, env);
  const output = new CallOutput(host.logs, host.outputLimit - ENDING_ROOM, ctx);
  try {
    const outcome = await runProcess(host.processes, {
      ...start,
      cwd,
      stdin,
      timeoutMs: timeout_s * 1_000,
      signal: ctx.signal,
      onOutput: (bytes) => output.take(bytes),
    });
    return shellResult(outcome, await output.finish(outcome.rest), timeout_s, ctx.signal);
  } catch (error) {
    await output.discard();
    if (error instanceof SpawnError) throw new ToolError(error.message);
    throw error;
  }
}

function checkInput({ command, env = {} }: ShellInput): void {
  if (command.trim() === "") {
    throw new ToolError('command must be a text to run: got an empty one; try "pwd", say');
  }
  if (command.includes("\0")) {
    throw new ToolError("command must not hold a NUL character: write it as $'\\0' or in a file");
  }
  for (const [name, value] of Object.entries(env)) {
    if (!/^[^=\0]+$/.test(name) || value.includes("\0")) {
      throw new ToolError(
        `env must hold names without "=" and values without NUL: got ${JSON.stringify(name)}`,
      );
    }
  }
}
