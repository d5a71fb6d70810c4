// What tests of load measure: how long pings take meanwhile, and how much memory a program has.
// Used by tests only; reads /proc, so on Linux only.

import { assertEquals } from "@std/assert";
import { ask, modernPost } from "../e2e/http_talk.ts";

/** Calls `ping` one after the other, with pauses, and answers the sorted ms of each. */
export async function pings(
  url: string,
  count: number,
  goOn: () => boolean = () => true,
  pauseMs = 2,
): Promise<number[]> {
  const took: number[] = [];
  while (took.length < count && goOn()) {
    const start = performance.now();
    const { result } = await ask(url, modernPost(took.length, "ping", {}));
    took.push(performance.now() - start);
    assertEquals(result.content[0].text, "pong");
    await new Promise((resolve) => setTimeout(resolve, pauseMs)); // Others want their turn, too.
  }
  return took.sort((a, b) => a - b);
}

/** The figure below which a part of sorted ones lies: 0.5 is the median. */
export function at(sorted: readonly number[], part: number): number {
  return sorted[Math.floor(part * (sorted.length - 1))] ?? NaN;
}

/** Bytes that /proc tells of a process under a name. */
export function memory(pid: number, name: "VmRSS" | "VmHWM"): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) * 1024;
}

/** Makes VmHWM, the peak of a process's memory, start anew from now. */
export function forgetPeak(pid: number): void {
  Deno.writeTextFileSync(`/proc/${pid}/clear_refs`, "5");
}
