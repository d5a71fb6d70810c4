// The tool edit_file: replaces exact text in a file, all edits or none.
// Made by `hostTools()`. What it does is in `edit_file_run.ts`, which is loaded at the first call.

import { defineTool, type Tool } from "../src/server/define.ts";
import { PATH_HINT } from "./file_access.ts";
import type { Host } from "./host.ts";

const INPUT = {
  type: "object",
  properties: {
    path: { type: "string", description: PATH_HINT },
    old_string: { type: "string", description: "Exact text to replace, in the file once" },
    new_string: { type: "string", description: "What takes its place" },
    replace_all: { type: "boolean", description: "Replace every place. Default false" },
    edits: {
      type: "array",
      minItems: 1,
      items: {
        type: "object",
        properties: {
          old_string: { type: "string" },
          new_string: { type: "string" },
          replace_all: { type: "boolean" },
        },
        required: ["old_string", "new_string"],
        additionalProperties: false,
      },
      description: "Several edits, in order, all or none; instead of old_string and new_string",
    },
    expected_hash: {
      type: "string",
      description: "Edit only if the file still has this hash (from read_file)",
    },
  },
  required: ["path"],
  additionalProperties: false,
} as const;

const OUTPUT = {
  type: "object",
  properties: {
    path: { type: "string" },
    replaced: { type: "integer" },
    added: { type: "integer" },
    removed: { type: "integer" },
    diff: { type: "string" },
    hash: { type: "string" },
    note: { type: "string" },
  },
  required: ["path", "replaced", "added", "removed", "diff", "hash"],
} as const;

/** Makes the tool. */
export function editFile(host: Host): Tool {
  return defineTool({
    name: "edit_file",
    title: "Edit a file",
    description:
      "Replaces exact text in a file and returns a diff. old_string must match literally " +
      "(white space too) and be in the file once, unless replace_all. Line endings, BOM, mode and " +
      "owner are kept: `\\n` stands for CRLF too. Several `edits` are done in order, all or none. " +
      "No match: the error shows the nearest text.",
    annotations: {
      readOnlyHint: false,
      destructiveHint: true,
      idempotentHint: false,
      openWorldHint: false,
    },
    input: INPUT,
    output: OUTPUT,
    lenient: true,
    run: async (input, { signal }) => {
      const { runEditFile } = await import("./edit_file_run.ts");
      return await runEditFile(host, input, signal);
    },
  });
}
