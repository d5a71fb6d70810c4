import { assert, assertEquals, assertRejects } from "@std/assert";
import { openRuntime } from "../src/runtime/open_runtime.ts";
import { SpawnError } from "../src/runtime/runtime.ts";
import { ProcessRegistry } from "./process_registry.ts";
import { runProcess } from "./run_process.ts";
import { running, uniqueSleep } from "./testing/running.ts";

const runtime = await openRuntime();

function options(script: string) {
  return {
    command: "sh",
    args: ["-c", script],
    env: { PATH: runtime.env("PATH") ?? "/usr/bin:/bin" },
    timeoutMs: 10_000,
    signal: new AbortController().signal,
    onOutput: (_bytes: Uint8Array) => Promise.resolve(),
  };
}

Deno.test("runProcess() gives the bytes and the exit of a program", async () => {
  let text = "";
  const { how, exit, gone, rest } = await runProcess(new ProcessRegistry(runtime), {
    ...options("cat; exit 7"),
    stdin: "bytes",
    onOutput: (bytes) => Promise.resolve(void (text += new TextDecoder().decode(bytes))),
  });
  assertEquals({ text, how, exit, gone, rest }, {
    text: "bytes",
    how: "exited",
    exit: { code: 7, signal: undefined },
    gone: true,
    rest: undefined,
  });
});

Deno.test("runProcess() rejects when there is no such program, and leaves nothing", async () => {
  const wanted = { ...options(""), command: "/nowhere/program" };
  await assertRejects(() => runProcess(new ProcessRegistry(runtime), wanted), SpawnError);
});

Deno.test("runProcess() waits for onOutput before it reads on", async () => {
  let going = 0;
  let most = 0;
  await runProcess(new ProcessRegistry(runtime), {
    ...options("for i in 1 2 3 4 5; do echo $i; sleep 0.01; done"),
    onOutput: async () => {
      most = Math.max(most, ++going);
      await new Promise((resolve) => setTimeout(resolve, 20));
      going--;
    },
  });
  assertEquals(most, 1);
});

Deno.test("runProcess() ends the program and rejects when onOutput fails", async () => {
  const seconds = uniqueSleep();
  const processes = new ProcessRegistry(runtime);
  const run = runProcess(processes, {
    ...options(`echo go; exec sleep ${seconds}`),
    timeoutMs: 60_000,
    onOutput: () => Promise.reject(new Error("the disk is on fire")),
  });
  await assertRejects(() => run, Error, "the disk is on fire");
  assertEquals(await running(seconds), []);
});

Deno.test("runProcess() gives the output that comes after the end, as long as it comes", async () => {
  let text = "";
  const processes = new ProcessRegistry(runtime);
  const fifo = await Deno.makeTempDir() + "/fifo";
  const { rest, how } = await runProcess(processes, {
    ...options(`mkfifo ${fifo}; cat ${fifo} & echo now`),
    onOutput: (bytes) => Promise.resolve(void (text += new TextDecoder().decode(bytes))),
  });
  assertEquals([text, how], ["now\n", "exited"]);
  assert(rest !== undefined);
  await Deno.writeTextFile(fifo, "later\n");
  await rest;
  assertEquals(text, "now\nlater\n");
  await Deno.remove(fifo.replace(/\/fifo$/, ""), { recursive: true });
});
