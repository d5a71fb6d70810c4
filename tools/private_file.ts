// Writes a new file that is for this user alone. Used for what is on disk of jobs. Never writes into
// a file that is there.

import type { Files } from "../src/runtime/runtime.ts";

/** Makes a file of mode 0600 with a text in it. @throws {FileError} when there is one. */
export async function writePrivate(files: Files, path: string, text: string): Promise<void> {
  const file = await files.open(path, { write: true, createNew: true, mode: 0o600 });
  try {
    await file.write(new TextEncoder().encode(text));
  } finally {
    file.close();
  }
}
