// What lmcp needs of the machine under it, one interface for Deno, Bun and Node.
// Used by `tools/`, `hub/` and the command line; the library below them never imports it.
// Only the files of this folder may name a runtime.

import type { HttpAnswer, HttpRequest } from "./http_request.ts";

/** A running server socket. */
export interface Listener {
  /** The address that clients can use, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Stops accepting, ends every open connection, and resolves when all are closed. Idempotent. */
  close(): Promise<void>;
}

/** How to listen. */
export interface ListenOptions {
  readonly hostname: string;
  /** 0 lets the system pick one. */
  readonly port: number;
  /** PEM text of certificate and key, for TLS. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Told of an error that no response could carry. */
  onError(error: unknown): void;
}

/** The exit of a process. */
export interface ExitStatus {
  /** The exit code; undefined when a signal ended it. */
  readonly code: number | undefined;
  /** The signal that ended it, such as `SIGTERM`. */
  readonly signal: string | undefined;
}

/** How to start a process. It always gets a process group of its own. */
export interface SpawnOptions {
  readonly args: readonly string[];
  readonly cwd?: string;
  /** The whole environment of the child: nothing is inherited beside it. */
  readonly env: { readonly [name: string]: string };
  /** `closed` reads as end of file at once; `piped` gives a writable, which must be closed. */
  readonly stdin: "closed" | "piped";
  /** `piped` streams, `ignored` discards. */
  readonly stdout: "piped" | "ignored";
  readonly stderr: "piped" | "ignored";
}

/** A process, the leader of its own process group. */
export interface Child {
  readonly pid: number;
  readonly stdin: WritableStream<Uint8Array> | undefined;
  /** Pulling slowly makes the child wait. Must be drained or cancelled. */
  readonly stdout: ReadableStream<Uint8Array> | undefined;
  readonly stderr: ReadableStream<Uint8Array> | undefined;
  /** Resolves when the process itself has ended, whoever still holds its pipes. */
  readonly exited: Promise<ExitStatus>;
  /** Signals the whole group; false when nothing of the group is left. */
  killGroup(signal: "SIGTERM" | "SIGKILL" | "SIGINT" | "SIGHUP" | number): boolean;
  /** Whether anything of the process group is alive (zombies do not count). */
  groupAlive(): boolean;
}

/** What is known of a file. */
export interface FileInfo {
  readonly type: "file" | "dir" | "symlink" | "fifo" | "socket" | "char" | "block" | "other";
  readonly size: number;
  /** Milliseconds since the epoch; null where the system does not say. */
  readonly mtimeMs: number | null;
  /** Permission bits; null where the system has none. */
  readonly mode: number | null;
  readonly uid: number | null;
  readonly gid: number | null;
  readonly dev: number;
  readonly ino: number | null;
  readonly nlink: number | null;
}

/** An open file. One call at a time: the next after the promise of the one before has settled. */
export interface OpenFile {
  /** Reads into the buffer from a place in the file (or the current one); null at the end. */
  read(into: Uint8Array, at?: number): Promise<number | null>;
  /** Writes all of the bytes at the current place. */
  write(bytes: Uint8Array): Promise<void>;
  info(): Promise<FileInfo>;
  /** Flushes data and metadata to the disk. */
  sync(): Promise<void>;
  close(): void;
}

/** How to open a file. */
export interface OpenOptions {
  readonly read?: boolean;
  readonly write?: boolean;
  readonly append?: boolean;
  readonly create?: boolean;
  /** Fails when the file is there. */
  readonly createNew?: boolean;
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
  readlink(path: string): Promise<string>;
  /** The path with every symlink resolved. */
  realpath(path: string): Promise<string>;
  /** The names in a folder with their types (of the entry itself), in no order. */
  list(path: string): AsyncIterable<{ readonly name: string; readonly type: FileInfo["type"] }>;
  mkdir(path: string, options?: { recursive?: boolean; mode?: number }): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string, options?: { recursive?: boolean }): Promise<void>;
  chmod(path: string, mode: number): Promise<void>;
  chown(path: string, uid: number, gid: number): Promise<void>;
}

/** A SHA-256 that takes its bytes bit by bit. */
export interface Hasher {
  update(bytes: Uint8Array): void;
  /** The digest as 64 hex digits. Ends the hasher. */
  digest(): string;
}

/** What the machine is and how it is doing. Members are undefined where the system does not say. */
export interface SystemFacts {
  readonly os: "linux" | "darwin" | "windows" | string;
  readonly kernel: string | undefined;
  readonly arch: string;
  readonly hostname: string | undefined;
  readonly cpus: number;
  readonly loadavg: readonly [number, number, number] | undefined;
  /** Bytes. */
  readonly memory: { readonly total: number; readonly available: number } | undefined;
  readonly uptimeS: number | undefined;
  readonly uid: number | undefined;
  /** `deno`, `bun` or `node`, and its version. */
  readonly runtime: { readonly name: string; readonly version: string };
  readonly addresses: readonly {
    readonly interface: string;
    readonly family: "IPv4" | "IPv6";
    readonly address: string;
    readonly internal: boolean;
  }[];
}

/** The machine. */
export interface Runtime {
  readonly name: "deno" | "bun" | "node";
  /** Arguments of the program, without the program. */
  readonly args: readonly string[];
  /** A variable of the environment; an empty one counts as unset. */
  env(name: string): string | undefined;
  /** The whole environment. */
  environ(): { [name: string]: string };
  cwd(): string;
  readonly pid: number;
  /** Serves a handler over HTTP. Rejects with a `ListenError` when the address cannot be had. */
  serve(
    handler: (request: Request) => Response | Promise<Response>,
    options: ListenOptions,
  ): Promise<Listener>;
  /**
   * Has one HTTP exchange, on a connection of its own and without any proxy. Resolves when the
   * header section is there; rejects with a `RequestError`, as does reading the body.
   */
  request(request: HttpRequest): Promise<HttpAnswer>;
  /** The program that listens on a port of this machine; undefined when it cannot be seen. */
  portHolder(port: number): { readonly pid: number; readonly name: string } | undefined;
  /** The program's own streams, to be taken once. Writing resolves when the bytes are with the system. */
  stdio(): {
    readonly stdin: ReadableStream<Uint8Array>;
    readonly stdout: WritableStream<Uint8Array>;
    /** Whether standard error is a terminal. */
    readonly stderrIsTerminal: boolean;
  };
  /** Writes a line to standard error; the line end is added where it is missing. Never fails. */
  stderr(text: string): void;
  /** Writes text to standard output, at once; for commands that print, never in stdio mode. */
  print(text: string): void;
  /** Starts a process; throws a `SpawnError` when it cannot be started. */
  spawn(command: string, options: SpawnOptions): Child;
  /** Signals a process, or with a negative number its group; false when there is none. */
  kill(pid: number, signal: "SIGTERM" | "SIGKILL" | "SIGINT" | "SIGHUP" | number): boolean;
  readonly files: Files;
  /** For what does not fit in memory: what does is lighter on `crypto.subtle`. */
  hasher(): Promise<Hasher>;
  system(): SystemFacts;
  /** Calls `fn` at each of the signals; the answer takes it back. */
  onSignal(
    names: readonly ("SIGTERM" | "SIGINT" | "SIGHUP")[],
    fn: (name: string) => void,
  ): () => void;
  /** Ends the program, after what still waits for standard error. */
  exit(code: number): never;
}

/** The address to listen on could not be had. */
export class ListenError extends Error {
  /** The name of the class, for logs. */
  override readonly name: string = "ListenError";
  /** Why, by name. */
  readonly code: "in_use" | "not_permitted" | "no_such_address" | "other";
  /** Makes the error with its reason. */
  constructor(code: ListenError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/** A process could not be started. */
export class SpawnError extends Error {
  /** The name of the class, for logs. */
  override readonly name: string = "SpawnError";
  /** Why, by name. */
  readonly code: "not_found" | "bad_cwd" | "not_permitted" | "too_long" | "no_resources" | "other";
  /** Makes the error with its reason. */
  constructor(code: SpawnError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/** A file operation failed. The message never names a place in lmcp's own source. */
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
