// The text of a small file, for facts that the system tells in files and for .gitignore.
// Called by the tools that look at the machine and by the search. Never reads without bound.

import { FileError, type OpenFile } from "../src/runtime/runtime.ts";

const MOST_BYTES = 1024 * 1024;

/** The text of the first MiB of a file; undefined when it cannot be read. Closes the file. */
export async function smallFileText(opening: Promise<OpenFile>): Promise<string | undefined> {
  try {
    const file = await opening;
    try {
      return await readText(file);
    } finally {
      file.close();
    }
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

// Files of /proc and /sys say that their size is 0, so the end is where a read finds nothing.
async function readText(file: OpenFile): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(4 * 1024);
  let text = "";
  for (let bytes = 0; bytes < MOST_BYTES;) {
    const count = await file.read(buffer);
    if (count === null || count === 0) break;
    bytes += count;
    text += decoder.decode(buffer.subarray(0, count), { stream: true });
  }
  return text + decoder.decode();
}
