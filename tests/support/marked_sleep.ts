// A command that sleeps in several processes, which a test can tell from all others of the machine
// by the odd length of the sleep. Used by tests only; reads /proc, so on Linux only.

import { until } from "./until.ts";

/** What the command does beside sleeping. */
export interface MarkedSleepOptions {
  /** Whether it, and all it starts, ignore SIGTERM. */
  readonly ignoresTerm?: boolean;
  /** A line that it prints first. */
  readonly prints?: string;
}

/** A command and the look at its processes. `using` kills what a failed test leaves of them. */
export interface MarkedSleep extends Disposable {
  /** A shell, a subshell and two sleeps. */
  readonly command: string;
  /** The numbers of its processes that live. */
  living(): number[];
  /** Waits until all of its processes run. */
  started(): Promise<void>;
  /** Waits until none is left and answers how many ms that took; fails after `boundMs`. */
  gone(boundMs: number): Promise<number>;
}

const PROCESSES = 4;

/** Makes a command that no other sleep on this machine looks like. */
export function markedSleep(options: MarkedSleepOptions = {}): MarkedSleep {
  const mark = `300.${crypto.getRandomValues(new Uint32Array(1))[0]}1`;
  const trap = options.ignoresTerm ? 'trap "" TERM; ' : "";
  const print = options.prints === undefined ? "" : `echo ${options.prints}; `;
  const living = () => processesWith(mark);
  return {
    command: `${trap}${print}sleep ${mark} & (sleep ${mark}; :) & wait`,
    living,
    async started() {
      await until(() => living().length === PROCESSES, 10_000, "the processes of a sleep run");
    },
    gone: (boundMs) => until(() => living().length === 0, boundMs, "no process of a sleep is left"),
    [Symbol.dispose]() {
      for (const pid of living()) Deno.kill(pid, "SIGKILL");
    },
  };
}

/** The processes whose command line holds a text; one that has ended and was not reaped has none. */
export function processesWith(mark: string): number[] {
  const found: number[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    const pid = Number(name);
    if (Number.isNaN(pid)) continue;
    try {
      if (Deno.readTextFileSync(`/proc/${pid}/cmdline`).includes(mark)) found.push(pid);
    } catch {
      continue; // It ended between the look at the folder and this one.
    }
  }
  return found;
}
