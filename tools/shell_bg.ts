// The `shell_bg` tool: starts a command as a job and answers at once. Made by `hostTools()`. The job
// is no child of a call: nothing but its own end and `job_kill` ends it.

import { defineTool, text, type Tool } from "../src/server/define.ts";
import { checkCommand, COMMAND_INPUT } from "./command_input.ts";
import type { Host } from "./host.ts";
import { jobFacts, ownerOf } from "./job_answer.ts";
import { startJob } from "./job_start.ts";
import { workingDir } from "./working_dir.ts";

/** Makes the `shell_bg` tool. */
export function shellBg(host: Host): Tool {
  return defineTool({
    name: "shell_bg",
    title: "Start a background job",
    description:
      "Starts a command that outlives this call and the server: for servers, watchers, long work. " +
      "Follow it with job_output and job_wait.",
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
        name: { type: "string", maxLength: 80, description: "A label to know it by." },
      },
      required: ["command"],
      additionalProperties: false,
    },
    output: {
      type: "object",
      properties: {
        job_id: { type: "string" },
        pid: { type: "integer" },
        log_path: { type: "string" },
      },
      required: ["job_id", "pid", "log_path"],
    },
    run: async (input, ctx) => {
      checkCommand(input);
      const { command, name, env = {} } = input;
      const cwd = input.cwd === undefined ? undefined : await workingDir(host.runtime, input.cwd);
      const owner = ownerOf(ctx);
      ctx.signal.throwIfAborted();
      const job = await startJob(host, { command, name, cwd, env, stdin: "open", owner });
      const facts = jobFacts(job);
      const line =
        `Started job ${facts.job_id}, process ${facts.pid}; it prints to ${facts.log_path}`;
      return { content: [text(line)], structuredContent: facts };
    },
  });
}
