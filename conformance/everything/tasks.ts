// Tools of the everything server whose calls go on as tasks, and one beside them that never does.
// Used by `everything_server.ts` only.

import { RpcError, type Server, text, ToolError } from "../../mod.ts";
import { createTasks } from "../../src/server/tasks/create_tasks.ts";
import { pause } from "./samples.ts";

/** Milliseconds that the failing tools take. */
const JOB_MS = 1_000;

/** Uses the extension, and registers them. */
export function addTasks(server: Server): void {
  server
    .use(createTasks({ ttlMs: 600_000, pollIntervalMs: 100 }))
    .tool({
      name: "greet",
      description: "Greets somebody, at once.",
      input: { type: "object", properties: { name: { type: "string" } }, required: ["name"] },
      run: ({ name }) => text(`Hello, ${name}!`),
    })
    .tool({
      name: "slow_compute",
      description: "Computes for some seconds, as a task where the client knows of tasks.",
      input: {
        type: "object",
        properties: {
          seconds: { type: "number", minimum: 0, maximum: 60 },
          label: { type: "string" },
        },
      },
      task: "optional",
      async run({ seconds = 1, label = "nothing" }, ctx) {
        await pause(seconds * 1_000, ctx.signal);
        return text(`Computed ${label} in ${seconds} s.`);
      },
    })
    .tool({
      name: "failing_job",
      description: "Fails after a second, always as a task.",
      task: "required",
      async run(_input, ctx) {
        await pause(JOB_MS, ctx.signal);
        throw new ToolError("The job failed, as it always does.");
      },
    })
    .tool({
      name: "protocol_error_job",
      description: "Ends as a task with an error of the protocol.",
      task: "optional",
      async run(_input, ctx) {
        await pause(JOB_MS / 10, ctx.signal);
        throw new RpcError(
          -32603,
          "The job ended with an error of the protocol, as it always does.",
        );
      },
    })
    .tool({
      name: "confirm_delete",
      description: "Asks within its task before it deletes (nothing, in truth).",
      input: { type: "object", properties: { filename: { type: "string" } } },
      task: "optional",
      async run({ filename = "a file" }, ctx) {
        const { action, content } = await ctx.elicit({
          key: "confirm",
          message: `Delete ${filename}?`,
          schema: {
            type: "object",
            properties: { confirm: { type: "boolean" } },
            required: ["confirm"],
          },
        });
        return text(action === "accept" && content.confirm ? `Deleted ${filename}.` : "Kept it.");
      },
    })
    .tool({
      name: "multi_input",
      description: "Asks two things at once within its task.",
      task: "optional",
      async run(_input, ctx) {
        const [first, second] = await Promise.all([
          ctx.elicit({ key: "first", message: "The first?", schema: NAME }),
          ctx.elicit({ key: "second", message: "The second?", schema: NAME }),
        ]);
        return text(`Told ${JSON.stringify([first, second])}.`);
      },
    })
    .tool({
      name: "test_tool_with_task",
      description: "Asks for a name in the request, and greets as a task.",
      task: "required",
      taskStarts: "within",
      async run(_input, ctx) {
        const { action, content } = await ctx.elicit({
          key: "user_name",
          message: "What is your name?",
          schema: NAME,
        });
        if (action !== "accept") return text("Nobody wants to be greeted.");
        await ctx.startTask();
        await pause(JOB_MS / 10, ctx.signal);
        return text(`Hello, ${content.name ?? "whoever you are"}!`);
      },
    });
}

const NAME = { type: "object", properties: { name: { type: "string" } } } as const;
