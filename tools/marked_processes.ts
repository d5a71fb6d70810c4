// Finds processes by a mark in the environment they were started with, wherever they went: a
// program that made a session of its own (`setsid`) has left its process group, not its mark.
// Used when the processes of a call or a job must end. Works where /proc tells environments (Linux); elsewhere it
// finds nothing. A program that cleared its environment is not found.

import { FileError, type Files, type Runtime } from "../src/runtime/runtime.ts";
import { smallFileText } from "./small_file.ts";

/** The variable that marks the processes of a call. */
export const CALL_MARK = "LMCP_CALL_ID";
/** The variable that marks the processes of a job. */
export const JOB_MARK = "LMCP_JOB_ID";

/** A process that carries a mark. */
export interface MarkedProcess {
  readonly pid: number;
  /** The number of its process group. */
  readonly group: number;
  readonly mark: string;
}

/** Looks for marked processes. Who asks while a look is going on shares the next one. */
export class MarkedProcesses {
  readonly #runtime: Runtime;
  readonly #variable: string;
  #going: Promise<unknown> = Promise.resolve();
  #next: Promise<readonly MarkedProcess[]> | undefined;

  /** `variable` holds the mark. */
  constructor(runtime: Runtime, variable: string) {
    this.#runtime = runtime;
    this.#variable = variable;
  }

  /** The living processes whose mark starts with `prefix`, as they are after this call. */
  async find(prefix: string): Promise<readonly MarkedProcess[]> {
    this.#next ??= this.#after(this.#going);
    const marked = await this.#next;
    return marked.filter(({ mark }) => mark.startsWith(prefix));
  }

  async #after(going: Promise<unknown>): Promise<readonly MarkedProcess[]> {
    await going;
    const looking = allMarked(this.#runtime, this.#variable);
    this.#going = looking.catch(() => undefined);
    this.#next = undefined;
    return await looking;
  }
}

async function allMarked(
  { files, pid: own }: Runtime,
  variable: string,
): Promise<readonly MarkedProcess[]> {
  const found: MarkedProcess[] = [];
  try {
    for await (const { name } of files.list("/proc")) {
      const pid = Number(name);
      if (!(pid > 0) || pid === own) continue;
      const mark = await markOf(files, pid, variable);
      if (mark !== undefined) found.push({ pid, group: await groupOf(files, pid), mark });
    }
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
  }
  return found;
}

// A zombie has no environment any more, so it counts as gone.
async function markOf(
  files: Files,
  pid: number,
  variable: string,
): Promise<string | undefined> {
  const environ = `\0${await readProc(files, `/proc/${pid}/environ`)}`;
  const at = environ.indexOf(`\0${variable}=`);
  return at < 0 ? undefined : environ.slice(at + variable.length + 2).split("\0", 1)[0];
}

// The name of the program stands in parentheses and may hold any character, so read past the last.
async function groupOf(files: Files, pid: number): Promise<number> {
  const stat = await readProc(files, `/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ", 3)[2] ?? 0);
}

// What is gone meanwhile, or belongs to another user, reads as empty.
async function readProc(files: Files, path: string): Promise<string> {
  return await smallFileText(files.open(path, { read: true })) ?? "";
}
