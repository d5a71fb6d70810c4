// Goes through a folder and what is below it, in the order of the names' bytes, from any place on.
// Called by list_dir. Holds the names of one folder a level, never more; follows no symlink.

import { FileError, type FileInfo } from "../src/runtime/runtime.ts";
import { ToolError } from "../src/server/define.ts";
import { compareBytes } from "./byte_order.ts";
import type { DirEntry } from "./dir_entry.ts";
import type { OpenedDir } from "./file_access.ts";
import type { Host } from "./host.ts";
import { joinPath } from "./path_inside.ts";

/** What to go through. */
export interface WalkOptions {
  /** 1 is the folder's own entries. */
  readonly depth: number;
  readonly hidden: boolean;
  /** The segments of the entry to go on after. */
  readonly after: readonly string[] | undefined;
  /** Counts the hidden names that were left out. */
  readonly skipped: { count: number };
  readonly signal: AbortSignal;
}

interface Named {
  readonly name: string;
  readonly type: FileInfo["type"];
}

/** A folder whose names were read. */
interface Folder {
  readonly dir: OpenedDir;
  readonly names: readonly Named[];
}

/** Goes through a folder. What cannot be seen is an entry with an error, not an end. */
export async function* walkDir(
  host: Host,
  dir: OpenedDir,
  options: WalkOptions,
): AsyncGenerator<DirEntry> {
  const names = await readNames(host, dir, options.after === undefined, options);
  yield* walk(host, { dir, names }, "", options.depth, options.after ?? [], options);
}

async function* walk(
  host: Host,
  { dir, names }: Folder,
  prefix: string,
  depth: number,
  after: readonly string[],
  options: WalkOptions,
): AsyncGenerator<DirEntry> {
  const [done, ...below] = after;
  for (const { name, type } of names) {
    options.signal.throwIfAborted();
    const order = done === undefined ? 1 : compareBytes(name, done);
    if (order < 0) continue;
    const path = `${prefix}${name}`;
    const inner = order === 0 ? below : [];
    const sub = type === "dir" && depth > 1
      ? await openSub(host, dir, name, inner.length === 0, options)
      : undefined;
    try {
      if (order > 0) {
        const entry = await describe(host, dir, name, path, type);
        yield typeof sub === "string" ? { ...entry, error: sub } : entry;
      }
      if (typeof sub === "object") {
        yield* walk(host, sub, `${path}/`, depth - 1, inner, options);
      }
    } finally {
      if (typeof sub === "object") sub.dir.close();
    }
  }
}

/** The names in a folder, sorted. Hidden ones are counted where the folder comes up first. */
async function readNames(
  host: Host,
  dir: OpenedDir,
  first: boolean,
  { hidden, skipped, signal }: WalkOptions,
): Promise<Named[]> {
  const names: Named[] = [];
  for await (const entry of host.runtime.files.list(dir.at)) {
    signal.throwIfAborted();
    if (hidden || !entry.name.startsWith(".")) names.push(entry);
    else if (first) skipped.count++;
  }
  return names.sort((a, b) => compareBytes(a.name, b.name));
}

/** Opens a folder on the way down, or says why not. */
async function openSub(
  host: Host,
  parent: OpenedDir,
  name: string,
  first: boolean,
  options: WalkOptions,
): Promise<Folder | string> {
  let dir: OpenedDir | undefined;
  try {
    dir = await parent.openDir(name);
    return { dir, names: await readNames(host, dir, first, options) };
  } catch (error) {
    dir?.close();
    if (!(error instanceof ToolError || error instanceof FileError)) throw error;
    return reasonOf(error);
  }
}

async function describe(
  host: Host,
  dir: OpenedDir,
  name: string,
  path: string,
  type: FileInfo["type"],
): Promise<DirEntry> {
  const { files } = host.runtime;
  const at = joinPath(dir.at, name);
  try {
    const info = await files.lstat(at);
    return {
      name: path,
      type: info.type,
      ...(info.type === "file" && { size: info.size }),
      ...(info.mtimeMs !== null && { mtime: timeText(info.mtimeMs) }),
      ...(info.type === "symlink" && { target: await files.readlink(at) }),
    };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const gone = error.code === "not_found";
    return { name: path, type, error: gone ? "gone, or its name is not UTF-8" : reasonOf(error) };
  }
}

function timeText(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}

/** The part of a message after what was wanted: `Cannot list "/x": not permitted`. */
function reasonOf(error: Error): string {
  return error.message.replace(/^.*?": /s, "");
}
