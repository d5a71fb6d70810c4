// The machine's files by Deno's own calls, every error told as a `FileError`.
// Used by `deno.ts`. Never blocks the event loop: each call goes by the runtime's thread pool.

import { fileError } from "./deno_errors.ts";
import {
  FileError,
  type FileInfo,
  type Files,
  type OpenFile,
  type OpenOptions,
} from "./runtime.ts";

/** Makes the `Files` of the machine. */
export function denoFiles(): Files {
  return {
    open: openFile,
    // Deno's own open() gives neither flags nor the number of the handle. Loaded here because it
    // costs some 10 MB that a server without a root need not pay.
    pin: async (path) => (await import("./node_pins.ts")).pinFile(path),
    stat: (path) => told("look at", path, async () => toInfo(await Deno.stat(path))),
    lstat: (path) => told("look at", path, async () => toInfo(await Deno.lstat(path))),
    readlink: (path) => told("read the link", path, () => Deno.readLink(path)),
    realpath: (path) => told("resolve", path, () => Deno.realPath(path)),
    list,
    mkdir: (path, options = {}) => told("make the folder", path, () => Deno.mkdir(path, options)),
    rename: (from, to) =>
      told(`rename to ${JSON.stringify(to)} the file`, from, () => Deno.rename(from, to)),
    remove: (path, options = {}) => told("remove", path, () => Deno.remove(path, options)),
    chmod: (path, mode) => told("change the mode of", path, () => Deno.chmod(path, mode)),
    chown: (path, uid, gid) => told("change the owner of", path, () => Deno.chown(path, uid, gid)),
  };
}

async function told<T>(verb: string, path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw fileError(verb, path, error);
  }
}

async function openFile(path: string, options: OpenOptions): Promise<OpenFile> {
  if (await isFifo(path)) {
    const message = `Cannot open ${JSON.stringify(path)}: it is a named pipe, not a file`;
    throw new FileError("other", path, message);
  }
  const file = await told("open", path, () => Deno.open(path, options));
  // Where the next read starts, so that reading in order needs no seek; undefined when unknown.
  let place: number | undefined = options.append ? undefined : 0;
  return {
    read: (into, at) =>
      told("read", path, async () => {
        if (at !== undefined && at !== place) await file.seek(at, Deno.SeekMode.Start);
        const start = at ?? place;
        place = undefined;
        const count = await file.read(into);
        if (start !== undefined) place = start + (count ?? 0);
        return count;
      }),
    write: (bytes) =>
      told("write", path, async () => {
        place = undefined;
        for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
      }),
    info: () => told("look at", path, async () => toInfo(await file.stat())),
    sync: () => told("flush", path, () => file.sync()),
    close: () => file.close(),
  };
}

// Opening a named pipe waits for its other end, maybe for ever, and Deno cannot be told not to.
async function isFifo(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFifo === true;
  } catch {
    return false;
  }
}

async function* list(path: string): AsyncGenerator<{ name: string; type: FileInfo["type"] }> {
  try {
    for await (const entry of Deno.readDir(path)) {
      const type = entryType(entry) ?? await specialType(`${path}/${entry.name}`);
      yield { name: entry.name, type };
    }
  } catch (error) {
    throw fileError("list", path, error);
  }
}

function entryType(
  entry: { isFile: boolean; isDirectory: boolean; isSymlink: boolean },
): FileInfo["type"] | undefined {
  if (entry.isFile) return "file";
  if (entry.isDirectory) return "dir";
  if (entry.isSymlink) return "symlink";
  return undefined;
}

// The folder's listing does not tell pipes, sockets and devices apart; what vanished is `other`.
async function specialType(path: string): Promise<FileInfo["type"]> {
  try {
    return toInfo(await Deno.lstat(path)).type;
  } catch {
    return "other";
  }
}

function toInfo(info: Deno.FileInfo): FileInfo {
  return {
    type: entryType(info) ??
      (info.isFifo
        ? "fifo"
        : info.isSocket
        ? "socket"
        : info.isCharDevice
        ? "char"
        : info.isBlockDevice
        ? "block"
        : "other"),
    size: info.size,
    mtimeMs: info.mtime?.getTime() ?? null,
    mode: info.mode === null ? null : info.mode & 0o7777,
    uid: info.uid,
    gid: info.gid,
    dev: info.dev,
    ino: info.ino,
    nlink: info.nlink,
  };
}
