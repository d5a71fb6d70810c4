// What cases must see of processes: which ones a command left, and what one holds of the machine.
// Reads /proc, so on Linux only; a case asks `seesProcesses()` first.

import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import type { Context } from "./contract.ts";

const LOOK_MS = 10;

/** A mark that the command line of no other process holds: the odd length of a sleep. */
export function newMark(): string {
  return `300.${crypto.getRandomValues(new Uint32Array(1))[0]}3`;
}

/** Whether the processes of the machine can be seen; a case that needs them returns where not. */
export function seesProcesses({ lacks }: Context): boolean {
  return !lacks("/proc, so Linux", process.platform === "linux");
}

/** The processes whose command line holds a mark; one that ended and was not reaped has none. */
export function processesWith(mark: string): number[] {
  return readdirSync("/proc").map(Number).filter((pid) => {
    return pid > 0 && readProc(pid, "cmdline").includes(mark);
  });
}

/** Ends the processes that hold a mark: for what a case that failed leaves. */
export function killMarked(mark: string): void {
  for (const pid of processesWith(mark)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      continue; // It ended in between.
    }
  }
}

/** Bytes that a process holds in memory. */
export function memoryOf(pid: number): number {
  return Number(/^VmRSS:\s*(\d+) kB$/m.exec(readProc(pid, "status"))?.[1]) * 1_024;
}

/** How many descriptors a process has open. */
export function openFilesOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    return ""; // It ended in between.
  }
}

/** Waits for what no event tells of; fails with `what` after `boundMs`. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
  boundMs = 20_000,
): Promise<void> {
  const start = performance.now();
  while (!await holds()) {
    if (performance.now() - start > boundMs) throw new Error(`Waited ${boundMs} ms until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
