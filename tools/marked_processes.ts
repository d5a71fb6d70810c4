// Finds processes by a mark in the environment they were started with, wherever they went: a
// program that made a session of its own (`setsid`) has left its process group, not its mark.
// Used when a call's processes must end. Works where /proc tells environments (Linux); elsewhere it
// finds nothing. A program that cleared its environment is not found.

import { FileError, type Files, type Runtime } from "../src/runtime/runtime.ts";
import { smallFileText } from "./small_file.ts";

/** The variable that marks the processes of a call. */
export const CALL_MARK = "LMCP_CALL_ID";

/** A process that carries a mark. */
export interface MarkedProcess {
  readonly pid: number;
  /** The number of its process group. */
  readonly group: number;
}

/** Finds the living processes whose mark starts with `prefix`. */
export async function findMarked(runtime: Runtime, prefix: string): Promise<MarkedProcess[]> {
  const found: MarkedProcess[] = [];
  try {
    for await (const { name } of runtime.files.list("/proc")) {
      const pid = Number(name);
      if (!(pid > 0) || pid === runtime.pid) continue;
      if (await isMarked(runtime.files, pid, prefix)) {
        found.push({ pid, group: await groupOf(runtime.files, pid) });
      }
    }
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
  }
  return found;
}

// A zombie has no environment any more, so it counts as gone.
async function isMarked(files: Files, pid: number, prefix: string): Promise<boolean> {
  const environ = await readProc(files, `/proc/${pid}/environ`);
  return `\0${environ}`.includes(`\0${CALL_MARK}=${prefix}`);
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
