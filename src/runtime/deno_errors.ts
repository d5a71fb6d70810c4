// Names for the errors of Deno's file system and network, in the terms of `runtime.ts`.
// Called by the Deno files beside it. Never lets a place in the source through.

import { fileErrorOf } from "./file_error.ts";
import { FileError } from "./runtime.ts";

/** The system's name of an error (`ENOENT`), where it has one. */
export function systemCode(error: unknown): string | undefined {
  if (error instanceof Error && "code" in error && typeof error.code === "string") {
    return error.code;
  }
  return undefined;
}

/** The message of an error without the runtime's additions (`(os error 2): open '/x'`). */
export function plainMessage(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/ \(os error \d+\).*$/s, "");
}

/** Makes the `FileError` of a failed operation. */
export function fileError(verb: string, path: string, error: unknown): FileError {
  if (error instanceof FileError) return error;
  if (error instanceof Deno.errors.NotCapable) {
    const message = `Cannot ${verb} ${JSON.stringify(path)}: the runtime was not started with -A`;
    return new FileError("not_permitted", path, message);
  }
  return fileErrorOf(verb, path, { code: systemCode(error), reason: plainMessage(error) });
}
