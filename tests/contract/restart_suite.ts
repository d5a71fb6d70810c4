// What outlives the program under the runtime, and what does not: jobs do, sessions do not.

import { deepEqual, equal, match } from "node:assert/strict";
import { writeFileSync } from "node:fs";
import type { Case } from "./contract.ts";
import { modernClient, openSession, sessionOf } from "./mcp_client.ts";
import { killMarked, newMark, processesWith, seesProcesses, until } from "./processes.ts";

/** The cases. */
export const RESTART_SUITE: readonly Case[] = [
  ...(["SIGTERM", "SIGKILL"] as const).map((signal): Case => ({
    name: `a job outlives a server that ends by ${signal}, and the next one knows all of it`,
    async run({ start, folder }) {
      const first = await start(["serve"]);
      const command =
        `echo before; while [ -d ${folder} ] && [ ! -e ${folder}/go ]; do sleep 0.02; done; ` +
        `read word; echo "after $word"; exit 21`;
      const { job_id, pid } =
        (await modernClient(first.port).call("shell_bg", { command, name: "long" })).result
          .structuredContent;
      first.kill(signal);
      await first.exited;
      const second = await start(["serve"]);
      const client = modernClient(second.port);
      const status = (await client.call("job_status", { job_id })).result.structuredContent;
      deepEqual([status.state, status.pid, status.name], ["running", pid, "long"]);
      writeFileSync(`${folder}/go`, "");
      await client.call("job_input", { job_id, text: "word\n" });
      const done = (await client.call("job_wait", { job_id, timeout_s: 20 })).result;
      deepEqual([done.structuredContent.state, done.structuredContent.exit_code], ["exited", 21]);
      const output = (await client.call("job_output", { job_id, offset: 0 })).result;
      match(output.content[0].text, /before\nafter word\n/);
    },
  })),
  {
    name: "the next server ends a job with all that it started",
    async run(context) {
      if (!seesProcesses(context)) return;
      const mark = newMark();
      context.after(() => killMarked(mark));
      const first = await context.start(["serve"]);
      const command = `setsid sleep ${mark} & sleep ${mark}; :`;
      const { job_id } =
        (await modernClient(first.port).call("shell_bg", { command })).result.structuredContent;
      await until(() => processesWith(`sleep\0${mark}`).length === 2, "the job runs");
      first.kill("SIGTERM");
      deepEqual(await first.exited, { code: 0, signal: null });
      equal(processesWith(`sleep\0${mark}`).length, 2);
      const second = await context.start(["serve"]);
      const { result } = await modernClient(second.port).call("job_kill", { job_id });
      equal(result.structuredContent.state, "killed");
      await until(() => processesWith(mark).length === 0, "nothing of the job is left");
    },
  },
  {
    name: "what a server that was killed left of its calls is ended by the next one",
    async run(context) {
      if (!seesProcesses(context)) return;
      const mark = newMark();
      context.after(() => killMarked(mark));
      const first = await context.start(["serve"]);
      const call = modernClient(first.port).call("shell", { command: `sleep ${mark}; :` })
        .catch(() => undefined);
      await until(() => processesWith(`sleep\0${mark}`).length === 1, "the command runs");
      first.kill("SIGKILL");
      await first.exited;
      await call;
      await context.start(["serve"]);
      await until(() => processesWith(mark).length === 0, "nothing of the command is left");
    },
  },
  {
    name: "a session is unknown after a restart, and another one can be opened",
    async run({ start }) {
      const first = await start(["serve"]);
      const { id } = await openSession(first.port);
      first.kill("SIGTERM");
      await first.exited;
      // At the same address, as a service would be.
      const second = await start(["serve", "--port", String(first.port)]);
      const session = await sessionOf(second.port, id);
      const answer = await session.send("tools/list");
      equal(answer.status, 404);
      answer.connection.close();
      equal((await session.listen()).status, 404);
      deepEqual((await (await openSession(second.port)).request("ping")).result, {});
    },
  },
];
