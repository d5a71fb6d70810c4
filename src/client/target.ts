// What a client connects to: an address, a handler in this process, or a command to start. Only
// describes it; `connect.ts` opens it. The machine comes in by a structural type: no runtime here.

import type { Challenge } from "./challenge.ts";

/** A bearer token, or what gives one for each request. */
export type TokenSource = string | (() => string | Promise<string>);

/** Where tokens come from when they are not just given: the place for OAuth. */
export interface ClientAuth {
  /** The token for the next request; undefined sends none. */
  token(): string | undefined | Promise<string | undefined>;
  /**
   * Told of a 401 or 403. True sends the request once more, with what `token` gives then; it was
   * not processed. May be asked several times at once.
   */
  onUnauthorized?(challenge: Challenge | undefined, status: number): boolean | Promise<boolean>;
}

/** A server over HTTP. */
export interface HttpTarget {
  /** The endpoint, such as `https://example.com/mcp`. */
  readonly url: string | URL;
  /** Sent with each request. */
  readonly headers?: { readonly [name: string]: string };
  /** Sent as `Authorization: Bearer …`. */
  readonly token?: TokenSource;
  /** In place of `token`. */
  readonly auth?: ClientAuth;
  /** In place of the global `fetch`: a proxy, a pool, an agent of one's own. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** Ends what `fetch` stands on; called once, when the client closes. */
  readonly close?: () => Promise<void>;
}

/** A handler in the same process, as `createHandler` makes it. */
export type HandlerTarget = (request: Request) => Response | Promise<Response>;

/** A process, as far as a client needs it. `Child` of `@lmcp/lmcp/runtime` is one. */
export interface ChildLike {
  /** Its number. */
  readonly pid: number;
  /** What it reads. */
  readonly stdin: WritableStream<Uint8Array> | undefined;
  /** What it says. */
  readonly stdout: ReadableStream<Uint8Array> | undefined;
  /** What it says to people. */
  readonly stderr: ReadableStream<Uint8Array> | undefined;
  /** Resolves when it has ended. */
  readonly exited: Promise<{
    readonly code: number | undefined;
    readonly signal: string | undefined;
  }>;
  /** Signals it and what it started; false when nothing of that is left. */
  killGroup(signal: "SIGTERM" | "SIGKILL"): boolean;
}

/** What starts processes. `openRuntime()` of `@lmcp/lmcp/runtime` gives one. */
export interface Spawner {
  /** The whole environment of this program. */
  environ(): { [name: string]: string };
  /** Starts a process; throws when it cannot be started. */
  spawn(command: string, options: {
    readonly args: readonly string[];
    readonly cwd?: string;
    readonly env: { readonly [name: string]: string };
    readonly stdin: "piped";
    readonly stdout: "piped";
    readonly stderr: "piped";
  }): ChildLike;
}

/** How a command is started. */
export interface CommandOptions {
  /** The folder it runs in. Default: this program's. */
  readonly cwd?: string;
  /** Variables beside the safe few that every command gets; see `command`. */
  readonly env?: { readonly [name: string]: string };
}

/** A command to start, that speaks MCP on its standard streams. */
export interface CommandTarget {
  /** Tells it from the other targets. */
  readonly kind: "command";
  /** What starts it. */
  readonly spawner: Spawner;
  /** The program and its arguments. */
  readonly words: readonly string[];
  /** The folder it runs in; undefined: this program's. */
  readonly cwd: string | undefined;
  /** Its whole environment. */
  readonly env: { readonly [name: string]: string };
}

/** What a client can connect to. */
export type Target = string | URL | HttpTarget | HandlerTarget | CommandTarget;

/** What a command needs to run, and no secret: nothing else of the environment is handed on. */
const SAFE_VARIABLES =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|TERM|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|TMP|TEMP|XDG_(?:CONFIG|DATA|CACHE|STATE)_HOME|XDG_RUNTIME_DIR|SSL_CERT_(?:FILE|DIR)|NODE_EXTRA_CA_CERTS|DENO_(?:CERT|TLS_CA_STORE|DIR)|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PATHEXT|APPDATA|LOCALAPPDATA|PROGRAMDATA|PROGRAMFILES|USERNAME|USERPROFILE|HOMEDRIVE|HOMEPATH|NUMBER_OF_PROCESSORS|PROCESSOR_ARCHITECTURE)$/i;

/**
 * A command as a target. Of the environment it gets what programs need to run (`PATH`, `HOME`,
 * `LANG` and their like) and `env`, nothing else: tokens of this program stay with it.
 *
 * @throws {TypeError} when there is no word.
 *
 * @example
 * ```ts
 * import { command } from "@lmcp/lmcp/client";
 * import { openRuntime } from "@lmcp/lmcp/runtime";
 *
 * const target = command(await openRuntime(), ["lmcp", "stdio"], { env: { LMCP_PORT: "0" } });
 * if (target.env.LMCP_PORT !== "0") throw new Error("not handed on");
 * ```
 */
export function command(
  spawner: Spawner,
  words: readonly string[],
  options: CommandOptions = {},
): CommandTarget {
  if (words.length === 0 || words[0] === "") {
    throw new TypeError("Command must have a word: got none; name the program to start");
  }
  const safe = Object.entries(spawner.environ()).filter(([name]) => SAFE_VARIABLES.test(name));
  const env = { ...Object.fromEntries(safe), ...options.env };
  return { kind: "command", spawner, words: [...words], cwd: options.cwd, env };
}
