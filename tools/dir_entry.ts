// What list_dir tells of an entry of a folder, and the line that shows it.
// Made by `dir_walk.ts`.

import type { FileInfo } from "../src/runtime/runtime.ts";

/** An entry. */
export interface DirEntry {
  /** The path below the folder that is listed. */
  readonly name: string;
  readonly type: FileInfo["type"];
  /** Bytes; of files only. */
  readonly size?: number;
  readonly mtime?: string;
  /** Where a symlink leads, as it is written. */
  readonly target?: string;
  /** Why it, or what is in it, could not be seen. */
  readonly error?: string;
}

const SIGNS: { readonly [type in FileInfo["type"]]: string } = {
  file: "-",
  dir: "d",
  symlink: "l",
  fifo: "p",
  socket: "s",
  char: "c",
  block: "b",
  other: "?",
};

/** The line of an entry: sign, time, size, name. */
export function entryLine({ name, type, size, mtime, target, error }: DirEntry): string {
  const time = mtime?.slice(0, 16).replace("T", " ") ?? "";
  const shown = `${plain(name)}${type === "dir" ? "/" : ""}`;
  const link = target === undefined ? "" : ` -> ${plain(target)}`;
  const failed = error === undefined ? "" : ` [${error}]`;
  return `${SIGNS[type]} ${time.padEnd(16)} ${
    String(size ?? "").padStart(10)
  } ${shown}${link}${failed}`;
}

// A name may hold line breaks and control characters, which must not pass for the list's own.
function plain(name: string): string {
  // deno-lint-ignore no-control-regex
  return /[\x00-\x1f\x7f]/.test(name) ? JSON.stringify(name) : name;
}
