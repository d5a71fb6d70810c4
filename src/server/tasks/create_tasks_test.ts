import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { extensionClient } from "../../../tests/support/extension_client.ts";
import { openSession } from "../../../tests/support/http_client.ts";
import { serveHttp } from "../../../tests/support/http_server.ts";
import { reach, serveTasks, start, TASKS } from "../../../tests/support/tasks_served.ts";
import { RpcError } from "../../jsonrpc/errors.ts";
import { bearerTokens } from "../../transports/tokens.ts";
import { ToolError } from "../define.ts";
import { createTasks } from "./create_tasks.ts";

/** A promise and how to keep it. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => open = resolve);
  return { opened, open: () => open() };
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

Deno.test("a call becomes a task that is there at once, works, and ends with the call's result", async () => {
  await using served = serveTasks({ ttlMs: 60_000, pollIntervalMs: 250 });
  const { opened, open } = gate();
  served.server.tool({
    name: "build",
    task: "optional",
    async run() {
      await opened;
      return "Built.";
    },
  });
  const client = served.client();
  const created = await start(client, "build");
  const { taskId, createdAt, lastUpdatedAt, _meta, ...rest } = created;
  assertEquals(rest, {
    resultType: "task",
    status: "working",
    ttlMs: 60_000,
    pollIntervalMs: 250,
  });
  assertMatch(createdAt, TIME);
  assertMatch(lastUpdatedAt, TIME);
  assertMatch(taskId, /^[0-9a-f-]{36}$/);
  const { result: working } = await client.request("tasks/get", { taskId });
  assertEquals(working, { ...created, resultType: "complete" });
  open();
  const done = await reach(client, taskId);
  assertEquals(done.status, "completed");
  assertEquals(done.result, { content: [{ type: "text", text: "Built." }] });
  const { result: kept } = await client.request("tasks/get", { taskId });
  assertEquals([kept.status, kept.result, kept.resultType], ["completed", done.result, "complete"]);
});

Deno.test("a failed tool completes its task, and an error of the protocol fails it", async () => {
  await using served = serveTasks();
  served.server
    .tool({
      name: "broken",
      task: "optional",
      run: () => {
        throw new ToolError("It broke.");
      },
    })
    .tool({
      name: "wrong",
      task: "optional",
      run: () => {
        throw new RpcError(-32099, "It is wrong.", { why: "just so" });
      },
    });
  const client = served.client();
  const broken = await reach(client, (await start(client, "broken")).taskId);
  assertEquals([broken.status, broken.result.isError, broken.error], [
    "completed",
    true,
    undefined,
  ]);
  const wrong = await reach(client, (await start(client, "wrong")).taskId);
  assertEquals([wrong.status, wrong.statusMessage, wrong.result], [
    "failed",
    "It is wrong.",
    undefined,
  ]);
  assertEquals(wrong.error, { code: -32099, message: "It is wrong.", data: { why: "just so" } });
  assertEquals(served.reported, []);
});

Deno.test("arguments that are wrong are told at once, without a task", async () => {
  await using served = serveTasks();
  served.server.tool({
    name: "t",
    task: "required",
    input: { type: "object", properties: { n: { type: "integer" } } },
    run: () => "",
  });
  const result = await start(served.client(), "t", { n: "x" });
  assertEquals([result.resultType, result.isError], ["complete", true]);
  assertEquals("taskId" in result, false);
});

Deno.test("a client that knows no tasks gets the result, or -32021 where a task is required", async () => {
  await using served = serveTasks();
  for (const task of ["optional", "required", "forbidden"] as const) {
    served.server.tool({ name: task, task, run: () => "done" });
  }
  const plain = extensionClient(served.handler);
  assertEquals((await start(plain, "optional")).content[0].text, "done");
  const { status, error } = await plain.request("tools/call", { name: "required" });
  assertEquals([status, error.code], [400, -32021]);
  assertEquals(error.data, { requiredCapabilities: { extensions: { [TASKS]: {} } } });
  assertEquals((await start(served.client(), "forbidden")).content[0].text, "done");
  for (const method of ["tasks/get", "tasks/update", "tasks/cancel"]) {
    const refused = await plain.request(method, { taskId: "x", inputResponses: {} });
    assertEquals([refused.status, refused.error.code], [400, -32021]);
    assertEquals(refused.error.data, error.data);
  }
  const listened = await plain.request("subscriptions/listen", { notifications: { taskIds: [] } });
  assertEquals(listened.error.code, -32021);
});

Deno.test("a session has no tasks, whatever its client declares", async () => {
  await using served = serveTasks();
  served.server
    .tool({ name: "may", task: "optional", run: () => "done" })
    .tool({ name: "must", task: "required", run: () => "done" });
  await using http = serveHttp(served.server);
  const session = await openSession(http.url, "2025-11-25", {
    capabilities: { extensions: { [TASKS]: {} } },
  });
  assertEquals(session.opened.capabilities.extensions, undefined);
  const { result } = await session.request("tools/call", { name: "may" });
  assertEquals(result.content[0].text, "done");
  assertEquals((await session.request("tools/call", { name: "must" })).error.code, -32021);
  assertEquals((await session.request("tasks/get", { taskId: "x" })).error.code, -32601);
});

Deno.test("tasks/cancel ends a task at once and aborts its handler's signal", async () => {
  await using served = serveTasks();
  const { opened: aborted, open: onAbort } = gate();
  served.server.tool({
    name: "wait",
    task: "optional",
    async run(_input, ctx) {
      ctx.signal.addEventListener("abort", onAbort);
      await aborted;
      ctx.signal.throwIfAborted();
    },
  });
  const client = served.client();
  const { taskId } = await start(client, "wait");
  const { result } = await client.request("tasks/cancel", { taskId });
  const { _meta, ...ack } = result;
  assertEquals(ack, { resultType: "complete" });
  await aborted;
  const { result: after } = await client.request("tasks/get", { taskId });
  assertEquals([after.status, after.result, after.error], ["cancelled", undefined, undefined]);
  const again = await client.request("tasks/cancel", { taskId });
  assertEquals(again.error, undefined); // What is over is acknowledged as well.
  assertEquals(served.reported, []);
});

Deno.test("a task goes on when its client leaves", async () => {
  await using served = serveTasks();
  const { opened, open } = gate();
  served.server.tool({
    name: "t",
    task: "optional",
    async run(_input, { signal }) {
      await opened;
      return signal.aborted ? "aborted" : "went on";
    },
  });
  const client = served.client();
  const leaving = new AbortController();
  const { result } = await client.request("tools/call", { name: "t" }, { signal: leaving.signal });
  leaving.abort();
  open();
  const { result: said } = await reach(client, result.taskId);
  assertEquals(said.content[0].text, "went on");
});

Deno.test("ctx.progress() becomes the status message of a task, and log lines go nowhere", async () => {
  await using served = serveTasks();
  const { opened, open } = gate();
  served.server.tool({
    name: "t",
    task: "optional",
    async run(_input, ctx) {
      assert(ctx.wantsProgress);
      ctx.log("error", "unheard");
      ctx.progress(1, 4);
      await opened;
      ctx.progress(2, 4, "halfway");
      return "done";
    },
  });
  const client = served.client();
  const { taskId, statusMessage } = await start(client, "t");
  assertEquals(statusMessage, "1/4");
  const seen: unknown[] = [];
  const stream = client.stream("subscriptions/listen", { notifications: { taskIds: [taskId] } });
  for await (const { method, params } of stream) {
    if (method === "notifications/subscriptions/acknowledged") continue;
    assertEquals(method, "notifications/tasks");
    seen.push([params.status, params.statusMessage]);
    if (params.statusMessage === "1/4") open();
    if (params.status === "completed") break;
  }
  assertEquals(seen, [["working", "1/4"], ["working", "halfway"], ["completed", undefined]]);
});

Deno.test("a task belongs to its token: to any other there is none of that id", async () => {
  const tokens = ["a", "b"].map((name) => ({ name, token: `${name}-token-of-some-length` }));
  await using served = serveTasks({}, { auth: await bearerTokens(tokens) });
  served.server.tool({ name: "t", task: "optional", run: () => "mine" });
  const [a, b] = tokens.map(({ token }) => served.client({ token }));
  const { taskId } = await start(a!, "t");
  for (const method of ["tasks/get", "tasks/update", "tasks/cancel"]) {
    const { error } = await b!.request(method, { taskId, inputResponses: {} });
    assertEquals(error.code, -32602);
    assertMatch(error.message, /^Unknown task: got "[0-9a-f-]{36}"; a task is forgotten when/);
  }
  const stream = b!.stream("subscriptions/listen", { notifications: { taskIds: [taskId] } });
  const { value } = await stream.next();
  assertEquals(value.params.notifications, { taskIds: [] });
  await stream.return(undefined);
  assertEquals((await reach(a!, taskId)).result.content[0].text, "mine");
});

Deno.test("tasks/get wants a task that there is, and an Mcp-Name that is the task's", async () => {
  await using served = serveTasks();
  const client = served.client();
  for (const taskId of ["nonsense", 5, undefined]) {
    const { error } = await client.request("tasks/get", { taskId });
    assertEquals(error.code, -32602);
  }
  const { status, error } = await client.request("tasks/get", { taskId: "a" }, {
    headers: { "mcp-name": "b" },
  });
  assertEquals([status, error.code], [400, -32020]);
  for (const method of ["tasks/result", "tasks/list"]) {
    const gone = await client.request(method, { taskId: "a" });
    assertEquals([gone.status, gone.error.code], [404, -32601]);
  }
});

Deno.test("createTasks() and a tool's task name what they must be", () => {
  for (const ttlMs of [0, -1, 1.5, NaN, 2 ** 31]) {
    const error = assertThrows(() => createTasks({ ttlMs }), TypeError);
    assertMatch(
      error.message,
      /^Cannot make tasks: ttlMs must be an integer of 1 to 2147483647: got/,
    );
  }
  const { server } = serveTasks();
  const error = assertThrows(
    () => server.tool({ name: "t", task: "always" as "required", run: () => "" }),
    TypeError,
  );
  assertMatch(error.message, /task must be one of required, optional, forbidden: got "always"$/);
});
