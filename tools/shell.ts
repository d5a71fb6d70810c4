// The `shell` tool: runs a command and gives back what it printed and how it ended.
// Made by `hostTools()`. What it does is in `shell_run.ts`, which is loaded at the first call.

import { defineTool, type Tool } from "../src/server/define.ts";
import { COMMAND_INPUT } from "./command_input.ts";
import type { Host } from "./host.ts";

const DEFAULT_TIMEOUT_S = 120;
const MAX_TIMEOUT_S = 3_600;

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
    run: async (input, ctx) => {
      const { runShell } = await import("./shell_run.ts");
      return await runShell(host, { timeout_s: DEFAULT_TIMEOUT_S, ...input }, ctx);
    },
  });
}
