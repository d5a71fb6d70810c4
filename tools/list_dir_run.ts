// What the tool list_dir does when it is called. Loaded by `list_dir.ts` at the first call.
// Sorted by the bytes of the names, a folder's content right after it. Never follows a symlink, so
// it cannot go round in a circle.

import type { ToolResult } from "../src/protocol/types.ts";
import { FileError } from "../src/runtime/runtime.ts";
import { DirPage, parseCursor } from "./dir_page.ts";
import { walkDir } from "./dir_walk.ts";
import { fileFailure } from "./file_failure.ts";
import type { Host } from "./host.ts";

/** What can be asked of it. */
export interface ListInput {
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
    const page = new DirPage(dir.path, host.outputLimit);
    for await (const entry of walkDir(host, dir, { depth, hidden, after, skipped, signal })) {
      if (!page.take(entry)) break;
    }
    return page.result(skipped.count);
  } catch (error) {
    throw error instanceof FileError ? fileFailure(error, "list", dir.path) : error;
  } finally {
    dir.close();
  }
}
