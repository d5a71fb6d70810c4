// Starts the processes of tool calls and knows how to end them: each call's own, and at the end of
// the server whatever any call has left running. One a host; the command line calls `closeAll`.
// Jobs that outlive the server are not started here.

import type { Child, Runtime, SpawnOptions } from "../src/runtime/runtime.ts";
import { ToolError } from "../src/server/define.ts";
import { endProcesses } from "./end_processes.ts";
import { CALL_MARK, MarkedProcesses } from "./marked_processes.ts";

/** The processes of one call. */
export interface ProcessTree {
  readonly child: Child;
  /**
   * Ends them all: SIGTERM, two seconds, SIGKILL. Resolves with whether all are gone. Idempotent.
   */
  end(): Promise<boolean>;
}

/** The processes of a host's calls. */
export class ProcessRegistry {
  readonly #runtime: Runtime;
  readonly #marked: MarkedProcesses;
  readonly #mark: string;
  readonly #trees = new Set<ProcessTree>();
  #started = 0;
  #closing: Promise<void> | undefined;

  /** `serverName` is what its marks begin with, so that a later server knows whose they were. */
  constructor(runtime: Runtime, serverName = "") {
    this.#runtime = runtime;
    this.#mark = `${serverName}${crypto.randomUUID().slice(0, 8)}-`;
    this.#marked = new MarkedProcesses(runtime, CALL_MARK);
  }

  /** Starts a process. @throws {SpawnError} when that fails; {ToolError} at the end. */
  spawn(command: string, options: SpawnOptions): ProcessTree {
    if (this.#closing !== undefined) {
      throw new ToolError("Cannot start a program: the server is ending");
    }
    this.#forget();
    const mark = `${this.#mark}${++this.#started}.`;
    const env = { ...options.env, [CALL_MARK]: mark };
    const child = this.#runtime.spawn(command, { ...options, env });
    let ending: Promise<boolean> | undefined;
    const tree = {
      child,
      end: () => ending ??= endProcesses(this.#runtime, this.#marked, child, mark),
    };
    this.#trees.add(tree);
    return tree;
  }

  /** Ends what is left of all calls, and starts nothing any more. Idempotent. */
  closeAll(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  /** Kills the groups of all calls without waiting: for a program that ends this instant. */
  killNow(): void {
    for (const { child } of this.#trees) child.killGroup("SIGKILL");
  }

  async #close(): Promise<void> {
    if (this.#started === 0) return;
    await Promise.all(Array.from(this.#trees, (tree) => tree.end()));
    await endProcesses(this.#runtime, this.#marked, undefined, this.#mark);
    this.#trees.clear();
  }

  #forget(): void {
    for (const tree of this.#trees) {
      if (!tree.child.groupAlive()) this.#trees.delete(tree);
    }
  }
}
