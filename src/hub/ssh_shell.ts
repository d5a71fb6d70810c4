// `shell` over ssh: the command, its folder, its environment and its input, with the same kind of
// result. What cannot be had without lmcp on the host (jobs, a log of the whole output) is said.

import type { ToolResult } from "../protocol/types.ts";
import { ToolError } from "../server/define.ts";
import { checkCommand, type CommandInput } from "../../tools/command_input.ts";
import { OutputCollector } from "../../tools/output_collector.ts";
import { ProgressStream } from "../../tools/progress_stream.ts";
import { shellResult } from "../../tools/shell_result.ts";
import type { HostCall } from "./link.ts";
import type { Ssh } from "./ssh_run.ts";
import { assign, quote } from "./ssh_script.ts";

const DEFAULT_TIMEOUT_S = 120;
/** Exit codes that the script gives before the command runs; the mark tells them from the command's. */
const NO_FOLDER = "\x1elmcp-no-folder\n";

interface ShellInput extends CommandInput {
  readonly timeout_s?: number;
  readonly on_timeout?: "kill" | "background";
  readonly stdin?: string;
}

/** Runs a command. `limit`: characters of output that a model is shown at the most. */
export async function shellOverSsh(
  ssh: Ssh,
  target: string,
  call: HostCall,
  limit: number,
): Promise<ToolResult> {
  const input = call.args as unknown as ShellInput;
  checkCommand(input);
  if (input.on_timeout === "background") {
    throw new ToolError(
      "Cannot run it in the background: the host's lmcp is down, and jobs do not go over ssh; " +
        "leave on_timeout out, or try again when the host is up",
    );
  }
  const asked = (input.timeout_s ?? DEFAULT_TIMEOUT_S) * 1_000;
  const timeoutMs = Math.min(asked, ssh.mostMs);
  const output = new OutputCollector(limit);
  const progress = call.onProgress === undefined
    ? undefined
    : new ProgressStream({ progress: call.onProgress });
  try {
    let noFolder = "";
    const outcome = await ssh.run({
      target,
      script: {
        body: scriptOf(input),
        ...(input.stdin === undefined ? {} : { input: new TextEncoder().encode(input.stdin) }),
      },
      timeoutMs,
      signal: call.signal,
      onOutput(bytes) {
        if (bytes.length === NO_FOLDER.length) noFolder = new TextDecoder().decode(bytes);
        output.push(bytes);
        progress?.push(bytes);
        return Promise.resolve();
      },
    });
    if (noFolder === NO_FOLDER) throw noSuchFolder(input.cwd ?? "");
    output.end();
    const how = outcome.how;
    const shown = {
      text: output.render("over ssh the whole is not kept: send it to a file there, and read that"),
      truncated: output.cut,
      logPath: undefined,
    };
    const exit = how === "exited"
      ? { code: outcome.code, signal: undefined }
      : { code: undefined, signal: "SIGTERM" };
    const { durationMs, gone } = outcome;
    const run = { how, exit, durationMs, gone, shown, leftovers: false, jobId: undefined };
    const result = shellResult(run, timeoutMs / 1_000, call.signal);
    return how === "timed_out" && timeoutMs < asked ? withLimitNote(result, timeoutMs) : result;
  } finally {
    progress?.stop();
  }
}

function scriptOf({ command, cwd, env = {} }: ShellInput): string {
  const folder = cwd === undefined ? "" : `${assign({ d: cwd })}case $d in '~') d=$HOME ;; ` +
    `'~/'*) d=$HOME/\${d#'~/'} ;; esac
cd -- "$d" || { printf '\\036lmcp-no-folder\\n'; exit 1; }
`;
  return `${folder}export PAGER=cat GIT_PAGER=cat GIT_TERMINAL_PROMPT=0 TERM=dumb
${Object.entries(env).map(exportLine).join("")}exec bash -c ${quote(command)} bash 2>&1`;
}

function exportLine([name, value]: readonly [string, string]): string {
  if (!/^[A-Za-z_]\w*$/.test(name)) {
    throw new ToolError(
      `env must hold names of letters, digits and "_" for a call over ssh: got ${
        JSON.stringify(name)
      }`,
    );
  }
  return `export ${name}=${quote(value)}\n`;
}

function noSuchFolder(cwd: string): ToolError {
  return new ToolError(
    `cwd must be a folder of the host: got ${JSON.stringify(cwd)}, which is none, or none that ` +
      "may be entered; remote_list_dir shows what is there",
  );
}

function withLimitNote(result: ToolResult, timeoutMs: number): ToolResult {
  const text = `[over ssh no call runs longer than ${timeoutMs / 1_000} s, whatever timeout_s is]`;
  return { ...result, content: [...result.content, { type: "text", text }] };
}
