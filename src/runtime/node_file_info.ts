// What Node says of a file, in the terms of `runtime.ts`. Used by the Node files beside it.

import type { Dirent, Stats } from "node:fs";
import process from "node:process";
import type { FileInfo } from "./runtime.ts";

/** What is known of a file. */
export function toInfo(stats: Stats): FileInfo {
  // Windows has neither, and Node makes them up.
  const posix = process.platform !== "win32";
  return {
    type: typeOf(stats),
    size: stats.size,
    mtimeMs: Math.floor(stats.mtimeMs),
    mode: posix ? stats.mode & 0o7777 : null,
    uid: posix ? stats.uid : null,
    gid: posix ? stats.gid : null,
    dev: stats.dev,
    ino: stats.ino,
    nlink: stats.nlink,
  };
}

/** What a file is, or an entry of a folder. */
export function typeOf(entry: Stats | Dirent): FileInfo["type"] {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "dir";
  if (entry.isSymbolicLink()) return "symlink";
  if (entry.isFIFO()) return "fifo";
  if (entry.isSocket()) return "socket";
  if (entry.isCharacterDevice()) return "char";
  return entry.isBlockDevice() ? "block" : "other";
}
