// What lmcp needs of the files of a machine, one interface for Deno, Bun and Node.
// Re-exported by runtime.ts, from where all outside this folder import it.

/** What is known of a file. */
export interface FileInfo {
  /** What it is. */
  readonly type: "file" | "dir" | "symlink" | "fifo" | "socket" | "char" | "block" | "other";
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the epoch; null where the system does not say. */
  readonly mtimeMs: number | null;
  /** Permission bits; null where the system has none. */
  readonly mode: number | null;
  /** The number of its owner; null where the system has none. */
  readonly uid: number | null;
  /** The number of its group; null where the system has none. */
  readonly gid: number | null;
  /** The device it is on. */
  readonly dev: number;
  /** Its number there; null where the system does not say. */
  readonly ino: number | null;
  /** How many names it has; null where the system does not say. */
  readonly nlink: number | null;
}

/** An open file. One call at a time: the next after the promise of the one before has settled. */
export interface OpenFile {
  /** Reads into the buffer from a place in the file (or the current one); null at the end. */
  read(into: Uint8Array, at?: number): Promise<number | null>;
  /** Writes all of the bytes at the current place. */
  write(bytes: Uint8Array): Promise<void>;
  /** What is known of it. */
  info(): Promise<FileInfo>;
  /** Flushes data and metadata to the disk. */
  sync(): Promise<void>;
  /** Lets go of it. To be called once. */
  close(): void;
}

/** How to open a file. */
export interface OpenOptions {
  /** To read. Default false. */
  readonly read?: boolean;
  /** To write. Default false. */
  readonly write?: boolean;
  /** To write at the end, wherever that is by then. Default false. */
  readonly append?: boolean;
  /** Makes the file where there is none. Default false. */
  readonly create?: boolean;
  /** Fails when the file is there. */
  readonly createNew?: boolean;
  /** Empties the file. Default false. */
  readonly truncate?: boolean;
  /** Permission bits of a new file, before the umask. */
  readonly mode?: number;
}

/** A file or folder held by a handle: whatever is renamed, `path` leads to this very one. */
export interface Pin {
  /**
   * A path through the handle, for every other member of `Files` while the pin is not closed.
   * The entries of a folder are below it. It ends in a symlink: `lstat` sees that, `stat` the file.
   */
  readonly path: string;
  /** Where the file was when it was pinned, with no symlink left in it. */
  readonly realPath: string;
  /** Lets go of the handle. Idempotent. */
  close(): void;
}

/** An error of the file system, with a name that is the same on every runtime. */
export type FileErrorCode =
  | "not_found"
  | "exists"
  | "not_permitted"
  | "not_a_dir"
  | "is_a_dir"
  | "not_empty"
  | "no_space"
  | "loop"
  | "too_many_open"
  | "read_only"
  | "other";

/** The files of the machine. Every member rejects with a `FileError`. */
export interface Files {
  /** Opens a file or (to read) a folder. A named pipe is refused: opening it would wait. */
  open(path: string, options: OpenOptions): Promise<OpenFile>;
  /** Holds what is there, symlinks followed; undefined where the system cannot (not Linux). */
  pin(path: string): Promise<Pin | undefined>;
  /** Follows symlinks. */
  stat(path: string): Promise<FileInfo>;
  /** Does not follow the last symlink. */
  lstat(path: string): Promise<FileInfo>;
  /** What a symlink holds. */
  readlink(path: string): Promise<string>;
  /** The path with every symlink resolved. */
  realpath(path: string): Promise<string>;
  /** The names in a folder with their types (of the entry itself), in no order. */
  list(path: string): AsyncIterable<{ readonly name: string; readonly type: FileInfo["type"] }>;
  /** Makes a folder; with `recursive` those above it too, and one that is there is no error. */
  mkdir(path: string, options?: { recursive?: boolean; mode?: number }): Promise<void>;
  /** Renames at once: what was at `to` is replaced. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file or an empty folder; with `recursive` all that is in it. */
  remove(path: string, options?: { recursive?: boolean }): Promise<void>;
  /** Sets the permission bits. */
  chmod(path: string, mode: number): Promise<void>;
  /** Sets owner and group. */
  chown(path: string, uid: number, gid: number): Promise<void>;
}

/**
 * A file operation failed. The message never names a place in lmcp's own source.
 *
 * @example
 * ```ts
 * import { FileError, openRuntime } from "@lmcp/lmcp/runtime";
 *
 * const { files } = await openRuntime();
 * const failed = await files.stat("/no/such/file").catch((error) => error);
 * if (!(failed instanceof FileError && failed.code === "not_found")) throw failed;
 * ```
 */
export class FileError extends Error {
  /** The name of the class, for logs. */
  override readonly name: string = "FileError";
  /** What went wrong, by name. */
  readonly code: FileErrorCode;
  /** The path that was asked for. */
  readonly path: string;
  /** Makes the error with its reason and the path that was asked for. */
  constructor(code: FileErrorCode, path: string, message: string) {
    super(message);
    this.code = code;
    this.path = path;
  }
}
