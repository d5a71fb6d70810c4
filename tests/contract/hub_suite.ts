// A hub under the runtime, in front of lmcp servers under the same: one host, several hosts, a call
// that is cancelled.

import { deepEqual, match } from "node:assert/strict";
import { writeFileSync } from "node:fs";
import type { Case, Context, Program } from "./contract.ts";
import { modernClient } from "./mcp_client.ts";
import { killMarked, newMark, processesWith, seesProcesses, until } from "./processes.ts";

/** Starts a hub of the hosts named a, b, ... that have these addresses; resolves once it listens. */
async function startHub(
  { start, folder }: Context,
  urls: readonly string[],
): Promise<{ readonly hub: Program; readonly url: string; readonly port: number }> {
  const names = ["a", "b", "c"];
  const registry = `${folder}/backends.conf`;
  writeFileSync(registry, urls.map((url, at) => `${names[at]} ${url}\n`).join(""), { mode: 0o600 });
  const options = ["--port", "0", "--metrics", "--status-page"];
  const hub = await start(["hub", "--backends", registry, ...options]);
  hub.stdout.resume();
  const [, url = ""] = await hub.said(/listening on (\S+)\n/);
  return { hub, url, port: Number(new URL(url).port) };
}

/** The cases. */
export const HUB_SUITE: readonly Case[] = [
  {
    name: "a hub runs a command on a host, and gives what it printed",
    async run(context) {
      const host = await context.start(["serve"]);
      const { hub, port } = await startHub(context, [host.url]);
      const args = { host: "a", command: "echo out; echo err >&2; exit 3" };
      const { result } = await modernClient(port).call("remote_shell", args);
      match(result.content[0].text, /^(out\nerr|err\nout)\n\[exit code 3\]$/);
      const [{ host: name, via, ok, exit_code }] = result.structuredContent.results;
      deepEqual([name, via, ok, exit_code], ["a", "mcp", true, 3]);
      await hub.said(/shell on a over mcp, \d+ ms, ok/);
    },
  },
  {
    name: "a hub asks several hosts at once, and one that is gone hurts no other",
    async run(context) {
      const [a, b] = await Promise.all([context.start(["serve"]), context.start(["serve"])]);
      const { hub, url, port } = await startHub(context, [a.url, b.url, "http://127.0.0.1:47/mcp"]);
      const client = modernClient(port);
      const args = { host: "*", command: "echo same" };
      const { result } = await client.call("remote_shell", args);
      match(
        result.content[0].text,
        /^3 hosts: 2 ok, 1 failed\n\n== c: failed\n[^]*== a, b: ok\nsame/,
      );
      const listed = (await client.call("remote_list_hosts")).result.structuredContent.hosts;
      deepEqual(listed.map(({ name, state }: { name: string; state: string }) => [name, state]), [
        ...[["a", "up"], ["b", "up"], ["c", "down"]],
      ]);
      const numbers = await (await fetch(new URL("/metrics", url))).text();
      match(numbers, /^lmcp_hub_host_up\{host="c"\} 0$/m);
      match(await (await fetch(new URL("/", url))).text(), /<table id="table"/);
      hub.kill("SIGTERM");
      deepEqual(await hub.exited, { code: 0, signal: null });
    },
  },
  {
    name: "a call through a hub that is cancelled leaves nothing on its host",
    async run(context) {
      if (!seesProcesses(context)) return;
      const mark = newMark();
      context.after(() => killMarked(mark));
      const host = await context.start(["serve"]);
      const { port } = await startHub(context, [host.url]);
      const command = `echo begun; setsid sleep ${mark} & sleep ${mark}; :`;
      const params = { name: "remote_shell", arguments: { host: "a", command } };
      const meta = { progressToken: "p" };
      const answer = await modernClient(port).send("tools/call", params, { meta });
      match(JSON.stringify(await answer.next()), /begun/);
      await until(() => processesWith(`sleep\0${mark}`).length === 2, "the command runs");
      // The newest revision cancels by leaving.
      answer.connection.close();
      await until(() => processesWith(mark).length === 0, "nothing of the command is left");
    },
  },
];
