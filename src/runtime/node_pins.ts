// Holds a file or folder by a handle, so that a check and the use after it meet the same thing
// whatever is renamed in between (Linux). Used by the files of each runtime for tools bound to a
// root. Never opens the thing itself: a named pipe or a device is held without being touched.

import { closeSync, openSync, readlinkSync } from "node:fs";
import process from "node:process";
import { fileError } from "./node_errors.ts";
import type { Pin } from "./runtime.ts";

/** The flag O_PATH, which no runtime names; the same on every architecture we ship for. */
const O_PATH = 0o10000000;

/** Holds what is at the path, symlinks followed; undefined where the system cannot. */
// deno-lint-ignore require-await -- so that an error rejects
export async function pinFile(path: string): Promise<Pin | undefined> {
  if (process.platform !== "linux") return undefined;
  let fd: number | undefined;
  try {
    fd = openSync(path, O_PATH);
    const handle = `/proc/self/fd/${fd}`;
    const realPath = readlinkSync(handle);
    const held = fd;
    let open = true;
    return {
      path: handle,
      realPath,
      close() {
        // The number may be another's by the second time.
        if (open) closeSync(held);
        open = false;
      },
    };
  } catch (error) {
    if (fd !== undefined) closeSync(fd);
    throw fileError("hold", path, error);
  }
}
