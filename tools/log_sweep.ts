// Takes away the logs of calls that nobody will ask for any more, so that they cannot fill a disk.
// Called by `call_log.ts` before a new log. Never fails: what cannot be taken away now can later.

import { FileError, type Files } from "../src/runtime/runtime.ts";

/** How long and how much is kept. */
export interface SweepLimits {
  /** Milliseconds since the last write. Default: 7 days. */
  readonly maxAgeMs?: number;
  /** Bytes of all logs together; the oldest go first. Default: 1 GiB. */
  readonly maxBytes?: number;
}

/** Removes the `.log` files of a folder that are too old or too much. */
export async function sweepLogs(
  files: Files,
  dir: string,
  limits: SweepLimits = {},
): Promise<void> {
  const oldest = Date.now() - (limits.maxAgeMs ?? 7 * 24 * 3_600_000);
  let room = limits.maxBytes ?? 1024 * 1024 * 1024;
  try {
    for (const log of await logsNewestFirst(files, dir)) {
      room -= log.size;
      if (log.mtimeMs < oldest || room < 0) await files.remove(log.path);
    }
  } catch (error) {
    // Another server may sweep the same folder.
    if (!(error instanceof FileError)) throw error;
  }
}

async function logsNewestFirst(
  files: Files,
  dir: string,
): Promise<{ path: string; size: number; mtimeMs: number }[]> {
  const logs = [];
  for await (const { name, type } of files.list(dir)) {
    if (type !== "file" || !name.endsWith(".log")) continue;
    const path = `${dir}/${name}`;
    const { size, mtimeMs } = await files.lstat(path);
    logs.push({ path, size, mtimeMs: mtimeMs ?? Date.now() });
  }
  return logs.sort((a, b) => b.mtimeMs - a.mtimeMs);
}
