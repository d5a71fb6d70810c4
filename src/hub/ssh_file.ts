// A file of a host, read over ssh, for the tool read_file: it is read from its start to its end, and
// what was read last is kept, so that the same bytes are not fetched twice.
// Opened by `ssh_read_file.ts`. Fetches only as fast as it is read.

import { fileFailure } from "../../tools/file_failure.ts";
import type { OpenedFile } from "../../tools/opened_dir.ts";
import { FileError, type FileErrorCode, type OpenFile } from "../runtime/runtime.ts";
import { ToolError } from "../server/define.ts";
import type { HostCall } from "./link.ts";
import type { Ssh } from "./ssh_run.ts";
import { assignPath } from "./ssh_script.ts";
import { Transfer } from "./transfer.ts";

/** Bytes from the start that are kept for a second reading. */
const KEPT_BYTES = 8 * 1024 * 1024;

// Size and time come from GNU's or BSD's stat; the path with every symlink resolved, where it can be.
const SCRIPT = `if [ ! -e "$p" ]; then printf 'not_found\\0'; exit; fi
if [ -d "$p" ]; then printf 'is_a_dir\\0'; exit; fi
if [ ! -f "$p" ]; then printf 'other\\0'; exit; fi
if [ ! -r "$p" ]; then printf 'not_permitted\\0'; exit; fi
r=$(realpath -- "$p" || readlink -f -- "$p") || r=$p
s=$(stat -Lc '%s %Y' -- "$p" || stat -Lf '%z %m' -- "$p") || s='-1 -1'
printf 'ok %s\\0%s\\0' "$s" "$r"
exec cat -- "$p"
`;

/** Opens a file of a host. @throws {ToolError} when there is none that can be read. */
export async function openOverSsh(
  ssh: Ssh,
  target: string,
  path: string,
  call: HostCall,
): Promise<OpenedFile> {
  let transfer = start();
  const kept: Uint8Array[] = [];
  let keptBytes = 0;
  let next = 0;

  function start(): Transfer {
    return new Transfer((onOutput, signal) =>
      ssh.run({
        target,
        script: { body: assignPath(path) + SCRIPT },
        timeoutMs: call.timeoutMs,
        signal,
        onOutput,
      }), call.signal);
  }

  async function readHead(): Promise<{ size: number; mtimeS: number; realPath: string }> {
    const [status = "", ...numbers] = (await transfer.until(0)).split(" ");
    if (status !== "ok") throw failure(path, status);
    const [size = -1, mtimeS = -1] = numbers.map(Number);
    return { size, mtimeS, realPath: await transfer.until(0) };
  }

  const file: OpenFile = {
    async read(into, at = next) {
      if (at + into.length <= keptBytes || (at < next && next === keptBytes)) {
        return copyFrom(kept, at, into);
      }
      if (at < next) {
        await transfer.close();
        transfer = start();
        await readHead();
        next = 0;
      }
      while (next < at) {
        const skipped = await transfer.read(new Uint8Array(Math.min(64 * 1024, at - next)));
        if (skipped === 0) return null;
        next += skipped;
      }
      const count = await transfer.read(into);
      if (next === keptBytes && keptBytes + count <= KEPT_BYTES) {
        kept.push(into.slice(0, count));
        keptBytes += count;
      }
      next += count;
      return count === 0 ? null : count;
    },
    write: () => Promise.reject(new FileError("read_only", path, "read over ssh only")),
    info: () => Promise.resolve(info),
    sync: () => Promise.resolve(),
    close: () => void transfer.close(),
  };
  let info: OpenedFile["info"];
  try {
    const { size, mtimeS, realPath } = await readHead();
    const [dev, none] = [0, null];
    info = {
      type: "file",
      size: Math.max(0, size),
      mtimeMs: mtimeS < 0 ? null : mtimeS * 1_000,
      ...{ mode: none, uid: none, gid: none, dev, ino: none, nlink: none },
    };
    return { path: realPath, info, file, close: () => void transfer.close() };
  } catch (error) {
    await transfer.close();
    throw error;
  }
}

function failure(path: string, status: string): unknown {
  if (status === "other") {
    return new ToolError(
      `Cannot read ${JSON.stringify(path)}: it is not a regular file; remote_shell can reach it`,
      { code: "not_a_file", path },
    );
  }
  return fileFailure(new FileError(status as FileErrorCode, path, status), "read", path);
}

function copyFrom(kept: readonly Uint8Array[], at: number, into: Uint8Array): number | null {
  let start = 0;
  let copied = 0;
  for (const block of kept) {
    const from = at + copied - start;
    if (from < block.length && copied < into.length) {
      const part = block.subarray(from, from + into.length - copied);
      into.set(part, copied);
      copied += part.length;
    }
    start += block.length;
  }
  return copied === 0 ? null : copied;
}
