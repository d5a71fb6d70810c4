// The `job_output` tool: what a job printed, a page at a time, its end first unless told otherwise.
// Made by `hostTools()`. Changes nothing. What it does is in `job_output_run.ts`, which is loaded at
// the first call.

import { defineTool, type Tool } from "../src/server/define.ts";
import type { Host } from "./host.ts";
import { JOB_ID, JOB_STATE } from "./job_schema.ts";

const MAX_WAIT_S = 3_600;

/** Makes the `job_output` tool. */
export function jobOutput(host: Host): Tool {
  return defineTool({
    name: "job_output",
    title: "Job output",
    description:
      "Returns what a job printed: the end of it, or a page from offset. Give next_offset as the " +
      "next offset to miss nothing.",
    annotations: {
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    },
    lenient: true,
    input: {
      type: "object",
      properties: {
        job_id: JOB_ID,
        offset: { type: "integer", description: "Byte to begin at; negative: from the end." },
        tail: { type: "integer", minimum: 1, description: "Only the last lines." },
        wait_s: {
          type: "number",
          minimum: 0,
          maximum: MAX_WAIT_S,
          description: "Seconds to wait where there is nothing new.",
        },
      },
      required: ["job_id"],
      additionalProperties: false,
    },
    output: {
      type: "object",
      properties: {
        output: { type: "string" },
        offset: { type: "integer" },
        next_offset: { type: "integer" },
        more: { type: "boolean" },
        state: JOB_STATE.state,
      },
      required: ["output", "offset", "next_offset", "more", "state"],
    },
    run: async (input, ctx) => {
      const { runJobOutput } = await import("./job_output_run.ts");
      return await runJobOutput(host, input, ctx);
    },
  });
}
