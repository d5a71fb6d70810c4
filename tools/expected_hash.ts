// Whether a file is still the one that the model read. Called by write_file and edit_file.

import type { Runtime } from "../src/runtime/runtime.ts";
import { ToolError } from "../src/server/define.ts";
import type { FilePlace } from "./file_access.ts";
import { hashFile } from "./file_hash.ts";
import { quoted } from "./path_inside.ts";

/** The hash of what is at a place now; undefined for nothing. */
export async function currentHash(
  runtime: Runtime,
  place: FilePlace,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (await place.look() === undefined) return undefined;
  const opened = await place.dir.openFile(place.name);
  try {
    return await hashFile(runtime, opened, signal);
  } finally {
    opened.close();
  }
}

/** Compares a hash with the one that the model expects; with or without `sha256:` before it. */
export function checkExpected(
  path: string,
  expected: string | undefined,
  found: string | undefined,
): void {
  if (expected === undefined) return;
  const wanted = expected.trim().toLowerCase();
  if (!/^(?:sha256:)?[0-9a-f]{64}$/.test(wanted)) {
    throw new ToolError(
      `Cannot compare expected_hash ${quoted(expected.slice(0, 80))}: it must be a hash as ` +
        'read_file gives it, "sha256:" and 64 hex digits',
      { code: "bad_hash", path },
    );
  }
  if (found === undefined) {
    throw new ToolError(
      `Cannot write ${quoted(path)}: a file with that hash was expected, but there is none; ` +
        "leave expected_hash out to make a new file",
      { code: "changed", path, hash: null },
    );
  }
  if (found !== wanted && found !== `sha256:${wanted}`) throw changed(path, found);
}

/** The failure for a file that is not what it was. */
export function changed(path: string, hash: string | undefined): ToolError {
  return new ToolError(
    `Cannot write ${quoted(path)}: it was changed by someone else; nothing was written. ` +
      "Read it again (read_file), then repeat the change",
    { code: "changed", path, hash: hash ?? null },
  );
}
