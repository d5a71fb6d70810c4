// An open folder and what is opened in it, for tools that walk.
// Made by `file_access.ts`. Never follows a symlink.

import { FileError, type FileInfo, type OpenFile } from "../src/runtime/runtime.ts";
import { ToolError } from "../src/server/define.ts";
import { fileFailure, notAFile } from "./file_failure.ts";
import { joinPath, quoted } from "./path_inside.ts";
import { type Held, holdPath, type PathGate } from "./path_gate.ts";
import type { FileUse } from "./protected_files.ts";

/** An open file, checked. */
export interface OpenedFile {
  /** With no symlink left in it. */
  readonly path: string;
  readonly info: FileInfo;
  readonly file: OpenFile;
  close(): void;
}

/** A folder, checked. */
export interface OpenedDir {
  /** With no symlink left in it. */
  readonly path: string;
  /** The path to use for calls on the folder and, with `/name`, on its entries. */
  readonly at: string;
  /** A folder in this one; a symlink is refused, not followed. */
  openDir(name: string): Promise<OpenedDir>;
  /** A file in this one, to read or to write at its end; a symlink is refused, not followed. */
  openFile(name: string, use?: "read" | "append"): Promise<OpenedFile>;
  close(): void;
}

/** Makes a folder of what is held, which the caller has checked. */
export function openedDir(gate: PathGate, held: Held): OpenedDir {
  return {
    path: held.path,
    at: held.at,
    openDir: (name) =>
      enter(gate, held, name, "list", (entry, seen) => openHeldDir(gate, entry, seen)),
    openFile: (name, use = "read") =>
      enter(gate, held, name, useOf(use), async (entry, seen) => {
        try {
          await gate.protected.checkEntry(entry.path, seen, useOf(use));
          return await openHeldFile(gate, entry, seen, entry.path, use);
        } finally {
          entry.close();
        }
      }),
    close: held.close,
  };
}

/**
 * Opens the file that is held, which was `seen` and checked; `asked` is what a failure names.
 * The caller lets go of `held`.
 */
export async function openHeldFile(
  gate: PathGate,
  held: Held,
  seen: FileInfo,
  asked: string,
  use: "read" | "append",
): Promise<OpenedFile> {
  if (seen.type !== "file") throw notAFile(use, asked, seen.type);
  const file = await gate.files.open(held.at, { [use]: true });
  try {
    const info = await file.info();
    if (info.type !== "file") throw notAFile(use, asked, info.type);
    // Without a handle, something else may have come to the path since it was checked.
    if (info.dev !== seen.dev || info.ino !== seen.ino) {
      await gate.protected.check(held.path, info, useOf(use));
    }
    return { path: held.path, info, file, close: () => file.close() };
  } catch (error) {
    file.close();
    throw error;
  }
}

function useOf(mode: "read" | "append"): FileUse {
  return mode === "read" ? "read" : "write";
}

async function openHeldDir(gate: PathGate, held: Held, info: FileInfo): Promise<OpenedDir> {
  if (info.type !== "dir") throw notADir(held.path);
  await gate.protected.checkEntry(held.path, info, "list");
  return openedDir(gate, held);
}

/** The failure of a tool for folders that met something else. */
export function notADir(path: string): ToolError {
  return new ToolError(`Cannot list ${quoted(path)}: it is not a folder; read_file reads files`, {
    code: "not_a_dir",
    path,
  });
}

async function enter<T>(
  gate: PathGate,
  dir: Held,
  name: string,
  doing: FileUse,
  open: (entry: Held, seen: FileInfo) => Promise<T>,
): Promise<T> {
  const path = joinPath(dir.path, name);
  let entry: Held | undefined;
  try {
    const at = joinPath(dir.at, name);
    const seen = await gate.files.lstat(at);
    if (seen.type === "symlink") {
      throw new ToolError(`Cannot ${doing} ${quoted(path)}: it is a symlink`, {
        code: "symlink",
        path,
      });
    }
    // Without a handle the joined path is resolved already: its folder is, and it is no symlink.
    entry = gate.roots.length === 0
      ? { path, at, close() {} }
      : await holdPath(gate, at, path, doing);
    if (entry.path !== path) {
      // The folder was moved, or something came to the name since it was seen.
      await gate.protected.check(entry.path, await gate.files.stat(entry.at), doing);
    }
    return await open({ ...entry, path }, seen);
  } catch (error) {
    entry?.close();
    throw error instanceof FileError ? fileFailure(error, doing, path) : error;
  }
}
