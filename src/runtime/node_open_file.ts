// Opens files by Node's calls, on Node and Bun. Used by `node_files.ts`.
// Never waits for the other end of a named pipe, and never uses the number of a file after it was
// closed: it may be another's by then.

import { closeSync, constants, fstat, fsync, open, read, type Stats, write } from "node:fs";
import { stat } from "node:fs/promises";
import { told } from "./node_errors.ts";
import { toInfo } from "./node_file_info.ts";
import { FileError, type OpenFile, type OpenOptions } from "./runtime.ts";

type Transfer = (
  fd: number,
  bytes: Uint8Array,
  from: number,
  length: number,
  place: number | null,
  done: (error: Error | null, count: number) => void,
) => void;

/** Opens a file, or to read a folder. @throws {FileError} */
export async function openFile(path: string, options: OpenOptions): Promise<OpenFile> {
  if (await isFifo(path)) {
    const message = `Cannot open ${JSON.stringify(path)}: it is a named pipe, not a file`;
    throw new FileError("other", path, message);
  }
  const opened = await told("open", path, async () => {
    const flags = flagsOf(options);
    return await called<number>((done) => open(path, flags, options.mode, done));
  });
  let fd: number | undefined = opened;
  // Where the system goes on by itself, and where we do: reading at a place does not move the system.
  // Undefined for what is only ever written at its end.
  let system: number | undefined = options.append ? undefined : 0;
  let next = system;

  function held(): number {
    if (fd === undefined) throw new Error("it was closed");
    return fd;
  }

  async function transfer(call: Transfer, bytes: Uint8Array, start = next): Promise<number> {
    // Only where it must be is a place named: what cannot be wound, such as a terminal, has none.
    const place = start === system || start === undefined ? null : start;
    const count = await called<number>((done) => call(held(), bytes, 0, bytes.length, place, done));
    if (place === null && system !== undefined) system += count;
    next = place === null ? system : place + count;
    return count;
  }

  return {
    read: (into, at) =>
      told("read", path, async () => {
        const count = await transfer(read, into, at);
        return count === 0 && into.length > 0 ? null : count;
      }),
    write: (bytes) =>
      told("write", path, async () => {
        if (options.append) next = undefined;
        for (let done = 0; done < bytes.length;) {
          done += await transfer(write, bytes.subarray(done));
        }
      }),
    info: () =>
      told("look at", path, async () => toInfo(await called<Stats>((done) => fstat(held(), done)))),
    sync: () => told("flush", path, () => called<void>((done) => fsync(held(), done))),
    close() {
      const last = fd;
      fd = undefined;
      if (last !== undefined) closeSync(last);
    },
  };
}

/** What a call gives to its callback. */
function called<T>(call: (done: (error: Error | null, value: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, value) => error === null ? resolve(value) : reject(error));
  });
}

function flagsOf(options: OpenOptions): number {
  const { read = false, write = false, append = false, create, createNew, truncate } = options;
  const writes = write || append;
  if (!writes && (!read || create || createNew || truncate) || truncate && append) {
    throw new Error("the options contradict each other; to make or empty it, open it to write");
  }
  const {
    O_APPEND,
    O_CREAT,
    O_EXCL,
    // So that a named pipe that is put there right now does not make it wait; Windows has none.
    O_NONBLOCK = 0,
    O_RDONLY,
    O_RDWR,
    O_TRUNC,
    O_WRONLY,
  } = constants;
  return O_NONBLOCK | (writes ? read ? O_RDWR : O_WRONLY : O_RDONLY) |
    (append ? O_APPEND : 0) | (create || createNew ? O_CREAT : 0) | (createNew ? O_EXCL : 0) |
    (truncate ? O_TRUNC : 0);
}

async function isFifo(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFIFO();
  } catch {
    return false;
  }
}
