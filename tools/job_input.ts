// The `job_input` tool: writes to what a job reads, and closes it. Made by `hostTools()`.
// What it does is in `job_input_run.ts`, which is loaded at the first call.

import { defineTool, type Tool } from "../src/server/define.ts";
import type { Host } from "./host.ts";
import { JOB_ID } from "./job_schema.ts";

/** Makes the `job_input` tool. */
export function jobInput(host: Host): Tool {
  return defineTool({
    name: "job_input",
    title: "Job input",
    description:
      "Writes text to a job's stdin, as it is: end a line with a newline. close ends the input.",
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
        job_id: JOB_ID,
        text: { type: "string" },
        close: { type: "boolean", default: false },
      },
      required: ["job_id"],
      additionalProperties: false,
    },
    run: async (input, ctx) => {
      const { runJobInput } = await import("./job_input_run.ts");
      return await runJobInput(host, input, ctx);
    },
  });
}
