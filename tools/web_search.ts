// The `web_search` tool: asks the provider that the owner set, and lists what it found.
// Made by `hostTools()`, also where no provider is set. What it does is in `web_search_run.ts`, which
// is loaded at the first call.

import { defineTool, type Tool } from "../src/server/define.ts";
import type { Host } from "./host.ts";

const COUNT = 5;
const MOST = 20;

/** Makes the tool. */
export function webSearch(host: Host): Tool {
  return defineTool({
    name: "web_search",
    title: "Search the Web",
    description: "Searches the Web: title, URL and snippet of each result. Read one with fetch.",
    annotations: {
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: true,
    },
    lenient: true,
    input: {
      type: "object",
      properties: {
        query: { type: "string" },
        count: { type: "integer", minimum: 1, maximum: MOST, default: COUNT },
      },
      required: ["query"],
      additionalProperties: false,
    },
    output: {
      type: "object",
      properties: { provider: { type: "string" }, results: { type: "array" } },
      required: ["provider", "results"],
    },
    run: async (input, { signal }) => {
      const { runWebSearch } = await import("./web_search_run.ts");
      return await runWebSearch(host, { count: COUNT, ...input }, signal);
    },
  });
}
