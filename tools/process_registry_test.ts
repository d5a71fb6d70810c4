import { assert, assertEquals, assertThrows } from "@std/assert";
import { openRuntime } from "../src/runtime/open_runtime.ts";
import type { SpawnOptions } from "../src/runtime/runtime.ts";
import { ToolError } from "../src/server/define.ts";
import { CALL_MARK, MarkedProcesses } from "./marked_processes.ts";
import { ProcessRegistry } from "./process_registry.ts";
import { running, uniqueSleep } from "./testing/running.ts";

const linux = Deno.build.os === "linux";
const runtime = await openRuntime();

function script(text: string): SpawnOptions {
  return {
    args: ["-c", text],
    env: { PATH: runtime.env("PATH") ?? "/usr/bin:/bin" },
    stdin: "closed",
    stdout: "ignored",
    stderr: "ignored",
  };
}

/** Starts a program that waits; it is there, and nothing else before it, when this resolves. */
async function startWaiting(processes: ProcessRegistry): Promise<number> {
  const options = { ...script("echo; read -r line"), stdin: "piped", stdout: "piped" } as const;
  const { child } = processes.spawn("sh", options);
  const reader = child.stdout!.getReader();
  await reader.read();
  await reader.cancel();
  return child.pid;
}

Deno.test("ProcessRegistry ends one tree and leaves the others alone", async () => {
  const processes = new ProcessRegistry(runtime);
  const [first, second] = [uniqueSleep(), uniqueSleep()];
  const tree = processes.spawn("sh", script(`sleep ${first} & sleep ${first}`));
  const other = processes.spawn("sh", script(`sleep ${second}`));
  assertEquals(await Promise.all([tree.end(), tree.end()]), [true, true]);
  assertEquals(await running(first), []);
  assertEquals(other.child.groupAlive(), true);
  await processes.closeAll();
  assertEquals(await running(second), []);
  assertEquals((await other.child.exited).signal, "SIGTERM");
});

Deno.test("ProcessRegistry starts nothing once it is closed", async () => {
  const processes = new ProcessRegistry(runtime);
  await Promise.all([processes.closeAll(), processes.closeAll()]);
  assertThrows(() => processes.spawn("true", script("")), ToolError, "server is ending");
});

Deno.test({
  name: "ProcessRegistry marks what it starts, each with its own mark",
  ignore: !linux,
  fn: async () => {
    const processes = new ProcessRegistry(runtime);
    const pids: number[] = [];
    for (let i = 0; i < 12; i++) {
      pids.push(await startWaiting(processes));
    }
    const environs = pids.map((pid) => Deno.readTextFileSync(`/proc/${pid}/environ`));
    const marks = environs.map((text) => text.split("\0").find((v) => v.startsWith(CALL_MARK))!);
    assertEquals(new Set(marks).size, 12);
    for (const [i, mark] of marks.entries()) {
      const found = await new MarkedProcesses(runtime, CALL_MARK).find(
        mark.slice(CALL_MARK.length + 1),
      );
      assertEquals(found.map(({ pid, group }) => [pid, group]), [[pids[i], pids[i]]]);
    }
    await processes.closeAll();
    for (const pid of pids) assert(!runtime.kill(pid, 0), `${pid} is still there`);
  },
});

Deno.test({
  name: "MarkedProcesses answers each of many that ask at once with what is there by then",
  ignore: !linux,
  fn: async () => {
    const marked = new MarkedProcesses(runtime, CALL_MARK);
    const processes = new ProcessRegistry(runtime);
    const marks: string[] = [];
    const asked = Array.from({ length: 8 }, async () => {
      const environ = Deno.readTextFileSync(`/proc/${await startWaiting(processes)}/environ`);
      const mark = environ.match(/LMCP_CALL_ID=([^\0]*)/)![1]!;
      marks.push(mark);
      const found = await marked.find(mark);
      assertEquals(found.map((each) => each.mark), [mark]);
    });
    await Promise.all(asked);
    assertEquals(await marked.find(crypto.randomUUID()), []);
    await processes.closeAll();
    assertEquals(await marked.find(marks[0]!), []);
  },
});
