// What lmcp needs of the machine under it, one interface for Deno, Bun and Node.
// Used by `tools/`, `hub/` and the command line; the library below them never imports it.
// Only the files of this folder may name a runtime.

import type { Files } from "./files.ts";
import type { HttpAnswer, HttpRequest } from "./http_request.ts";

export type * from "./files.ts";
export { FileError } from "./files.ts";

/** A running server socket. */
export interface Listener {
  /** The address that clients can use, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Stops accepting, ends every open connection, and resolves when all are closed. Idempotent. */
  close(): Promise<void>;
}

/** How to listen. */
export interface ListenOptions {
  /** The name or address to listen on; `0.0.0.0` or `::` for all. */
  readonly hostname: string;
  /** 0 lets the system pick one. */
  readonly port: number;
  /** PEM text of certificate and key, for TLS. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /**
   * Milliseconds that a client may take for a header section. Default 20,000. Bun always allows
   * about 12,000, and Deno any time, unless `boundSlowClients` is set.
   */
  readonly headersMs?: number;
  /**
   * Milliseconds that a connection may stay open without a request. Default 75,000. Deno allows any
   * time, unless `boundSlowClients` is set.
   */
  readonly idleMs?: number;
  /**
   * Has both times bounded on Deno as well, by a server (node:http) that takes 1.7 times the time
   * of Deno's own for a call, and 7 to 40 MiB more. Elsewhere they always are. Default: false.
   */
  readonly boundSlowClients?: boolean;
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
  /** Its arguments. */
  readonly args: readonly string[];
  /** Its folder. Default: the program's own. */
  readonly cwd?: string;
  /** The whole environment of the child: nothing is inherited beside it. */
  readonly env: { readonly [name: string]: string };
  /** `closed` reads as end of file at once; `piped` gives a writable, which must be closed. */
  readonly stdin: "closed" | "piped";
  /** `piped` streams, `ignored` discards. */
  readonly stdout: "piped" | "ignored";
  /** As `stdout`. */
  readonly stderr: "piped" | "ignored";
}

/** A process, the leader of its own process group. */
export interface Child {
  /** Its number, and that of its group. */
  readonly pid: number;
  /** What it reads; only where it is piped. */
  readonly stdin: WritableStream<Uint8Array> | undefined;
  /** Pulling slowly makes the child wait. Must be drained or cancelled. */
  readonly stdout: ReadableStream<Uint8Array> | undefined;
  /** As `stdout`. */
  readonly stderr: ReadableStream<Uint8Array> | undefined;
  /** Resolves when the process itself has ended, whoever still holds its pipes. */
  readonly exited: Promise<ExitStatus>;
  /** Signals the whole group; false when nothing of the group is left. */
  killGroup(signal: "SIGTERM" | "SIGKILL" | "SIGINT" | "SIGHUP" | number): boolean;
  /** Whether anything of the process group is alive (zombies do not count). */
  groupAlive(): boolean;
}

/** A SHA-256 that takes its bytes bit by bit. */
export interface Hasher {
  /** Takes the next bytes. */
  update(bytes: Uint8Array): void;
  /** The digest as 64 hex digits. Ends the hasher. */
  digest(): string;
}

/** What the machine is and how it is doing. Members are undefined where the system does not say. */
export interface SystemFacts {
  /** The system. */
  readonly os: "linux" | "darwin" | "windows" | string;
  /** The version of its kernel. */
  readonly kernel: string | undefined;
  /** Such as `x86_64` or `aarch64`. */
  readonly arch: string;
  /** What the machine calls itself. */
  readonly hostname: string | undefined;
  /** How many processors there are. */
  readonly cpus: number;
  /** How many processes wanted to run in the last 1, 5 and 15 minutes. */
  readonly loadavg: readonly [number, number, number] | undefined;
  /** Bytes. */
  readonly memory: { readonly total: number; readonly available: number } | undefined;
  /** Seconds since the machine started. */
  readonly uptimeS: number | undefined;
  /** The number of the user that the program runs as. */
  readonly uid: number | undefined;
  /** `deno`, `bun` or `node`, and its version. */
  readonly runtime: { readonly name: string; readonly version: string };
  /** The addresses of its network interfaces; `internal` ones lead nowhere else. */
  readonly addresses: readonly {
    readonly interface: string;
    readonly family: "IPv4" | "IPv6";
    readonly address: string;
    readonly internal: boolean;
  }[];
}

/** The machine. */
export interface Runtime {
  /** Which one it is. */
  readonly name: "deno" | "bun" | "node";
  /** Arguments of the program, without the program. */
  readonly args: readonly string[];
  /** A variable of the environment; an empty one counts as unset. */
  env(name: string): string | undefined;
  /** The whole environment. */
  environ(): { [name: string]: string };
  /** The folder that relative paths begin at. */
  cwd(): string;
  /** The number of this process. */
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
  /**
   * The program's own streams, each to be taken once; input that nobody takes is left to whoever reads
   * it next. Writing resolves when the bytes are with the system.
   */
  stdio(): {
    readonly stdin: ReadableStream<Uint8Array>;
    readonly stdout: WritableStream<Uint8Array>;
    /** Whether standard input is a terminal. */
    readonly stdinIsTerminal: boolean;
    /** Whether standard error is a terminal. */
    readonly stderrIsTerminal: boolean;
    /** Whether standard output is a terminal. */
    readonly stdoutIsTerminal: boolean;
  };
  /** Writes a line to standard error; the line end is added where it is missing. Never fails. */
  stderr(text: string): void;
  /**
   * Writes text to standard output, or error, at once and whole, however long its reader takes; for
   * commands that print, never in stdio mode. Throws where there is no room for it; a reader that has
   * gone is no failure.
   */
  print(text: string, to?: "stdout" | "stderr"): void;
  /** Starts a process; throws a `SpawnError` when it cannot be started. */
  spawn(command: string, options: SpawnOptions): Child;
  /** Signals a process, or with a negative number its group; false when there is none. */
  kill(pid: number, signal: "SIGTERM" | "SIGKILL" | "SIGINT" | "SIGHUP" | number): boolean;
  /** The files of the machine. */
  readonly files: Files;
  /** For what does not fit in memory: what does is lighter on `crypto.subtle`. */
  hasher(): Promise<Hasher>;
  /** What the machine is, and how it is doing when a fact is read. */
  system(): SystemFacts;
  /** Calls `fn` at each of the signals; the answer takes it back. */
  onSignal(
    names: readonly ("SIGTERM" | "SIGINT" | "SIGHUP")[],
    fn: (name: string) => void,
  ): () => void;
  /** Calls `fn` with what no code caught, from now on: the program then goes on. */
  onFault(fn: (kind: "error" | "rejection", error: unknown) => void): void;
  /** Ends the program, after what still waits for standard error. */
  exit(code: number): never;
}

/**
 * The address to listen on could not be had.
 *
 * @example
 * ```ts
 * import { ListenError, openRuntime } from "@lmcp/lmcp/runtime";
 *
 * const runtime = await openRuntime();
 * const listen = (port: number) =>
 *   runtime.serve(() => new Response(), { hostname: "127.0.0.1", port, onError: () => {} });
 * const first = await listen(0);
 * const failed = await listen(Number(new URL(first.url).port)).catch((error) => error);
 * if (!(failed instanceof ListenError && failed.code === "in_use")) throw failed;
 * await first.close();
 * ```
 */
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

/**
 * A process could not be started.
 *
 * @example
 * ```ts
 * import { openRuntime, SpawnError } from "@lmcp/lmcp/runtime";
 *
 * const runtime = await openRuntime();
 * try {
 *   runtime.spawn("/no/such/program", {
 *     args: [],
 *     env: {},
 *     stdin: "closed",
 *     stdout: "ignored",
 *     stderr: "ignored",
 *   });
 * } catch (error) {
 *   if (!(error instanceof SpawnError && error.code === "not_found")) throw error;
 * }
 * ```
 */
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
