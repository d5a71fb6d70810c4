// The `search_files` tool: finds files by name, and lines in them by a regular expression.
// Made by `hostTools()`. Searches with ripgrep where it is there and with an engine of our own where
// not, with the same results. Every cut is declared, with how to go on.

import { defineTool, type Tool } from "../src/server/define.ts";
import type { Host } from "./host.ts";
import type { SearchInput } from "./search_input.ts";
import { DEFAULT_LIMIT, type SearchEngine } from "./search_query.ts";

const MOST_LIMIT = 2_000;
const MOST_CONTEXT = 10;
const TIME_MS = 30_000;

/** Makes the `search_files` tool. */
export function searchFiles(host: Host): Tool {
  let found: Promise<SearchEngine> | undefined;
  return searchTool(host, () => found ??= chooseEngine(host));
}

/** The engines are loaded at the first search: a server offers the tool without them. */
async function chooseEngine(host: Host): Promise<SearchEngine> {
  const { builtinEngine } = await import("./search_builtin.ts");
  const builtin = builtinEngine(host.runtime.files);
  if (host.files.roots.length > 0) return builtin;
  const { findRipgrep } = await import("./search_ripgrep.ts");
  return await findRipgrep(host, builtin) ?? builtin;
}

/** Makes the tool with an engine of the caller's choice. */
export function searchTool(
  host: Host,
  engine: () => Promise<SearchEngine>,
  timeMs = TIME_MS,
): Tool {
  return defineTool({
    name: "search_files",
    title: "Search files",
    description:
      "Finds files by name, or with `content` the lines that match in them, sorted by path. " +
      "Follows a symlink given as path, none inside. Passes over binary files.",
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
        path: {
          type: "string",
          description: "Folder or file. Default: the first root, else the server's folder",
        },
        pattern: {
          type: "string",
          minLength: 1,
          maxLength: 1_000,
          description:
            'Glob for names ("*.ts"), or with a "/" for paths below path ("src/**/*.ts")',
        },
        content: {
          type: "string",
          minLength: 1,
          maxLength: 4_000,
          description: "Regular expression for a line; no lookaround, no back-references",
        },
        case: {
          enum: ["sensitive", "insensitive", "smart"],
          default: "sensitive",
          description: "Of both; smart: sensitive if there is a capital",
        },
        context: {
          type: "integer",
          minimum: 0,
          maximum: MOST_CONTEXT,
          default: 0,
          description: "Lines around each match",
        },
        limit: {
          type: "integer",
          minimum: 1,
          maximum: MOST_LIMIT,
          default: DEFAULT_LIMIT,
          description: "Files, or matching lines",
        },
        hidden: {
          type: "boolean",
          default: false,
          description: "Names that start with a dot, too",
        },
        ignore: {
          type: "boolean",
          default: true,
          description: "Leave out what .gitignore files in path say",
        },
        cursor: {
          type: "string",
          description: "next_cursor of the answer before",
        },
      },
      additionalProperties: false,
    },
    output: {
      type: "object",
      properties: {
        files: { type: "array", items: { type: "string" } },
        results: { type: "array", description: "{path, lines: [{line, text, context?}]}" },
        truncated: { type: "boolean" },
        next_cursor: { type: "string" },
        engine: { type: "string" },
      },
      required: ["truncated", "engine"],
    },
    run: async (input: SearchInput, { signal }) => {
      const { runSearch } = await import("./search_run.ts");
      return await runSearch(host, input, { engine: await engine(), signal, timeMs });
    },
  });
}
