// Sentences for what the file system refused, the same on every runtime.
// Called by the error files of each runtime. Never lets a message of the runtime through where it
// has a sentence of its own, and never looks at the machine.

import { FileError, type FileErrorCode } from "./runtime.ts";

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

/** What the runtime said of a failure. */
export interface Failure {
  /** The system's name for it, such as `ENOENT`. */
  readonly code: string | undefined;
  /** The runtime's message, for failures that have no sentence here. */
  readonly reason: string;
}

/** Makes the `FileError` of a failed operation: `Cannot open "/x": no such file or folder`. */
export function fileErrorOf(verb: string, path: string, failure: Failure): FileError {
  const wanted = `Cannot ${verb} ${JSON.stringify(path)}`;
  if (path.includes("\0")) {
    return new FileError("other", path, `${wanted}: the path holds a NUL character`);
  }
  const [code, reason] = REASONS[failure.code ?? ""] ?? ["other", failure.reason];
  return new FileError(code, path, `${wanted}: ${reason}`);
}
