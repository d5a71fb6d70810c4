// Names for the errors of Deno's file system and network, in the terms of `runtime.ts`.
// Called by the Deno files beside it. Never lets a message of the runtime through where it has
// a sentence of its own, and never a place in the source.

import { FileError, type FileErrorCode } from "./runtime.ts";

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

const REASONS: { readonly [code: string]: readonly [FileErrorCode, string] } = {
  ENOENT: ["not_found", "no such file or folder"],
  EEXIST: ["exists", "it is there already"],
  EACCES: ["not_permitted", "not permitted for this user"],
  EPERM: ["not_permitted", "not permitted"],
  ENOTDIR: ["not_a_dir", "a part of the path is not a folder"],
  EISDIR: ["is_a_dir", "it is a folder"],
  ENOTEMPTY: ["not_empty", "the folder is not empty"],
  ENOSPC: ["no_space", "no space is left on the disk"],
  EDQUOT: ["no_space", "the disk quota is used up"],
  EFBIG: ["no_space", "the file would be larger than is allowed"],
  ELOOP: ["loop", "too many symlinks lead to each other"],
  EMFILE: ["too_many_open", "too many files are open in this process"],
  ENFILE: ["too_many_open", "too many files are open on this machine"],
  EROFS: ["read_only", "the file system is read-only"],
  ENAMETOOLONG: ["other", "the name is too long"],
  EXDEV: ["other", "the two paths are on different file systems"],
  EBUSY: ["other", "it is in use"],
  ETXTBSY: ["other", "the program is running"],
  ENXIO: ["other", "nothing is at its other end"],
  EINVAL: ["other", "the system cannot do that with this path"],
};

/** Makes the `FileError` of a failed operation: `Cannot open "/x": no such file or folder`. */
export function fileError(verb: string, path: string, error: unknown): FileError {
  if (error instanceof FileError) return error;
  const wanted = `Cannot ${verb} ${JSON.stringify(path)}`;
  if (path.includes("\0")) {
    return new FileError("other", path, `${wanted}: the path holds a NUL character`);
  }
  if (error instanceof Deno.errors.NotCapable) {
    return new FileError("not_permitted", path, `${wanted}: the runtime was not started with -A`);
  }
  const [code, reason] = REASONS[systemCode(error) ?? ""] ?? ["other", plainMessage(error)];
  return new FileError(code, path, `${wanted}: ${reason}`);
}
