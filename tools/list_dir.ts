// The tool list_dir: what is in a folder, and below it to a depth, page by page.
// Made by `hostTools()`. What it does is in `list_dir_run.ts`, which is loaded at the first call.

import { defineTool, type Tool } from "../src/server/define.ts";
import { PATH_HINT } from "./file_access.ts";
import type { Host } from "./host.ts";

const INPUT = {
  type: "object",
  properties: {
    path: { type: "string", description: PATH_HINT },
    depth: {
      type: "integer",
      minimum: 1,
      maximum: 64,
      description: "1 (default): its entries; 2: theirs too; …",
    },
    hidden: { type: "boolean", description: "Show names that start with a dot. Default false" },
    cursor: { type: "string", description: "next_cursor of the page before" },
  },
  required: ["path"],
  additionalProperties: false,
} as const;

const OUTPUT = {
  type: "object",
  properties: {
    path: { type: "string" },
    entries: {
      type: "array",
      items: {
        type: "object",
        properties: {
          name: { type: "string" },
          type: { type: "string" },
          size: { type: "integer" },
          mtime: { type: "string" },
          target: { type: "string" },
          error: { type: "string" },
        },
        required: ["name", "type"],
      },
    },
    hidden_skipped: { type: "integer" },
    next_cursor: { type: ["string", "null"] },
  },
  required: ["path", "entries", "hidden_skipped", "next_cursor"],
} as const;

/** Makes the tool. */
export function listDir(host: Host): Tool {
  return defineTool({
    name: "list_dir",
    title: "List a folder",
    description:
      "Lists a folder: names with type (d folder, l symlink, - file), size, time and link target, " +
      "sorted by name, to `depth` levels. Long lists come in pages: call again with next_cursor. " +
      "To find files by name or content use search_files.",
    annotations: {
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    },
    input: INPUT,
    output: OUTPUT,
    lenient: true,
    run: async (input, { signal }) => {
      const { runListDir } = await import("./list_dir_run.ts");
      return await runListDir(host, input, signal);
    },
  });
}
