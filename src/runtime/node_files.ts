// The machine's files by Node's calls, on Node and Bun, every error told as a `FileError`.
// Used by `node.ts` and `bun.ts`. Never blocks the event loop: each call but the closing of a file
// goes by the runtime's thread pool.

import {
  chmod,
  chown,
  lstat,
  mkdir,
  opendir,
  readlink,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  unlink,
} from "node:fs/promises";
import { fileError, told } from "./node_errors.ts";
import { toInfo, typeOf } from "./node_file_info.ts";
import { openFile } from "./node_open_file.ts";
import { pinFile } from "./node_pins.ts";
import type { FileInfo, Files } from "./runtime.ts";

/** Entries of a folder that are asked for at once. */
const ENTRIES = 256;

/** Makes the `Files` of the machine. */
export function nodeFiles(): Files {
  return {
    open: openFile,
    pin: pinFile,
    stat: (path) => told("look at", path, async () => toInfo(await stat(path))),
    lstat: (path) => told("look at", path, async () => toInfo(await lstat(path))),
    readlink: (path) => told("read the link", path, () => readlink(path)),
    realpath: (path) => told("resolve", path, () => realpath(path)),
    list,
    mkdir: (path, options = {}) =>
      told("make the folder", path, async () => {
        await mkdir(path, options);
      }),
    rename: (from, to) =>
      told(`rename to ${JSON.stringify(to)} the file`, from, () => rename(from, to)),
    remove: (path, options = {}) => told("remove", path, () => remove(path, options)),
    chmod: (path, mode) => told("change the mode of", path, () => chmod(path, mode)),
    chown: (path, uid, gid) => told("change the owner of", path, () => chown(path, uid, gid)),
  };
}

async function remove(path: string, { recursive }: { recursive?: boolean }): Promise<void> {
  if (recursive) return await rm(path, { recursive });
  const info = await lstat(path);
  await (info.isDirectory() ? rmdir(path) : unlink(path));
}

async function* list(path: string): AsyncGenerator<{ name: string; type: FileInfo["type"] }> {
  try {
    for await (const entry of await opendir(path, { bufferSize: ENTRIES })) {
      yield { name: entry.name, type: typeOf(entry) };
    }
  } catch (error) {
    throw fileError("list", path, error);
  }
}
