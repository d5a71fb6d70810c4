// Failures of the file system as sentences for a model: what was wanted, what is there, what to do.
// Called by the file tools where a `FileError` reaches them. Never names a path other than the one
// that was asked for, or neighbours that the caller may see.

import { FileError, type FileErrorCode, type FileInfo } from "../src/runtime/runtime.ts";
import { ToolError } from "../src/server/define.ts";
import { quoted } from "./path_inside.ts";

const REASONS: { readonly [code in FileErrorCode]?: string } = {
  not_found: "no such file or folder",
  exists: "something of that name is there already",
  not_permitted: "the user that the server runs as may not do that; check owner and mode",
  not_a_dir: "a part of the path before the last is a file, not a folder",
  is_a_dir: "it is a folder; list_dir lists it",
  no_space: "no space (or quota) is left on the disk; free some and try again",
  loop: "symlinks lead round in a circle",
  too_many_open: "too many files are open; wait for other calls to end and try again",
  read_only: "the file system is mounted read-only",
};

/** A failure as the model is told it. What is no `FileError` stays as it is. */
export function fileFailure(error: unknown, doing: string, path: string): unknown {
  if (!(error instanceof FileError)) return error;
  const reason = REASONS[error.code] ?? error.message.slice(error.message.lastIndexOf(": ") + 2);
  return new ToolError(`Cannot ${doing} ${quoted(path)}: ${reason}`, { code: error.code, path });
}

/** Whether an error says that nothing is at the path. */
export function isMissing(error: unknown): boolean {
  return error instanceof FileError && (error.code === "not_found" || error.code === "not_a_dir");
}

const KINDS: { readonly [type in FileInfo["type"]]: string } = {
  file: "a file",
  dir: "a folder",
  symlink: "a symlink",
  fifo: "a named pipe",
  socket: "a socket",
  char: "a device",
  block: "a device",
  other: "no regular file",
};

/** What something is, for a sentence: `a folder`. */
export function kindName(type: FileInfo["type"]): string {
  return KINDS[type];
}

/** The failure of a tool for files that met something else. */
export function notAFile(doing: string, path: string, type: FileInfo["type"]): ToolError {
  const hint = type === "dir"
    ? "list_dir lists it"
    : "only regular files can be used; the shell tool can reach it";
  return new ToolError(`Cannot ${doing} ${quoted(path)}: it is ${kindName(type)}; ${hint}`, {
    code: type === "dir" ? "is_a_dir" : "not_a_file",
    path,
  });
}
