// What the tool list_dir does when it is called. Loaded by `list_dir.ts` at the first call.
// Sorted by the bytes of the names, a folder's content right after it. Never follows a symlink, so
// it cannot go round in a circle.

import type { ToolResult } from "../src/protocol/types.ts";
import { FileError } from "../src/runtime/runtime.ts";
import { text, ToolError } from "../src/server/define.ts";
import { type DirEntry, entryLine } from "./dir_entry.ts";
import { walkDir } from "./dir_walk.ts";
import { fileFailure } from "./file_failure.ts";
import type { Host } from "./host.ts";
import { quoted } from "./path_inside.ts";

const MOST_ENTRIES = 1000;

interface ListInput {
  readonly path: string;
  readonly depth?: number;
  readonly hidden?: boolean;
  readonly cursor?: string;
}

/** Lists a folder. @throws {ToolError} what the caller can mend. */
export async function runListDir(
  host: Host,
  { path, depth = 1, hidden = false, cursor }: ListInput,
  signal: AbortSignal,
): Promise<ToolResult> {
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
