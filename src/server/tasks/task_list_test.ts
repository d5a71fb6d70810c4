import { assert, assertEquals, assertMatch } from "@std/assert";
import { reach, serveTasks, start } from "../../../tests/support/tasks_served.ts";
import { until } from "../../../tests/support/until.ts";
import { bearerTokens } from "../../transports/tokens.ts";
import { memoryTaskStore, type TaskStore } from "./create_tasks.ts";

/** A handler that waits for its signal. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason), { once: true })
  );
}

Deno.test("as many tasks of a token run as may, and the next is told what to do", async () => {
  const tokens = ["a", "b"].map((name) => ({ name, token: `${name}-token-of-some-length` }));
  await using served = serveTasks({ maxRunning: 2 }, { auth: await bearerTokens(tokens) });
  served.server.tool({
    name: "wait",
    task: "optional",
    run: (_i, { signal }) => untilAborted(signal),
  });
  const [a, b] = tokens.map(({ token }) => served.client({ token }));
  const first = await start(a!, "wait");
  await start(a!, "wait");
  const refused = await start(a!, "wait");
  assertEquals([refused.resultType, refused.isError], ["complete", true]);
  assertMatch(refused.content[0].text, /^Too many tasks: 2 run already, which is the most; wait/);
  assertEquals((await start(b!, "wait")).resultType, "task");
  await a!.request("tasks/cancel", { taskId: first.taskId });
  assertEquals((await start(a!, "wait")).resultType, "task");
});

Deno.test("as many results of a token are kept as may, until their time is over", async () => {
  await using served = serveTasks({ maxTasks: 2, ttlMs: 300 });
  served.server.tool({ name: "t", task: "optional", run: () => "kept" });
  const client = served.client();
  const { taskId } = await start(client, "t");
  await start(client, "t");
  const refused = await start(client, "t");
  assertMatch(
    refused.content[0].text,
    /the results of 2 are kept already, which is the most; they/,
  );
  assertEquals(
    (await client.request("tasks/get", { taskId })).result.result.content[0].text,
    "kept",
  );
  await until(
    async () => (await client.request("tasks/get", { taskId })).error?.code === -32602,
    5_000,
    "the task was forgotten",
  );
  assertEquals((await start(client, "t")).resultType, "task");
});

Deno.test("a task that still runs when its time is over is cancelled", async () => {
  await using served = serveTasks({ ttlMs: 50 });
  let reason: unknown;
  served.server.tool({
    name: "wait",
    task: "optional",
    run: (_input, { signal }) => untilAborted(signal).catch((error) => reason = error.message),
  });
  const client = served.client();
  const { taskId } = await start(client, "wait");
  const { status, statusMessage } = await reach(client, taskId);
  assertEquals([status, statusMessage], ["cancelled", "The time of the task is over"]);
  await until(() => reason !== undefined, 5_000, "the handler was told");
  assertEquals(reason, "The time allowed for the request is over");
});

Deno.test("the end of the server ends its tasks, and waits for their handlers", async () => {
  const served = serveTasks();
  const ended: string[] = [];
  served.server.tool({
    name: "wait",
    task: "optional",
    async run(_input, { signal }) {
      await untilAborted(signal).catch((error) => assertEquals(error, signal.reason));
      await new Promise((resolve) => setTimeout(resolve, 10));
      ended.push(signal.reason.message);
    },
  });
  await start(served.client(), "wait");
  await served.handler.close({ drainMs: 1 });
  assertEquals(ended, ["The server is ending"]);
  assertEquals(served.reported, []);
});

Deno.test("the end of the server does not wait for ever for a handler that never returns", async () => {
  const served = serveTasks();
  served.server.tool({ name: "stuck", task: "optional", run: () => new Promise<void>(() => {}) });
  await start(served.client(), "stuck");
  const started = performance.now();
  await served.handler.close({ drainMs: 1 });
  assert(performance.now() - started < 10_000);
});

Deno.test("a client gets its task only when the store has it, and nothing when it has not", async () => {
  const inner = memoryTaskStore();
  let failing = false;
  let saved = 0;
  const slow: TaskStore = {
    ...inner,
    async save(record) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (failing) throw new Error("The disk is full");
      saved++;
      return inner.save(record);
    },
    load: (taskId) => Promise.resolve(inner.load(taskId)),
  };
  await using served = serveTasks({ store: slow, maxRunning: 1 });
  served.server.tool({ name: "t", task: "optional", run: () => "done" });
  const client = served.client();
  const { taskId } = await start(client, "t");
  assert(saved >= 1);
  await until(
    async () => (await client.request("tasks/get", { taskId })).result.status === "completed",
    5_000,
    "the task was completed",
  );
  failing = true;
  for (let i = 0; i < 2; i++) { // A task that was never made takes nobody's place.
    const { error } = await client.request("tools/call", { name: "t" });
    assertEquals([error.code, error.message], [-32603, "Internal error: the server failed"]);
  }
  assertEquals(served.reported.map((error) => (error as Error).message), [
    "The disk is full",
    "The disk is full",
  ]);
});
