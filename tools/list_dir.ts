// The tool list_dir: what is in a folder, and below it to a depth, page by page.
// Sorted by the bytes of the names, a folder's content right after it. Never follows a symlink, so
// it cannot go round in a circle.

import { FileError } from "../src/runtime/runtime.ts";
import { defineTool, text, type Tool, ToolError } from "../src/server/define.ts";
import { type DirEntry, entryLine } from "./dir_entry.ts";
import { walkDir } from "./dir_walk.ts";
import { PATH_HINT } from "./file_access.ts";
import { fileFailure } from "./file_failure.ts";
import type { Host } from "./host.ts";
import { quoted } from "./path_inside.ts";

const MOST_ENTRIES = 1000;

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
    async run({ path, depth = 1, hidden = false, cursor }, { signal }) {
      const dir = await host.files.openDir(path);
      try {
        const after = cursor === undefined ? undefined : parseCursor(cursor);
        const skipped = { count: 0 };
        const entries: DirEntry[] = [];
        let room = host.outputLimit - dir.path.length - 200;
        let next: string | null = null;
        for await (const entry of walkDir(host, dir, { depth, hidden, after, skipped, signal })) {
          room -= JSON.stringify(entry).length + 1;
          if (entries.length > 0 && (room < 0 || entries.length >= MOST_ENTRIES)) {
            next = cursorAfter(entries[entries.length - 1]!);
            break;
          }
          entries.push(entry);
        }
        const lines = [dir.path, ...entries.map(entryLine)];
        if (entries.length === 0) lines.push("(nothing)");
        if (skipped.count > 0) lines.push(`[${skipped.count} hidden: set hidden to see them]`);
        if (next !== null) lines.push(`[more: call again with cursor ${quoted(next)}]`);
        return {
          content: [text(lines.join("\n"))],
          structuredContent: {
            path: dir.path,
            entries,
            hidden_skipped: skipped.count,
            next_cursor: next,
          },
        };
      } catch (error) {
        throw error instanceof FileError ? fileFailure(error, "list", dir.path) : error;
      } finally {
        dir.close();
      }
    },
  });
}

// The cursor is the last name shown, so that a page is right whatever came or went before it.
function cursorAfter(entry: DirEntry): string {
  return `after:${entry.name}`;
}

function parseCursor(cursor: string): readonly string[] {
  if (!cursor.startsWith("after:")) {
    throw new ToolError(
      `Cannot go on from cursor ${quoted(cursor)}: pass next_cursor as list_dir gave it`,
    );
  }
  return cursor.slice("after:".length).split("/");
}
