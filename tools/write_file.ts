// The tool write_file: a whole file at once, or more at its end.
// Made by `hostTools()`. What it does is in `write_file_run.ts`, which is loaded at the first call.

import { defineTool, type Tool } from "../src/server/define.ts";
import { ENCODINGS } from "./encodings.ts";
import { PATH_HINT } from "./file_access.ts";
import type { Host } from "./host.ts";

const INPUT = {
  type: "object",
  properties: {
    path: { type: "string", description: PATH_HINT },
    content: { type: "string", description: "The whole new content, or what to append" },
    encoding: { type: "string", enum: ENCODINGS, description: "Default utf-8; base64 for bytes" },
    mode: {
      type: "string",
      description: 'Permissions, octal, such as "0755". Default: as before; new: by the umask',
    },
    create_dirs: { type: "boolean", description: "Make missing folders. Default false" },
    append: { type: "boolean", description: "Add to the end (not atomic). Default false" },
    expected_hash: {
      type: "string",
      description: "Write only if the file still has this hash (from read_file)",
    },
  },
  required: ["path", "content"],
  additionalProperties: false,
} as const;

const OUTPUT = {
  type: "object",
  properties: {
    path: { type: "string" },
    created: { type: "boolean" },
    bytes: { type: "integer", description: "Written by this call" },
    size: { type: "integer" },
    hash: { type: ["string", "null"] },
    note: { type: "string" },
  },
  required: ["path", "created", "bytes", "size", "hash"],
} as const;

/** Makes the tool. */
export function writeFile(host: Host): Tool {
  return defineTool({
    name: "write_file",
    title: "Write a file",
    description:
      "Writes a whole file, atomically: readers see the old content or the new, never half. Keeps " +
      "mode and owner; writes through a symlink to its target. For small changes use edit_file.",
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
      const { runWriteFile } = await import("./write_file_run.ts");
      return await runWriteFile(host, input, signal);
    },
  });
}
