// Names for the errors of Node's and Bun's file system, in the terms of `runtime.ts`.
// Called by the Node files beside it. Never lets a place in the source through.

import { type Failure, fileErrorOf } from "./file_error.ts";
import { FileError } from "./runtime.ts";

/** What Node or Bun said of a failure: the system's name, and the message without what they add. */
export function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
  // `ENOENT: no such file or directory, open '/x'`
  const reason = message.replace(/^E[A-Z0-9]+: /, "").replace(/, [a-z]+(?: '.*)?$/s, "");
  return { code, reason };
}

/** Makes the `FileError` of a failed operation. */
export function fileError(verb: string, path: string, error: unknown): FileError {
  return error instanceof FileError ? error : fileErrorOf(verb, path, failureOf(error));
}

/** Does what may fail, and tells the failure as a `FileError`. */
export async function told<T>(verb: string, path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw fileError(verb, path, error);
  }
}
