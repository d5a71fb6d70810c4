// The tool read_file: text by lines, images as images, other binary as a blob, bytes as base64.
// Made by `hostTools()`, and by the hub with files that it reads over ssh. What it does is in
// `read_file_run.ts`, which is loaded at the first call.

import { defineTool, type Tool } from "../src/server/define.ts";
import { ENCODINGS } from "./encodings.ts";
import { PATH_HINT } from "./file_access.ts";
import type { Host } from "./host.ts";

const INPUT = {
  type: "object",
  properties: {
    path: { type: "string", description: PATH_HINT },
    offset: {
      type: "integer",
      minimum: 1,
      description: "First line to show, from 1 (with base64: first byte)",
    },
    limit: {
      type: "integer",
      minimum: 1,
      description: "Lines at the most (with base64: bytes). Default: as many as fit",
    },
    encoding: {
      type: "string",
      enum: ENCODINGS,
      description: "Default: found out; text is utf-8. base64 gives the bytes of any file",
    },
    line_numbers: { type: "boolean", description: "Put its number before each line" },
  },
  required: ["path"],
  additionalProperties: false,
} as const;

/** Makes the tool. */
export function readFile(host: Host): Tool {
  return defineTool({
    name: "read_file",
    title: "Read a file",
    description:
      "Reads a file. Text comes exactly as it is, from line `offset`, up to `limit` lines; a cut " +
      "is declared with the offset to go on from. Images come as images, other binary as a blob " +
      "(encoding base64 reads its bytes in parts). `hash` is of the whole file: pass it to " +
      "edit_file or write_file as expected_hash.",
    annotations: {
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    },
    input: INPUT,
    lenient: true,
    run: async (input, { signal }) => {
      const { runReadFile } = await import("./read_file_run.ts");
      return await runReadFile(host, input, signal);
    },
  });
}
