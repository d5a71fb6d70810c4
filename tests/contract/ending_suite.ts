// How the program under the runtime ends: what is in flight gets its time, streams end as the protocol
// says, nothing is left behind, and the exit code is 0.

import { deepEqual, equal, match, ok } from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { defineTool } from "../../mod.ts";
import type { Case, Program } from "./contract.ts";
import { connectTo } from "./http_connection.ts";
import { type Client, type Message, modernClient, openSession } from "./mcp_client.ts";
import { killMarked, newMark, processesWith, seesProcesses, until } from "./processes.ts";
import { openGate, serveTools } from "./served.ts";

/** Milliseconds that an end which waits for nothing may take on a busy machine. */
const SOON_MS = 5_000;
const QUICK_CALLS = 40;

/** The cases. */
export const ENDING_SUITE: readonly Case[] = [
  {
    name: "a signal ends an idle server with exit code 0",
    async run({ start }) {
      for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
        const program = await start(["serve"]);
        const client = modernClient(program.port);
        const connection = await connectTo(program.port);
        equal((await client.call("ping", {}, { on: connection })).error, undefined);
        // Its connection stays open: it is idle, so nothing waits for it.
        const took = await timed(() => ends(program, signal));
        ok(took < SOON_MS, `${took} ms`);
        match(program.stderr(), new RegExp(`^lmcp: ending at ${signal}: calls get 2 s; `, "m"));
        connection.close();
      }
    },
  },
  {
    name:
      "under load, calls are finished or cancelled in their time, streams say goodbye, nothing stays",
    async run(context) {
      if (!seesProcesses(context)) return;
      const { folder, start, after } = context;
      const mark = newMark();
      after(() => killMarked(mark));
      const program = await start(["serve", "--drain", "1"]);
      const session = await openSession(program.port);
      const modern = modernClient(program.port);
      const left = `setsid sleep ${mark} & sleep ${mark} & echo left`;
      await modern.call("shell", { command: left });
      const stream = await session.listen();
      equal(stream.status, 200);
      const heard = stream.all();
      const filter = { notifications: { toolsListChanged: true } };
      const subscription = await modern.send("subscriptions/listen", filter, { id: "sub" });
      const told = subscription.all();
      const quick = `while [ ! -e ${folder}/go ]; do sleep 0.05; done; echo done`;
      const finishing = Array.from(
        { length: QUICK_CALLS },
        (_, at) => tell(at % 2 === 0 ? modern : session, quick),
      );
      const lasting = [modern, session].flatMap((client) => [
        tell(client, `sleep ${mark}; :`),
        tell(client, `trap "" TERM; setsid sleep ${mark} & sleep ${mark}; :`),
      ]);
      await until(() => processesWith(`sleep\0${mark}`).length === 8, "the lasting calls run");
      program.kill("SIGTERM");
      await program.said(/ending at SIGTERM/);
      const refused = await Promise.allSettled([modern.send("tools/list")]);
      for (const each of refused) {
        if (each.status === "fulfilled") equal(each.value.status, 503);
      }
      writeFileSync(`${folder}/go`, "");
      for (const answer of await Promise.all(finishing)) {
        match(answer.result.content[0].text, /done/);
      }
      // Whatever they are told: each has an answer, whole.
      for (const { result, error } of await Promise.all(lasting)) {
        ok(result !== undefined || error !== undefined);
      }
      deepEqual(await heard, []);
      const goodbye: Message[] = await told;
      deepEqual(goodbye.map(({ method, id }) => method ?? id), [
        "notifications/subscriptions/acknowledged",
        "notifications/cancelled",
        "sub",
      ]);
      deepEqual(await program.exited, { code: 0, signal: null });
      deepEqual(processesWith(mark), []);
    },
  },
  {
    name: "what outlasts the drain time is aborted",
    async run(context) {
      if (!seesProcesses(context)) return;
      const mark = newMark();
      context.after(() => killMarked(mark));
      const program = await context.start(["serve", "--drain", "0.1"]);
      const call = tell(modernClient(program.port), `sleep ${mark}; :`);
      await until(() => processesWith(`sleep\0${mark}`).length === 1, "the command runs");
      const took = await timed(() => ends(program, "SIGTERM"));
      ok(took < SOON_MS, `${took} ms`);
      await call;
      deepEqual(processesWith(mark), []);
    },
  },
  {
    name: "a second signal ends at once, and kills what runs",
    async run(context) {
      if (!seesProcesses(context)) return;
      const mark = newMark();
      context.after(() => killMarked(mark));
      const program = await context.start(["serve", "--drain", "3600"]);
      const call = tell(modernClient(program.port), `trap "" TERM; sleep ${mark}; :`)
        .catch(() => undefined);
      await until(() => processesWith(`sleep\0${mark}`).length === 1, "the command runs");
      program.kill("SIGTERM");
      await program.said(/ending at SIGTERM/);
      // What comes at once with the first is one with it.
      const again = setInterval(() => program.kill("SIGTERM"), 50);
      const ended = await program.exited.finally(() => clearInterval(again));
      deepEqual(ended, { code: 143, signal: null });
      await until(() => processesWith(mark).length === 0, "nothing of the command is left");
      await call;
    },
  },
  {
    name: "a library's server ends with its streams and idle connections open",
    async run(context) {
      const gate = openGate();
      const held = defineTool({ name: "held", run: () => gate.opened.then(() => "done") });
      const quick = defineTool({ name: "quick", run: () => "done" });
      const { port, close, reported } = await serveTools(context, [held, quick]);
      const client = modernClient(port);
      const session = await openSession(port);
      const heard = (await session.listen()).all();
      const idle = await connectTo(port);
      await client.call("quick", {}, { on: idle });
      const calls = [client.call("held"), session.call("held")];
      await client.call("quick");
      const closed = close(SOON_MS);
      const refused = await client.send("tools/list");
      equal(refused.status, 503);
      ok(Number(refused.headers["retry-after"]) > 0);
      gate.open();
      for (const call of calls) equal((await call).result.content[0].text, "done");
      deepEqual(await heard, []);
      await closed;
      await idle.ended();
      await connectTo(port).then(
        () => Promise.reject(new Error("It still accepts connections")),
        () => undefined,
      );
      deepEqual(reported, []);
    },
  },
];

function tell(client: Client, command: string): Promise<Message> {
  return client.call("shell", { command });
}

async function ends(program: Program, signal: "SIGTERM" | "SIGINT" | "SIGHUP"): Promise<void> {
  program.kill(signal);
  deepEqual(await program.exited, { code: 0, signal: null });
}

async function timed(body: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await body();
  return performance.now() - start;
}
