// One page of a folder's list: what fits of the entries that come, how it is shown, and where the next
// page begins. Made by `list_dir`, and by the hub of what it lists over ssh.

import type { ToolResult } from "../src/protocol/types.ts";
import { text, ToolError } from "../src/server/define.ts";
import { type DirEntry, entryLine } from "./dir_entry.ts";
import { quoted } from "./path_inside.ts";

const MOST_ENTRIES = 1_000;
/** Characters kept free for what is said about the page. */
const NOTE_CHARS = 200;
const AFTER = "after:";

/** A page that is being filled. */
export class DirPage {
  readonly #path: string;
  readonly #entries: DirEntry[] = [];
  #room: number;
  #next: string | null = null;

  /** `limit`: characters of the answer at the most. */
  constructor(path: string, limit: number) {
    this.#path = path;
    this.#room = limit - path.length - NOTE_CHARS;
  }

  /** Takes an entry; false when it belongs to the next page. A page has one entry at the least. */
  take(entry: DirEntry): boolean {
    this.#room -= JSON.stringify(entry).length + 1;
    const last = this.#entries.at(-1);
    if (last !== undefined && (this.#room < 0 || this.#entries.length >= MOST_ENTRIES)) {
      // The last name shown, so that a page is right whatever came or went before it.
      this.#next = AFTER + last.name;
      return false;
    }
    this.#entries.push(entry);
    return true;
  }

  /** The answer; `skipped` entries are hidden. */
  result(skipped: number): ToolResult {
    const lines = [this.#path, ...this.#entries.map(entryLine)];
    if (this.#entries.length === 0) lines.push("(nothing)");
    if (skipped > 0) lines.push(`[${skipped} hidden: set hidden to see them]`);
    if (this.#next !== null) lines.push(`[more: call again with cursor ${quoted(this.#next)}]`);
    return {
      content: [text(lines.join("\n"))],
      structuredContent: {
        path: this.#path,
        entries: this.#entries,
        hidden_skipped: skipped,
        next_cursor: this.#next,
      },
    };
  }
}

/** The name after which a cursor goes on, by its parts. @throws {ToolError} when it is none. */
export function parseCursor(cursor: string): readonly string[] {
  if (cursor.startsWith(AFTER)) return cursor.slice(AFTER.length).split("/");
  throw new ToolError(
    `Cannot go on from cursor ${quoted(cursor)}: pass next_cursor as list_dir gave it`,
  );
}
