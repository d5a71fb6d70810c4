// Streams over a socket of the runtime: what is said while a call runs comes while it runs, streams
// that break off are resumed, and clients that leave are noticed where that ends their calls.

import { deepEqual, equal, match, ok } from "node:assert/strict";
import { defineTool, type Tool } from "../../mod.ts";
import type { Case } from "./contract.ts";
import { connectTo } from "./http_connection.ts";
import { modernClient, openSession } from "./mcp_client.ts";
import { until } from "./processes.ts";
import { openGate, serveTools } from "./served.ts";

const PROGRESS = { meta: { progressToken: "p" } };

/** The cases. */
export const STREAMING_SUITE: readonly Case[] = [
  {
    name: "progress comes while the call runs",
    async run(context) {
      const steps = stepper(3);
      const { port } = await serveTools(context, [steps.tool]);
      for (const client of [modernClient(port), await openSession(port)]) {
        const call = client.send("tools/call", { name: "stepper" }, PROGRESS);
        steps.let();
        const answer = await call;
        equal(answer.headers["content-type"], "text/event-stream");
        equal(answer.headers["x-accel-buffering"], "no");
        // The call waits for the case, which has seen each step before it lets the next be taken.
        for (let at = 1; at <= 3; at++) {
          const { method, params } = await answer.next();
          deepEqual([method, params.progress], ["notifications/progress", at]);
          if (at < 3) steps.let();
        }
        equal((await answer.last()).result.content[0].text, "all steps");
        answer.connection.close();
      }
    },
  },
  {
    name: "a command of the program streams its output as it comes",
    async run({ start, folder, runtime }) {
      const { port } = await start(["serve"]);
      const command = `echo first; while [ ! -e ${folder}/go ]; do sleep 0.02; done; echo second`;
      const args = { name: "shell", arguments: { command } };
      const answer = await modernClient(port).send("tools/call", args, PROGRESS);
      match(JSON.stringify(await answer.next()), /first/);
      const go = await runtime.files.open(`${folder}/go`, { write: true, create: true });
      go.close();
      match(JSON.stringify(await answer.last()), /first\\nsecond/);
    },
  },
  {
    name: "a call that takes long turns into a stream that is kept alive",
    async run(context) {
      let gate = openGate();
      const held = defineTool({ name: "held", run: () => gate.opened.then(() => "done") });
      const limits = { slowMs: 20, watchedMs: 20, keepAliveMs: 30 };
      const { port } = await serveTools(context, [held], { limits });
      for (const client of [modernClient(port), await openSession(port)]) {
        gate = openGate();
        const answer = await client.send("tools/call", { name: "held" });
        const done = answer.next();
        await until(() => answer.comments >= 3, "three comments came");
        gate.open();
        equal((await done).result.content[0].text, "done");
        equal(await answer.next(), undefined);
      }
    },
  },
  {
    name: "the stream of a session carries what the server says, and ends for a newer one",
    async run(context) {
      const say = defineTool({
        name: "say",
        run(_input, ctx) {
          ctx.log("error", "said");
          return "done";
        },
      });
      const { port } = await serveTools(context, [say]);
      const session = await openSession(port);
      const first = await session.listen();
      equal(first.status, 200);
      const ended = first.all();
      const second = await session.listen();
      deepEqual(await ended, []);
      await session.call("say");
      const rest = second.all();
      equal(await session.end(), 204);
      await rest;
    },
  },
  {
    name: "a stream that broke off is resumed, and its call goes on meanwhile",
    async run(context) {
      const steps = stepper(3);
      const { port } = await serveTools(context, [steps.tool]);
      const session = await openSession(port);
      const call = session.send("tools/call", { name: "stepper" }, PROGRESS);
      steps.let();
      const answer = await call;
      equal((await answer.next()).params.progress, 1);
      answer.connection.close();
      steps.let();
      steps.let();
      const rest = await (await session.listen(answer.lastEventId)).all();
      deepEqual(rest.map(({ params, result }) => params?.progress ?? result.content[0].text), [
        2,
        3,
        "all steps",
      ]);
      deepEqual(steps.reasons, []);
    },
  },
  ...["before anything was answered", "from its stream", "with half a connection"].map((
    how,
  ): Case => ({
    name: `a client of the newest revision that leaves ${how} cancels its call`,
    async run(context) {
      const steps = stepper(2);
      const limits = how === "from its stream" ? {} : { watchedMs: 40 };
      const { port, reported } = await serveTools(context, [steps.tool], { limits });
      const client = modernClient(port);
      const connection = await connectTo(port);
      const options = { on: connection, ...how === "from its stream" ? PROGRESS : {} };
      const answer = client.send("tools/call", { name: "stepper" }, options)
        .catch(() => undefined);
      await until(() => steps.entered() === 1, "the call runs");
      if (how === "from its stream") {
        steps.let();
        equal((await (await answer)?.next()).params.progress, 1);
      }
      if (how === "with half a connection") connection.socket.end();
      else connection.close();
      await until(() => steps.reasons.length === 1, "the call is cancelled");
      deepEqual(steps.reasons, ["The client is gone"]);
      connection.close();
      await answer;
      deepEqual(reported, []);
    },
  })),
  {
    name: "a call of a session outlives its connection, and is cancelled by a notification",
    async run(context) {
      const steps = stepper(2);
      const { port } = await serveTools(context, [steps.tool], { limits: { slowMs: 20 } });
      const session = await openSession(port);
      const stream = await session.listen();
      const answer = await session.send("tools/call", { name: "stepper" }, { id: 5 });
      answer.connection.close();
      // Had the server taken it for a cancellation, it would have known by now.
      for (let at = 0; at < 20; at++) await session.request("ping");
      deepEqual(steps.reasons, []);
      equal(await session.notify("notifications/cancelled", { requestId: 5 }), 202);
      await until(() => steps.reasons.length === 1, "the call is cancelled");
      deepEqual(steps.reasons, ["The client cancelled the request"]);
      stream.connection.close();
    },
  },
  {
    name: "a cancelled call of a session is answered with -32800",
    async run(context) {
      const steps = stepper(2);
      const { port } = await serveTools(context, [steps.tool]);
      const session = await openSession(port);
      const call = session.request("tools/call", { name: "stepper" }, { id: "a" });
      await until(() => steps.entered() === 1, "the call runs");
      await session.notify("notifications/cancelled", { requestId: "b" });
      await session.notify("notifications/cancelled", { requestId: "a" });
      const { id, error } = await call;
      deepEqual([id, error.code], ["a", -32800]);
    },
  },
  {
    name: "a client that leaves after its answer, or keeps its connection, cancels nothing",
    async run(context) {
      const reasons: unknown[] = [];
      const signals: AbortSignal[] = [];
      const quick = defineTool({
        name: "quick",
        run(_input, ctx) {
          signals.push(ctx.signal);
          ctx.signal.addEventListener("abort", () => reasons.push(ctx.signal.reason));
          return "done";
        },
      });
      const { port, reported } = await serveTools(context, [quick]);
      const client = modernClient(port);
      for (let at = 0; at < 5; at++) await client.call("quick");
      const connection = await connectTo(port);
      for (let at = 0; at < 5; at++) await client.call("quick", {}, { on: connection });
      connection.close();
      await client.call("quick");
      equal(signals.length, 11);
      ok(signals.every(({ aborted }) => !aborted));
      deepEqual([reasons, reported], [[], []]);
    },
  },
];

/** A tool that reports steps, each when it is let, and remembers why it was aborted. */
function stepper(count: number) {
  const reasons: string[] = [];
  let entered = 0;
  let allowed = 0;
  let look = () => {};
  const tool: Tool = defineTool({
    name: "stepper",
    async run(_input, ctx) {
      entered++;
      ctx.signal.addEventListener("abort", () => {
        reasons.push((ctx.signal.reason as Error).message);
        look();
      });
      for (let at = 1; at <= count; at++) {
        while (allowed === 0 && !ctx.signal.aborted) {
          await new Promise<void>((resolve) => look = resolve);
        }
        if (ctx.signal.aborted) return "aborted";
        allowed--;
        ctx.progress(at, count, `step ${at}`);
      }
      return "all steps";
    },
  });
  return {
    tool,
    reasons,
    entered: () => entered,
    let() {
      allowed++;
      look();
    },
  };
}
