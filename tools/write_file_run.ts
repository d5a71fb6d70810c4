// What the tool write_file does when it is called. Loaded by `write_file.ts` at the first call.
// A file is replaced by a complete new one, or is as it was; appending writes into it.

import { ToolError } from "../src/server/define.ts";
import { atomicWrite } from "./atomic_write.ts";
import type { Encoding } from "./encodings.ts";
import { changed, checkExpected, currentHash } from "./expected_hash.ts";
import type { FilePlace } from "./file_access.ts";
import { fileFailure } from "./file_failure.ts";
import { hashBytes, HASHED_BYTES, hashFile } from "./file_hash.ts";
import type { Host } from "./host.ts";
import { quoted } from "./path_inside.ts";
import { encodeText } from "./text_encoding.ts";

interface WriteInput {
  readonly path: string;
  readonly content: string;
  readonly encoding?: Encoding;
  readonly mode?: string;
  readonly create_dirs?: boolean;
  readonly append?: boolean;
  readonly expected_hash?: string;
}

interface Write {
  readonly host: Host;
  readonly place: FilePlace;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mode: number | undefined;
  readonly append: boolean;
  readonly expected: string | undefined;
  readonly signal: AbortSignal;
}

interface Written {
  readonly created: boolean;
  readonly size: number;
  readonly hash: string | null;
  readonly note?: string;
}

/** Writes a file. @throws {ToolError} what the caller can mend. */
export async function runWriteFile(host: Host, input: WriteInput, signal: AbortSignal) {
  const bytes = encodeText(input.content, input.encoding ?? "utf-8");
  const mode = input.mode === undefined ? undefined : parseMode(input.mode);
  const expected = input.expected_hash;
  const append = input.append ?? false;
  const place = await host.files.openPlace(input.path, input.create_dirs ?? false);
  const write = { host, place, bytes, mode, append, expected, signal };
  try {
    const written = await host.files.locks.hold(
      place.path,
      signal,
      () => append ? appendTo(write) : replace(write),
    );
    return { path: place.path, bytes: bytes.length, ...written };
  } finally {
    place.close();
  }
}

async function replace(write: Write): Promise<Written> {
  const { host, place, bytes, expected, signal } = write;
  const old = await place.look();
  if (expected !== undefined) {
    checkExpected(place.path, expected, await currentHash(host.runtime, place, signal));
  }
  await atomicWrite(host.runtime.files, place, {
    bytes,
    old,
    mode: write.mode,
    signal,
    async verify() {
      const now = await place.look();
      // What was to be appended must not take the place of a file that came meanwhile.
      if (write.append && now !== undefined) throw changed(place.path, undefined);
      if (expected === undefined) return;
      const hash = await currentHash(host.runtime, place, signal);
      try {
        checkExpected(place.path, expected, hash);
      } catch {
        throw changed(place.path, hash);
      }
    },
  });
  const written = { created: old === undefined, size: bytes.length, hash: await hashBytes(bytes) };
  return (old?.nlink ?? 1) > 1
    ? { ...written, note: "The file had other hard links: those still have the old content." }
    : written;
}

async function appendTo(write: Write): Promise<Written> {
  const { host, place, bytes, expected, signal } = write;
  if (await place.look() === undefined) return await replace(write);
  if (write.mode !== undefined) {
    throw new ToolError(
      `Cannot append to ${quoted(place.path)} and set its mode: leave mode out`,
    );
  }
  if (expected !== undefined) {
    checkExpected(place.path, expected, await currentHash(host.runtime, place, signal));
  }
  const opened = await place.dir.openFile(place.name, "append");
  try {
    await opened.file.write(bytes);
    await opened.file.sync();
    const { size } = await opened.file.info();
    if (size > HASHED_BYTES) {
      return { created: false, size, hash: null, note: "No hash: larger than 256 MiB." };
    }
  } catch (error) {
    throw fileFailure(error, "append to", place.path);
  } finally {
    opened.close();
  }
  const read = await place.dir.openFile(place.name);
  try {
    const hash = await hashFile(host.runtime, read, signal);
    return { created: false, size: (await read.file.info()).size, hash };
  } finally {
    read.close();
  }
}

function parseMode(mode: string): number {
  if (!/^(?:0o?)?[0-7]{3,4}$/.test(mode)) {
    throw new ToolError(
      `Cannot use ${quoted(mode)} as mode: give three or four octal digits, such as "0644"`,
    );
  }
  return parseInt(mode.replace(/^0o/, ""), 8);
}
