// What a command started is gone when its call ends before its time, however its processes stand to
// it, and however the end comes: asked of the program under the runtime.

import { deepEqual, equal, match, ok } from "node:assert/strict";
import type { Case, Context, Program } from "./contract.ts";
import { modernClient, openSession } from "./mcp_client.ts";
import { killMarked, newMark, processesWith, seesProcesses, until } from "./processes.ts";
import { stdioTalk } from "./stdio_talk.ts";

/** The processes of commands: a child, one that does not listen, one with a session of its own. */
const TREES: { readonly [name: string]: (mark: string) => string } = {
  "its children": (mark) => `sleep ${mark} & sleep ${mark}; :`,
  "what ignores SIGTERM": (mark) => `trap "" TERM; sleep ${mark} & sleep ${mark}; :`,
  "what left its session": (mark) => `setsid sleep ${mark} & sleep ${mark}; :`,
};
/** Sleeps that each of them starts. */
const SLEEPS = 2;

/** The cases. */
export const CANCEL_SUITE: readonly Case[] = [
  ...Object.entries(TREES).flatMap(([what, tree]): Case[] => [
    {
      name: `a notification ends ${what}`,
      run: (context) =>
        ends(context, tree, async ({ port }, command) => {
          const session = await openSession(port);
          const call = session.call("shell", { command }, { id: 3 });
          return async () => {
            await session.notify("notifications/cancelled", { requestId: 3 });
            equal((await call).error.code, -32800);
          };
        }),
    },
    {
      name: `a disconnect ends ${what}`,
      run: (context) =>
        ends(context, tree, async ({ port }, command) => {
          const params = { name: "shell", arguments: { command: `echo begun; ${command}` } };
          const meta = { progressToken: "p" };
          const answer = await modernClient(port).send("tools/call", params, { meta });
          match(JSON.stringify(await answer.next()), /begun/);
          return () => answer.connection.close();
        }),
    },
    {
      name: `a time limit ends ${what}`,
      run: (context) =>
        ends(context, tree, ({ port }, command) => {
          const call = modernClient(port).call("shell", { command, timeout_s: 0.5 });
          return Promise.resolve(async () => {
            const { result } = await call;
            deepEqual([result.structuredContent.timed_out, result.isError], [true, true]);
          });
        }),
    },
  ]),
  {
    name: "a notification over stdio ends what a command started, and nothing is answered",
    async run(context) {
      if (!seesProcesses(context)) return;
      const mark = newMark();
      context.after(() => killMarked(mark));
      const program = await context.start(["stdio"]);
      const talk = stdioTalk(program);
      await talk.initialize();
      talk.call(5, "shell", { command: TREES["what ignores SIGTERM"]!(mark) });
      await until(() => sleeping(mark), "the command runs");
      talk.send({ method: "notifications/cancelled", params: { requestId: 5 } });
      await until(() => processesWith(mark).length === 0, "nothing of the command is left");
      talk.call(6, "ping");
      equal((await talk.receive()).id, 6);
      program.stdin.end();
      equal(await talk.receive(), undefined);
      deepEqual(await program.exited, { code: 0, signal: null });
    },
  },
  {
    name: "what a shell leaves in the background lives on, and ends with the server",
    async run(context) {
      if (!seesProcesses(context)) return;
      const mark = newMark();
      context.after(() => killMarked(mark));
      const program = await context.start(["serve"]);
      const { result } = await modernClient(program.port)
        .call("shell", { command: `sleep ${mark} & setsid sleep ${mark} & echo left` });
      match(result.content[0].text, /left/);
      await until(() => sleeping(mark), "both sleep");
      program.kill("SIGTERM");
      deepEqual(await program.exited, { code: 0, signal: null });
      deepEqual(processesWith(mark), []);
    },
  },
  {
    name: "what a command printed before its time was over is answered",
    async run({ start }) {
      const { port } = await start(["serve"]);
      const args = { command: "echo before; sleep 60", timeout_s: 0.5 };
      const { result } = await modernClient(port).call("shell", args);
      match(result.content[0].text, /before/);
      ok(result.structuredContent.duration_ms < 10_000);
    },
  },
];

/** Starts the command by `begin`, and sees that nothing of it is left once `cancel` was called. */
async function ends(
  context: Context,
  tree: (mark: string) => string,
  begin: (program: Program, command: string) => Promise<() => unknown>,
): Promise<void> {
  if (!seesProcesses(context)) return;
  const mark = newMark();
  context.after(() => killMarked(mark));
  const program = await context.start(["serve"]);
  const cancel = await begin(program, tree(mark));
  await until(() => sleeping(mark), "the command runs");
  await cancel();
  await until(() => processesWith(mark).length === 0, "nothing of the command is left");
  equal((await modernClient(program.port).call("ping")).result.content[0].text, "pong");
}

function sleeping(mark: string): boolean {
  return processesWith(`sleep\0${mark}`).length === SLEEPS;
}
