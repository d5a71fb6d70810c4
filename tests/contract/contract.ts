// What a case of the contract suite is, and what it is given. A case shows one promise that lmcp
// keeps alike on Deno, Bun and Node 20, 22 and 24: it runs inside the runtime that is tested.
//
// Cases assert with node:assert/strict and use what `node:` modules give; they name no runtime, and
// nothing newer than Node 20. Suites are lists of cases in `*_suite.ts`, joined in `suites.ts`.

import type { Readable, Writable } from "node:stream";
import type { Runtime } from "../../src/runtime/runtime.ts";

/** One promise, shown. Fails by a rejection. */
export interface Case {
  /** As of a unit test: what does what, when. */
  readonly name: string;
  run(context: Context): Promise<void>;
  /** Milliseconds after which it counts as hung. Default: 60,000. */
  readonly boundMs?: number;
}

/** A runtime, as the command line names it. */
export type RuntimeName = "deno" | "bun" | "node20" | "node22" | "node24";

/** What a case works with. All of it is gone after the case. */
export interface Context {
  /** Which runtime runs it, for a message; cases must not branch on it. */
  readonly name: RuntimeName;
  /** The machine as lmcp sees it, of `openRuntime()`. */
  readonly runtime: Runtime;
  /** What runs each program under this runtime, without its arguments. */
  readonly commands: Commands;
  /** A scratch folder of its own, with no symlink in its path. */
  readonly folder: string;
  /**
   * Starts lmcp under this runtime, as `lmcp ARGS`. With `serve` it takes a free port unless the
   * arguments name one, and listens once this resolves. It is killed after the case.
   */
  start(args: readonly string[], options?: StartOptions): Promise<Program>;
  /** Has something done after the case, however it ends; the last that was asked for goes first. */
  after(fn: () => unknown): void;
  /**
   * Whether the machine lacks what the case needs. It then says so, and the case should return;
   * where `CI` is "true" it throws instead.
   */
  lacks(what: string, there: boolean): boolean;
}

/** The programs of the tree that cases start: the file to run first, then arguments. */
export interface Commands {
  readonly lmcp: readonly string[];
  /** The everything server of `conformance/`. */
  readonly everything: readonly string[];
  /** `library_program.ts`, which uses the library. */
  readonly library: readonly string[];
}

/** How to start a program. */
export interface StartOptions {
  /** Which one. Default: lmcp. The everything server listens once it is started with `--port`. */
  readonly program?: keyof Commands;
  /**
   * Added to the environment, which has nothing of lmcp's own; the state folder is one below the
   * case's folder, the same at each start.
   */
  readonly env?: { readonly [name: string]: string };
  readonly cwd?: string;
}

/** How a program ended. */
export interface Ended {
  /** The exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
}

/** A started lmcp. */
export interface Program {
  readonly pid: number;
  /** The address of the listening line, such as `http://127.0.0.1:41234/mcp`; "" if it serves none. */
  readonly url: string;
  /** Its port; 0 if it has none. */
  readonly port: number;
  readonly stdin: Writable;
  /** Nobody reads it but the case; of `serve` it is drained. */
  readonly stdout: Readable;
  /** What it has written to standard error until now. */
  stderr(): string;
  /** Waits until standard error matches; fails when the program ends without that. */
  said(pattern: RegExp): Promise<RegExpMatchArray>;
  kill(signal: "SIGTERM" | "SIGINT" | "SIGHUP" | "SIGKILL"): void;
  /** Resolves once the process has ended and its standard error is read. */
  readonly exited: Promise<Ended>;
}
