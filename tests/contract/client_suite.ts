// The client under the runtime: connected to a server over HTTP and to a command that it starts, and
// lmcp's own commands that use it. What it leaves behind is looked for.

import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import process from "node:process";
import { type Client, ClientError, command, connect } from "../../src/client/mod.ts";
import { defineTool, text } from "../../mod.ts";
import type { Case, Context } from "./contract.ts";
import { memoryOf, openFilesOf, processesWith, seesProcesses, until } from "./processes.ts";
import { openGate, serveTools } from "./served.ts";

const MIB = 1024 * 1024;

/** The cases. */
export const CLIENT_SUITE: readonly Case[] = [
  {
    name: "a call over HTTP gives its result, its progress and its log, in both eras",
    async run(context) {
      const url = await serve(context);
      for (const era of ["modern", "session"] as const) {
        await using client = await connect(url, { era });
        const names = (await client.listTools().all()).map(({ name }) => name);
        deepEqual(names, ["echo", "steps", "wait"]);
        deepEqual((await client.callTool("echo", { said: "Zoë 🎉" })).content, [
          { type: "text", text: "Zoë 🎉" },
        ]);
        const seen: unknown[] = [];
        const logged: unknown[] = [];
        await client.callTool("steps", {}, {
          onProgress: ({ progress }) => seen.push(progress),
          onLog: ({ data }) => logged.push(data),
        });
        deepEqual([era, seen], [era, [1, 2, 3]]);
        deepEqual([era, logged], [era, ["done"]]);
      }
    },
  },
  {
    name: "a command is started, called, and gone when the client is closed",
    async run(context) {
      const client = await connect(target(context));
      const { content } = await client.callTool("shell", { command: "echo $PPID" });
      const [first] = content;
      ok(first?.type === "text");
      const pid = Number(first.text);
      const running = () => context.runtime.kill(pid, 0);
      equal(running(), true);
      await client.close();
      await until(() => !running(), "the command is gone");
      await rejects(client.callTool("ping"), isClosed);
    },
  },
  {
    name: "a call that is aborted or late is cancelled on the server",
    async run(context) {
      const over = [openGate(), openGate()];
      let calls = 0;
      const url = await serve(context, (signal) => {
        const gate = over[calls++];
        signal.addEventListener("abort", () => gate?.open());
        return new Promise((_, reject) =>
          signal.addEventListener("abort", () => reject(signal.reason))
        );
      });
      await using client = await connect(url);
      const stop = new AbortController();
      const call = client.callTool("wait", {}, { signal: stop.signal });
      await until(() => calls === 1, "the call has come");
      stop.abort();
      await rejects(call, (error) => error instanceof ClientError && error.code === "cancelled");
      await over[0]?.opened;
      await rejects(
        client.callTool("wait", {}, { timeoutMs: 100 }),
        (error) => error instanceof ClientError && error.code === "timeout",
      );
      await over[1]?.opened;
    },
  },
  {
    name: "a call of a command that is aborted leaves nothing of it",
    async run(context) {
      if (!seesProcesses(context)) return;
      const mark = `300.${crypto.getRandomValues(new Uint32Array(1))[0]}7`;
      await using client = await connect(target(context));
      const stop = new AbortController();
      const call = client.callTool("shell", { command: `sleep ${mark}; :` }, {
        signal: stop.signal,
      });
      await until(() => processesWith(`sleep\0${mark}`).length === 1, "the command runs");
      stop.abort();
      await rejects(call, (error) => error instanceof ClientError && error.code === "cancelled");
      await until(() => processesWith(mark).length === 0, "nothing of it is left");
    },
  },
  {
    name: "a question is answered by a callback, in both eras",
    async run(context) {
      const served = await serveTools(context, [{
        name: "ask",
        async run(_input, ctx) {
          const { content } = await ctx.elicit({ message: "Who?", schema: FORM });
          return text(`Hello, ${content?.name}!`);
        },
      }]);
      for (const era of ["modern", "session"] as const) {
        await using client = await connect(urlOf(served.port), {
          era,
          onElicit: () => ({ action: "accept", content: { name: "Ada" } }),
        });
        const { content } = await client.callTool("ask");
        deepEqual([era, content], [era, [{ type: "text", text: "Hello, Ada!" }]]);
      }
    },
  },
  {
    name: "a server that is not there, and one that ends at once, are errors that say so",
    async run({ runtime }) {
      await rejects(
        connect("http://127.0.0.1:9/mcp"),
        (error) => error instanceof ClientError && error.code === "refused" && !error.sent,
      );
      await rejects(
        connect(command(runtime, ["no-such-program-anywhere"])),
        (error) => error instanceof ClientError && error.code === "refused" && !error.sent,
      );
      await rejects(
        connect(command(runtime, ["sh", "-c", "echo no config >&2; exit 7"])),
        (error) =>
          error instanceof ClientError && /code 7; it said: no config$/.test(error.message),
      );
    },
  },
  {
    name: "a client that calls, notifies, is aborted and connects again keeps nothing of it",
    async run(context) {
      if (!seesProcesses(context)) return;
      const url = await serve(context);
      const client = await connect(url, { era: "session", onLog: () => {} });
      context.after(() => client.close());
      const stop = new AbortController();
      await use(client, stop.signal, 500);
      const before = { memory: memoryOf(process.pid), files: openFilesOf(process.pid) };
      await use(client, stop.signal, 1_000);
      for (let times = 0; times < 20; times++) await (await connect(url)).close();
      // Some runtimes take much before they collect; what is kept of each call would be more.
      const grown = memoryOf(process.pid) - before.memory;
      ok(grown < 160 * MIB, `${grown / MIB} MiB more`);
      await until(() => openFilesOf(process.pid) <= before.files + 8, "descriptors are let go");
    },
  },
  {
    name: "lmcp list and lmcp call speak to a server that they start, and leave input to others",
    async run(context) {
      const { start, commands } = context;
      const words = [...commands.lmcp, "stdio", "--tools", "ping"];
      const called = await start(["call", "ping", "--", ...words]);
      equal(await textOf(called.stdout), "pong\n");
      deepEqual(await called.exited, { code: 0, signal: null });
      const listed = await start(["list", "--", ...words]);
      match(await textOf(listed.stdout), /^\S+ \S+ \(protocol \S+\)\n\nTools \(1\)\n {2}ping\n/);
      deepEqual(await listed.exited, { code: 0, signal: null });
      const quoted = [...commands.lmcp, "call", "ping", "--", ...words].map((word) => `'${word}'`);
      const child = context.runtime.spawn("sh", {
        args: ["-c", `printf 'a\\nb\\n' | { ${quoted.join(" ")}; cat; }`],
        env: context.runtime.environ(),
        stdin: "closed",
        stdout: "piped",
        stderr: "ignored",
      });
      equal(await new Response(child.stdout).text(), "pong\na\nb\n");
      await child.exited;
    },
  },
];

const FORM = {
  type: "object",
  properties: { name: { type: "string" } },
  required: ["name"],
} as const;

/** Serves what the cases call; `wait` runs for the tool of that name. */
async function serve(
  context: Context,
  wait: (signal: AbortSignal) => Promise<string> = () => Promise.resolve("no"),
): Promise<string> {
  const echo = defineTool({
    name: "echo",
    input: { type: "object", properties: { said: { type: "string" } }, required: ["said"] },
    run: ({ said }) => text(said),
  });
  const { port } = await serveTools(context, [echo, {
    name: "steps",
    async run(_input, ctx) {
      for (let step = 1; step <= 3; step++) await ctx.progress(step, 3);
      await ctx.log("warning", "done");
      return "done";
    },
  }, { name: "wait", run: (_input, ctx) => wait(ctx.signal) }]);
  return urlOf(port);
}

/** Calls and notifies, on a signal that outlives all of it. */
async function use(client: Client, signal: AbortSignal, times: number): Promise<void> {
  for (let at = 0; at < times; at++) {
    await client.callTool("echo", { said: "x".repeat(100_000) }, { signal });
    if (at % 5 === 0) await client.notify("notifications/roots/list_changed");
  }
}

function target({ runtime, commands, folder }: Context) {
  return command(runtime, [...commands.lmcp, "stdio"], { env: { XDG_STATE_HOME: folder } });
}

function urlOf(port: number): string {
  return `http://127.0.0.1:${port}/mcp`;
}

function isClosed(error: unknown): boolean {
  return error instanceof ClientError && error.code === "closed" && !error.sent;
}

async function textOf(stream: AsyncIterable<unknown>): Promise<string> {
  let said = "";
  for await (const chunk of stream) said += String(chunk);
  return said;
}
