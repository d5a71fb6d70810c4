// Much at once, large bodies, connections that stay, readers that stall, and what is left open after
// all of it: over sockets of the runtime.

import { deepEqual, equal, match, ok } from "node:assert/strict";
import { defineTool, text } from "../../mod.ts";
import type { Case } from "./contract.ts";
import { connectTo } from "./http_connection.ts";
import { type Message, modernClient, openSession, POST_HEADERS } from "./mcp_client.ts";
import { memoryOf, openFilesOf, seesProcesses, until } from "./processes.ts";
import { openGate, serveTools } from "./served.ts";

const MIB = 1024 * 1024;
/** Descriptors that a runtime may open for itself in between. */
const SLACK = 4;

const ECHO = defineTool({
  name: "echo",
  input: { type: "object", properties: { value: { type: "string" } }, required: ["value"] },
  run: ({ value }) => text(value),
});

/** The cases. */
export const LOAD_SUITE: readonly Case[] = [
  {
    name: "200 calls at once are all answered, each with its own answer",
    async run(context) {
      const { port, reported } = await serveTools(context, [ECHO]);
      const session = await openSession(port);
      const modern = modernClient(port);
      const answers = await Promise.all(
        Array.from(
          { length: 200 },
          (_, at) => (at % 2 === 0 ? modern : session).call("echo", { value: `v${at}` }),
        ),
      );
      deepEqual(
        answers.map(({ result }) => result.content[0].text),
        Array.from({ length: 200 }, (_, at) => `v${at}`),
      );
      deepEqual(reported, []);
    },
  },
  {
    name: "200 calls of the program at once are all answered",
    async run({ start }) {
      const { port } = await start(["serve"]);
      const client = modernClient(port);
      const answers = await Promise.all(
        Array.from(
          { length: 200 },
          (_, at) =>
            at % 20 === 0
              ? client.call("shell", { command: `sleep 0.1; echo pong` })
              : client.call("ping"),
        ),
      );
      for (const { result } of answers) match(result.content[0].text, /pong/);
    },
  },
  {
    name: "large bodies go both ways, as JSON and as a stream",
    async run(context) {
      const { port } = await serveTools(context, [ECHO]);
      const { port: streaming } = await serveTools(context, [ECHO], { answers: "stream" });
      const value = `${"ä".repeat(3 * MIB)}end`;
      for (const each of [port, streaming]) {
        for (const client of [modernClient(each), await openSession(each)]) {
          const { result } = await client.call("echo", { value });
          ok(result.content[0].text === value);
        }
      }
    },
  },
  {
    name: "a connection carries one exchange after another",
    async run(context) {
      const { port } = await serveTools(context, [ECHO]);
      const client = modernClient(port);
      const connection = await connectTo(port);
      for (let at = 0; at < 100; at++) {
        const value = "x".repeat(at * 100);
        const { result } = await client.call("echo", { value }, { on: connection });
        equal(result.content[0].text, value);
      }
      // A refusal and a stream leave the connection as it was.
      const refused = await connection.exchange({ path: "/no", headers: POST_HEADERS, body: "{}" });
      equal(refused.status, 404);
      await refused.text();
      const meta = { progressToken: "p" };
      const streamed = await client.call("echo", { value: "last" }, { on: connection, meta });
      equal(streamed.result.content[0].text, "last");
      connection.close();
    },
  },
  {
    name: "requests that do not wait for answers are answered in their order",
    async run(context) {
      const { port } = await serveTools(context, [ECHO]);
      const connection = await connectTo(port);
      for (let id = 1; id <= 20; id++) {
        const params = { name: "echo", arguments: { value: `v${id}` } };
        const body = JSON.stringify({ jsonrpc: "2.0", id, method: "tools/call", params });
        connection.send({ headers: POST_HEADERS, body });
      }
      const seen: Message[] = [];
      for (let id = 1; id <= 20; id++) {
        seen.push(JSON.parse(await (await connection.reply()).text()));
      }
      deepEqual(
        seen.map(({ id, result }) => `${id} ${result.content[0].text}`),
        Array.from({ length: 20 }, (_, at) => `${at + 1} v${at + 1}`),
      );
      connection.close();
    },
  },
  {
    name: "a client that reads nothing is cut off, holds up nobody, and costs bounded memory",
    async run(context) {
      if (!seesProcesses(context)) return;
      const program = await context.start(["serve"]);
      const client = modernClient(program.port);
      await client.call("shell", { command: "head -c 1000000 /dev/zero | tr '\\0' x" });
      const before = memoryOf(program.pid);
      const stalled = await connectTo(program.port);
      stalled.socket.pause();
      // It prints until its output is cut off: 2 GB, if nobody ends it.
      const command = "yes 0123456789012345678901234567890123456789 | head -c 2000000000";
      const params = { name: "shell", arguments: { command } };
      const sent = client.send("tools/call", params, {
        on: stalled,
        meta: { progressToken: "p" },
      }).catch(() => undefined);
      let grown = 0;
      for (let at = 0; at < 20; at++) {
        equal((await client.call("ping")).result.content[0].text, "pong");
        grown = Math.max(grown, memoryOf(program.pid) - before);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      ok(grown < 250 * MIB, `${Math.round(grown / MIB)} MiB more`);
      stalled.close();
      await sent;
    },
  },
  {
    name: "a modern call whose client reads nothing is cancelled once too much waits for it",
    async run(context) {
      const ended = openGate();
      const reasons: string[] = [];
      const pour = defineTool({
        name: "pour",
        async run(_input, ctx) {
          const message = "x".repeat(100_000);
          for (let at = 1; !ctx.signal.aborted; at++) {
            ctx.progress(at, undefined, message);
            await new Promise((resolve) => setTimeout(resolve, 1));
          }
          reasons.push((ctx.signal.reason as Error).message);
          ended.open();
          return "";
        },
      });
      const { port } = await serveTools(context, [pour]);
      const stalled = await connectTo(port);
      stalled.socket.pause();
      const call = modernClient(port).send("tools/call", { name: "pour" }, {
        on: stalled,
        meta: { progressToken: "p" },
      }).catch(() => undefined);
      await ended.opened;
      deepEqual(reasons, ["The client is gone"]);
      stalled.close();
      await call;
    },
  },
  {
    name: "a flood of notifications drops the oldest, and never the answer",
    async run(context) {
      const steps = 5_000;
      const flood = defineTool({
        name: "flood",
        run(_input, ctx) {
          for (let at = 1; at <= steps; at++) ctx.progress(at, steps);
          return "done";
        },
      });
      const { port } = await serveTools(context, [flood]);
      const meta = { progressToken: "p" };
      const answer = await modernClient(port).send("tools/call", { name: "flood" }, { meta });
      const messages = await answer.all();
      equal(messages.at(-1).result.content[0].text, "done");
      equal(messages.at(-2).params.progress, steps);
    },
  },
  {
    name:
      "no descriptor is left open by calls, commands, sessions, refusals and clients that leave",
    async run(context) {
      if (!seesProcesses(context)) return;
      const { pid, port } = await context.start(["serve"]);
      await useAll(port, 5);
      await settled(pid);
      const before = openFilesOf(pid);
      await useAll(port, 20);
      await until(() => openFilesOf(pid) <= before + SLACK, `at most ${before} files are open`);
    },
  },
];

/** Does a little of everything, some times. */
async function useAll(port: number, times: number): Promise<void> {
  const client = modernClient(port);
  for (let at = 0; at < times; at++) {
    await client.call("shell", { command: "echo a; echo b >&2; exit 3", stdin: "in" });
    await client.call("shell", { command: "no-such-command" });
    await client.call("shell", { command: "true", cwd: "/no/such/folder" });
    await client.call("read_file", { path: "/etc/passwd" });
    await client.call("read_file", { path: "/no/such/file" });
    await client.call("list_dir", { path: "/etc" });
    const session = await openSession(port);
    const stream = await session.listen();
    await session.call("ping");
    await session.end();
    await stream.all();
    stream.connection.close();
    const leaving = await client.send("tools/call", {
      name: "shell",
      arguments: { command: "echo begun; sleep 30" },
    }, { meta: { progressToken: "p" } });
    await leaving.next();
    leaving.connection.close();
    const refused = await connectTo(port);
    await (await refused.exchange({ path: "/no", method: "GET" })).text();
    refused.close();
  }
}

/** Waits until the number of open files stays the same for a while. */
async function settled(pid: number): Promise<void> {
  let last = -1;
  let since = performance.now();
  await until(() => {
    const now = openFilesOf(pid);
    if (now !== last) since = performance.now();
    last = now;
    return performance.now() - since > 1_000;
  }, "the number of open files stays the same");
}
