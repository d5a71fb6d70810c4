// Puts new content in the place of a file so that others see the old file or the new one, never
// half, with the mode and owner of the old one. Called by write_file and edit_file under the lock
// of the place. A file left by a crash is named `.lmcp-tmp-…` and may be deleted.

import { FileError, type FileInfo, type Files, type OpenFile } from "../src/runtime/runtime.ts";
import { ToolError } from "../src/server/define.ts";
import type { FilePlace } from "./file_access.ts";
import { fileFailure } from "./file_failure.ts";
import { joinPath, parentPath, quoted } from "./path_inside.ts";

/** What to write, and how. */
export interface AtomicWrite {
  readonly bytes: Uint8Array;
  /** What `place.look()` said; undefined makes a new file. */
  readonly old: FileInfo | undefined;
  /** Permission bits that are set exactly. Default: those of the old file; a new one obeys the umask. */
  readonly mode?: number | undefined;
  readonly signal: AbortSignal;
  /** Called when all is on disk, just before the new file takes the place; throws to keep the old. */
  verify?(): Promise<void>;
}

const NEW_MODE = 0o666;
const CHUNK = 1024 * 1024;

/** The start of the names of files that are not complete. */
export const TEMP_PREFIX = ".lmcp-tmp-";

/** Writes the file. @throws {ToolError} with the old file as it was. */
export async function atomicWrite(
  files: Files,
  place: FilePlace,
  write: AtomicWrite,
): Promise<void> {
  const dir = parentPath(place.at);
  const temp = joinPath(dir, `${TEMP_PREFIX}${crypto.randomUUID()}`);
  try {
    if (write.old !== undefined) await checkWritable(files, place);
    const wanted = write.mode ?? write.old?.mode ?? undefined;
    const file = await files.open(temp, {
      write: true,
      createNew: true,
      // Before it has the owner it is to have, it is for nobody else.
      mode: write.old === undefined && wanted === undefined ? NEW_MODE : 0o600,
    });
    try {
      await fill(file, write);
      await adopt(files, place, temp, await file.info(), write.old, wanted);
      await file.sync();
      await write.verify?.();
      write.signal.throwIfAborted();
      await files.rename(temp, place.at);
    } catch (error) {
      await removeQuietly(files, temp);
      throw error;
    } finally {
      file.close();
    }
    await syncDir(files, dir);
  } catch (error) {
    throw fileFailure(error, "write", place.path);
  }
}

// Replacing a file asks leave of its folder only: a file that its owner made read-only is kept.
async function checkWritable(files: Files, place: FilePlace): Promise<void> {
  try {
    (await files.open(place.at, { write: true })).close();
  } catch (error) {
    // A running program cannot be opened for writing, but replaced it can be.
    if (!(error instanceof FileError) || error.code !== "other") throw error;
  }
}

async function fill(file: OpenFile, { bytes, signal }: AtomicWrite): Promise<void> {
  for (let at = 0; at < bytes.length; at += CHUNK) {
    signal.throwIfAborted();
    await file.write(bytes.subarray(at, at + CHUNK));
  }
}

/** Gives the new file the owner and mode of the old one. */
async function adopt(
  files: Files,
  place: FilePlace,
  temp: string,
  made: FileInfo,
  old: FileInfo | undefined,
  mode: number | undefined,
): Promise<void> {
  const { path } = place;
  const moves = old !== undefined && old.uid !== null && old.gid !== null &&
    (old.uid !== made.uid || old.gid !== made.gid);
  const changes = mode !== undefined && mode !== made.mode;
  if (!moves && !changes) return;
  // By a handle where there is one: another user of the folder could put a link in its place.
  const pin = moves || place.held ? await files.pin(temp) : undefined;
  try {
    const at = pin?.path ?? temp;
    const seen = await files.stat(at);
    if (seen.dev !== made.dev || seen.ino !== made.ino) {
      throw new ToolError(`Cannot write ${quoted(path)}: another program changed the new file`);
    }
    if (moves) await giveTo(files, at, old.uid!, old.gid!, path);
    // After the owner, because changing that clears the set-uid bits.
    if (mode !== undefined) await files.chmod(at, mode);
  } finally {
    pin?.close();
  }
}

async function giveTo(
  files: Files,
  at: string,
  uid: number,
  gid: number,
  path: string,
): Promise<void> {
  try {
    await files.chown(at, uid, gid);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new ToolError(
      `Cannot write ${quoted(path)}: it belongs to ${uid}:${gid}, and the server's user may not ` +
        "give the new file to them; write_file with append keeps the file, the shell can write " +
        "into it",
      { code: "not_permitted", path },
    );
  }
}

async function removeQuietly(files: Files, temp: string): Promise<void> {
  try {
    await files.remove(temp);
  } catch (error) {
    // The failure that led here is the one to tell.
    if (!(error instanceof FileError)) throw error;
  }
}

// So that the new name outlives a power cut. Some file systems cannot; then the data is safe anyway.
async function syncDir(files: Files, dir: string): Promise<void> {
  try {
    const handle = await files.open(dir, { read: true });
    try {
      await handle.sync();
    } finally {
      handle.close();
    }
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
  }
}
