// Jobs, asked of the real program: they outlive the server however it ends, and the next one knows
// what became of them.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { modernClient } from "./support/http_client.ts";
import { lacksProc } from "./support/lacks.ts";
import { markedSleep } from "./support/marked_sleep.ts";
import { startServer } from "./support/program.ts";
import { type Listening, mint, withDir, writeFile } from "./support/served.ts";
import { until } from "./support/until.ts";

for (const signal of ["SIGKILL", "SIGTERM"] as const) {
  Deno.test(`a job outlives a server that ends by ${signal}, and the next knows its exit code`, async () => {
    await withDir(async (dir) => {
      const env = { XDG_STATE_HOME: `${dir}/state` };
      const command =
        `echo before; while [ -d ${dir} ] && [ ! -e ${dir}/go ]; do sleep 0.02; done; ` +
        `echo after; echo done >${dir}/done; exit 21`;
      const first = await startServer([], { env });
      const { job_id, pid } =
        (await callTool(first, "shell_bg", { command, name: "long" })).structuredContent;
      await first.stop(signal);
      await Deno.writeTextFile(`${dir}/go`, "");
      await using second = await startServer([], { env });
      const { structuredContent } = await callTool(second, "job_wait", { job_id, timeout_s: 20 });
      const { state, exit_code, name } = structuredContent;
      assertEquals([state, exit_code, name], ["exited", 21, "long"]);
      assertEquals(structuredContent.pid, pid);
      const output = await callTool(second, "job_output", { job_id, offset: 0 });
      assertStringIncludes(output.content[0].text, "before\nafter\n");
      assertEquals(await Deno.readTextFile(`${dir}/done`), "done\n");
    });
  });
}

Deno.test("a job that ended while no server ran is not taken for running", async () => {
  await withDir(async (dir) => {
    const env = { XDG_STATE_HOME: `${dir}/state` };
    const first = await startServer([], { env });
    const command = `while [ -d ${dir} ] && [ ! -e ${dir}/go ]; do sleep 0.02; done; kill -SEGV $$`;
    const { job_id } = (await callTool(first, "shell_bg", { command })).structuredContent;
    await first.stop("SIGKILL");
    await Deno.writeTextFile(`${dir}/go`, "");
    await untilThere(`${dir}/state/lmcp/jobs/${job_id}/exit`);
    await using second = await startServer([], { env });
    const { state, signal, exit_code } =
      (await callTool(second, "job_status", { job_id })).structuredContent;
    assertEquals([state, signal, exit_code], ["killed", "SIGSEGV", null]);
  });
});

Deno.test("the next server ends a job with all it started", async () => {
  if (lacksProc()) return;
  await withDir(async (dir) => {
    using sleep = markedSleep();
    const env = { XDG_STATE_HOME: `${dir}/state` };
    const first = await startServer([], { env });
    const command =
      `setsid sh -c '${sleep.command}' & echo up; while [ -d ${dir} ]; do sleep 0.02; done`;
    const { job_id } = (await callTool(first, "shell_bg", { command })).structuredContent;
    await callTool(first, "job_output", { job_id, offset: 0, wait_s: 20 });
    await first.stop("SIGKILL");
    assert(sleep.living().length > 0);
    await using second = await startServer([], { env });
    const { state } = (await callTool(second, "job_kill", { job_id })).structuredContent;
    assertEquals(state, "killed");
    assertEquals(sleep.living(), []);
  });
});

Deno.test("a command that shell left in the background outlives the server with its exit code", async () => {
  await withDir(async (dir) => {
    const env = { XDG_STATE_HOME: `${dir}/state` };
    const command =
      `echo one; while [ -d ${dir} ] && [ ! -e ${dir}/go ]; do sleep 0.02; done; echo two; exit 5`;
    const first = await startServer([], { env });
    const args = { command, timeout_s: 0.2, on_timeout: "background" };
    const { job_id } = (await callTool(first, "shell", args)).structuredContent;
    await first.stop("SIGKILL");
    await Deno.writeTextFile(`${dir}/go`, "");
    await using second = await startServer([], { env });
    const { structuredContent } = await callTool(second, "job_wait", { job_id, timeout_s: 20 });
    assertEquals(structuredContent.exit_code, 5);
    assertStringIncludes(structuredContent.output, "one\ntwo\n");
  });
});

Deno.test("a job is known to the token it was started with alone", async () => {
  await withDir(async (dir) => {
    const alice = await mint("alice");
    const bob = await mint("bob");
    await writeFile(`${dir}/tokens`, `${alice.line}\n${bob.line}\n`);
    await using server = await startServer(["--tokens", `${dir}/tokens`]);
    const started = await callTool(server, "shell_bg", { command: "exit 4" }, alice.token);
    const { job_id } = started.structuredContent;
    const refused = await callTool(server, "job_wait", { job_id }, bob.token);
    assertEquals(refused.isError, true);
    assertStringIncludes(refused.content[0].text, `There is no job "${job_id}"`);
    const { structuredContent } = await callTool(server, "job_wait", { job_id }, alice.token);
    assertEquals(structuredContent.exit_code, 4);
  });
});

/** Calls a tool as a client of the newest revision, and gives its result. */
async function callTool(
  { url }: Listening,
  name: string,
  args: { readonly [name: string]: unknown },
  token?: string,
  // deno-lint-ignore no-explicit-any -- tests look into whatever came
): Promise<any> {
  const client = modernClient(url, token === undefined ? {} : { authorization: `Bearer ${token}` });
  return (await client.request("tools/call", { name, arguments: args })).result;
}

/** Waits until a file is there. */
async function untilThere(path: string): Promise<void> {
  const there = () => Deno.lstat(path).then(() => true, () => false);
  await until(there, 20_000, `${path} is there`);
}
