// Ends a process group and whatever left it but carries its mark: SIGTERM, up to two seconds to
// tidy up, then SIGKILL, then a look whether all are gone. Used by the process registry and for
// jobs. Signals only what it has just seen to be ours.

import type { Runtime } from "../src/runtime/runtime.ts";
import type { MarkedProcess, MarkedProcesses } from "./marked_processes.ts";
import { delay } from "./within.ts";

const GRACE_MS = 2_000;
const KILL_MS = 1_000;
const FIRST_LOOK_MS = 4;
const LOOK_MS = 40;

/** A process group; a `Child` is one. */
export interface ProcessGroup {
  /** The number of the group. */
  readonly pid: number;
  killGroup(signal: "SIGTERM" | "SIGKILL"): boolean;
  groupAlive(): boolean | Promise<boolean>;
}

/**
 * Ends the group of `leader`, where there is one, and every process whose mark starts with `mark`.
 * Resolves with true when all are gone, with false when something cannot even be killed (it hangs
 * inside the system, or belongs to another user). `first` may be SIGKILL: then nothing is waited for.
 */
export async function endProcesses(
  runtime: Runtime,
  marked: Pick<MarkedProcesses, "find">,
  leader: ProcessGroup | undefined,
  mark: string,
  first: "SIGTERM" | "SIGKILL" = "SIGTERM",
): Promise<boolean> {
  return first === "SIGTERM" && await terminate(runtime, marked, leader, mark) ||
    await untilGone(marked, leader, mark, KILL_MS, (strays) => {
      leader?.killGroup("SIGKILL");
      for (const { pid } of strays) runtime.kill(pid, "SIGKILL");
    });
}

async function terminate(
  runtime: Runtime,
  marked: Pick<MarkedProcesses, "find">,
  leader: ProcessGroup | undefined,
  mark: string,
): Promise<boolean> {
  const told = new Set<number>();
  leader?.killGroup("SIGTERM");
  return await untilGone(marked, leader, mark, GRACE_MS, (strays) => {
    for (const { pid } of strays) {
      if (!told.has(pid)) runtime.kill(pid, "SIGTERM");
      told.add(pid);
    }
  });
}

// Looks often at first, since most programs end at once. A look through /proc costs some
// milliseconds: it is taken at the start, while strays live, and once more when all seem gone.
async function untilGone(
  marked: Pick<MarkedProcesses, "find">,
  leader: ProcessGroup | undefined,
  mark: string,
  limitMs: number,
  act: (strays: readonly MarkedProcess[]) => void,
): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  let strays = await straysOf(marked, leader, mark);
  for (let pause = FIRST_LOOK_MS;; pause = Math.min(LOOK_MS, pause * 2)) {
    act(strays);
    if (performance.now() >= deadline) return false;
    await delay(pause);
    const groupAlive = await leader?.groupAlive() ?? false;
    if (groupAlive && strays.length === 0) continue;
    strays = await straysOf(marked, leader, mark);
    if (!groupAlive && strays.length === 0) return true;
  }
}

async function straysOf(
  marked: Pick<MarkedProcesses, "find">,
  leader: ProcessGroup | undefined,
  mark: string,
): Promise<readonly MarkedProcess[]> {
  const found = await marked.find(mark);
  return found.filter(({ group }) => group !== leader?.pid);
}
