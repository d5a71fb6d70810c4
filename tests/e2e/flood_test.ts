// A command that prints without end costs the server neither its memory nor the time of others.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { lacksProc } from "../support/lacks.ts";
import { startServer } from "../support/program.ts";
import { ask, modernPost } from "./http_talk.ts";

const FLOOD_S = 5;
const MORE_MIB = 48;
const ANSWER_MS = 50;

Deno.test("a flood of output leaves the server's memory small and its answers quick", async () => {
  if (lacksProc()) return;
  await using server = await startServer();
  const ping = async () => {
    const start = performance.now();
    const answer = await ask(server.url, modernPost("ping", "ping", {}));
    assertEquals(answer.result.content[0].text, "pong");
    return performance.now() - start;
  };
  await ask(server.url, modernPost("warm", "shell", { command: "yes | head -c 1000000" }));
  for (let i = 0; i < 200; i++) await ping();

  const before = residentMib(server.pid);
  let peak = before;
  const times: number[] = [];
  const arguments_ = { command: "yes", timeout_s: FLOOD_S };
  let flooding = true;
  const flood = ask(server.url, modernPost("flood", "shell", arguments_, { progressToken: 1 }))
    .finally(() => flooding = false);
  while (flooding) {
    times.push(await ping());
    peak = Math.max(peak, residentMib(server.pid));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const { result } = await flood;
  assertEquals(result.structuredContent.timed_out, true);
  assertStringIncludes(result.content[0].text, "the first 64 MiB of the output are in ");

  times.sort((a, b) => a - b);
  const slow = times[Math.floor(times.length * 0.99)]!;
  assert(slow < ANSWER_MS, `of ${times.length} answers one in a hundred took over ${slow} ms`);
  assert(peak - before < MORE_MIB, `it took ${Math.round(peak - before)} MiB more`);
});

function residentMib(pid: number): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}
