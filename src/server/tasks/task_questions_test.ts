import { assertEquals, assertMatch } from "@std/assert";
import { extensionClient } from "../../../tests/support/extension_client.ts";
import { reach, serveTasks, start, TASKS } from "../../../tests/support/tasks_served.ts";

const NAME = {
  type: "object",
  properties: { name: { type: "string" } },
  required: ["name"],
} as const;

function accept(name: unknown) {
  return { action: "accept", content: { name } };
}

Deno.test("a question within a task waits for tasks/update, and the handler just waits", async () => {
  await using served = serveTasks();
  let entered = 0;
  served.server.tool({
    name: "greet",
    task: "optional",
    async run(_input, ctx) {
      entered++;
      const answer = await ctx.elicit({ key: "who", message: "Who?", schema: NAME });
      return answer.action === "accept" ? `Hello, ${answer.content.name}!` : "Bye.";
    },
  });
  const client = served.client();
  const { taskId, resultType } = await start(client, "greet");
  assertEquals(resultType, "task");
  const asking = await reach(client, taskId, ["input_required"]);
  assertEquals(asking.inputRequests, {
    who: {
      method: "elicitation/create",
      params: { mode: "form", message: "Who?", requestedSchema: NAME },
    },
  });
  const { result } = await client.request("tasks/update", {
    taskId,
    inputResponses: { other: accept("Eve"), who: accept("Ann") },
  });
  const { _meta, ...ack } = result;
  assertEquals(ack, { resultType: "complete" });
  const done = await reach(client, taskId);
  assertEquals(done.result.content[0].text, "Hello, Ann!");
  assertEquals([done.inputRequests, entered], [undefined, 1]);
});

Deno.test("several questions lie open together, and each answer leaves the rest", async () => {
  await using served = serveTasks();
  served.server.tool({
    name: "both",
    task: "optional",
    async run(_input, ctx) {
      const [a, b] = await Promise.all([
        ctx.elicit({ key: "a", message: "A?", schema: NAME }),
        ctx.elicit({ key: "b", message: "B?", schema: NAME }),
      ]);
      return `${a.content?.name} and ${b.content?.name}`;
    },
  });
  const client = served.client();
  const { taskId } = await start(client, "both");
  const openOf = async () => {
    const { result } = await client.request("tasks/get", { taskId });
    return [result.status, Object.keys(result.inputRequests ?? {})];
  };
  await reach(client, taskId, ["input_required"]);
  assertEquals(await openOf(), ["input_required", ["a", "b"]]);
  await client.request("tasks/update", { taskId, inputResponses: { a: accept("Ann") } });
  assertEquals(await openOf(), ["input_required", ["b"]]);
  await client.request("tasks/update", {
    taskId,
    inputResponses: { a: accept("Eve"), b: accept("Bob") },
  });
  assertEquals((await reach(client, taskId)).result.content[0].text, "Ann and Bob");
});

Deno.test("a bad answer is asked for again under a new key, three times at the most", async () => {
  await using served = serveTasks();
  served.server.tool({
    name: "greet",
    task: "optional",
    run: async (_input, ctx) =>
      `${(await ctx.elicit({ key: "who", message: "Who?", schema: NAME })).action}`,
  });
  const client = served.client();
  const { taskId } = await start(client, "greet");
  for (const key of ["who", "who_2", "who_3"]) {
    const { inputRequests } = await reach(client, taskId, ["input_required"]);
    assertEquals(Object.keys(inputRequests), [key]);
    await client.request("tasks/update", { taskId, inputResponses: { [key]: accept(5) } });
  }
  const { result } = await reach(client, taskId);
  assertEquals(result.isError, true);
  assertMatch(
    result.content[0].text,
    /^The client's answer to elicitation\/create is not valid: .*name/,
  );
});

Deno.test("a task that is cancelled while it asks lets its handler go", async () => {
  await using served = serveTasks();
  let left: unknown;
  const gone = new Promise<void>((resolve) => {
    served.server.tool({
      name: "greet",
      task: "optional",
      async run(_input, ctx) {
        try {
          await ctx.elicit({ message: "Who?", schema: NAME });
        } catch (error) {
          left = error;
          throw error;
        } finally {
          resolve();
        }
      },
    });
  });
  const client = served.client();
  const { taskId } = await start(client, "greet");
  await client.request("tasks/cancel", { taskId });
  await gone;
  assertEquals((left as Error).name, "AbortError");
  const { result } = await client.request("tasks/get", { taskId });
  assertEquals([result.status, result.inputRequests], ["cancelled", undefined]);
  assertEquals(served.reported, []);
});

Deno.test("what was not declared cannot be asked within a task either: it fails with -32021", async () => {
  await using served = serveTasks();
  served.server.tool({
    name: "think",
    task: "optional",
    run: async (_input, ctx) => (await ctx.sample({ messages: "Hm?" })).model,
  });
  const client = served.client();
  const { status, error } = await reach(client, (await start(client, "think")).taskId);
  assertEquals([status, error.code], ["failed", -32021]);
  assertEquals(error.data, { requiredCapabilities: { sampling: {} } });
});

Deno.test("a task that starts within its handler comes after the questions of the request", async () => {
  await using served = serveTasks();
  let entered = 0;
  served.server.tool({
    name: "greet",
    task: "required",
    taskStarts: "within",
    async run(_input, ctx) {
      entered++;
      const first = await ctx.elicit({ key: "first", message: "First?", schema: NAME });
      if (first.action !== "accept") return "Nobody.";
      await ctx.startTask();
      await ctx.startTask(); // The second time it is there already.
      const last = await ctx.elicit({ key: "last", message: "Last?", schema: NAME });
      return `Hello, ${first.content.name} ${last.content?.name}!`;
    },
  });
  const client = served.client();
  const asking = await start(client, "greet");
  assertEquals([asking.resultType, asking.taskId], ["input_required", undefined]);
  const { requestState } = asking;
  const again = (answer: unknown) =>
    client.request("tools/call", {
      name: "greet",
      arguments: {},
      requestState,
      inputResponses: { first: answer },
    });
  const nobody = await again({ action: "decline" });
  assertEquals([nobody.result.resultType, nobody.result.content[0].text], ["complete", "Nobody."]);
  const { result: task } = await again(accept("Ann"));
  assertEquals([task.resultType, task.requestState], ["task", undefined]);
  const { inputRequests } = await reach(client, task.taskId, ["input_required"]);
  assertEquals(Object.keys(inputRequests), ["last"]);
  await client.request("tasks/update", {
    taskId: task.taskId,
    inputResponses: { last: accept("Lee") },
  });
  assertEquals((await reach(client, task.taskId)).result.content[0].text, "Hello, Ann Lee!");
  assertEquals(entered, 3);
});

Deno.test("startTask() does nothing where the call is no task, and makes none of a call that waits", async () => {
  await using served = serveTasks();
  served.server
    .tool({
      name: "plain",
      task: "optional",
      taskStarts: "within",
      async run(_input, ctx) {
        await ctx.startTask();
        return "done";
      },
    })
    .tool({
      name: "stubborn",
      task: "optional",
      taskStarts: "within",
      async run(_input, ctx) {
        await ctx.elicit({ key: "who", message: "Who?", schema: NAME }).catch(() =>
          ctx.startTask()
        );
        return "never said";
      },
    });
  const plain = extensionClient(served.handler, { capabilities: { elicitation: {} } });
  assertEquals((await start(plain, "plain")).content[0].text, "done");
  const client = served.client();
  assertEquals((await start(client, "plain")).resultType, "task");
  assertEquals((await start(client, "stubborn")).resultType, "input_required");
  assertEquals(TASKS in served.server.facts.capabilities().extensions!, true);
});

Deno.test("tasks/update wants an object of answers", async () => {
  await using served = serveTasks();
  served.server.tool({ name: "t", task: "optional", run: () => "" });
  const client = served.client();
  const { taskId } = await start(client, "t");
  for (const [inputResponses, kind] of [[[], "an array"], [undefined, "nothing"]]) {
    const { error } = await client.request("tasks/update", { taskId, inputResponses });
    assertEquals(error.code, -32602);
    assertMatch(error.message, new RegExp(`"inputResponses" must be an object: got ${kind}$`));
  }
});
