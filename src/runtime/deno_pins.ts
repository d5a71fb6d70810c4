// Holds a file or folder by a handle, so that a check and the use after it meet the same thing
// whatever is renamed in between (Linux). Used by `deno_files.ts` for tools bound to a root.
// Never opens the thing itself: a named pipe or a device is held without being touched.

import { fileError } from "./deno_errors.ts";
import type { Pin } from "./runtime.ts";

/** The flag O_PATH, which no runtime names; the same on every architecture we ship for. */
const O_PATH = 0o10000000;

/** Holds what is at the path, symlinks followed; undefined where the system cannot. */
export async function pinFile(path: string): Promise<Pin | undefined> {
  if (Deno.build.os !== "linux") return undefined;
  // Deno's own open() gives neither flags nor the number of the handle. Loaded here because it
  // costs some 10 MB that a server without a root need not pay.
  const { closeSync, openSync } = await import("node:fs");
  let fd: number | undefined;
  try {
    fd = openSync(path, O_PATH);
    const handle = `/proc/self/fd/${fd}`;
    const realPath = await Deno.readLink(handle);
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
