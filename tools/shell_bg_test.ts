import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { testAlone } from "../tests/support/alone.ts";
import { until } from "../tests/support/until.ts";
import { jobTest, withJobBench } from "./testing/job_bench.ts";
import { running, uniqueSleep } from "./testing/running.ts";

jobTest("shell_bg answers at once with the job, its process and its log", async (bench) => {
  const seconds = uniqueSleep();
  const { structured, text, isError } = await bench.call("shell_bg", {
    command: `echo up; sleep ${seconds}`,
    name: "a dev server",
  });
  const { job_id, pid, log_path, state } = structured;
  assertEquals([isError, state], [false, "running"]);
  assertMatch(String(job_id), /^j-[a-z2-9]{6}$/);
  assertStringIncludes(text, `Started job ${job_id}, process ${pid}`);
  await bench.printed(String(job_id), "up\n");
  assertEquals(await Deno.readTextFile(String(log_path)), "up\n");
  const { stdout } = await new Deno.Command("ps", { args: ["-o", "pgid=", "-p", String(pid)] })
    .output();
  assertEquals(new TextDecoder().decode(stdout).trim(), String(pid));
  assert((await running(seconds)).length > 0);
});

jobTest("shell_bg keeps what it writes for this user alone", async ({ host, start, ended }) => {
  const id = await start("echo secret");
  await ended(id);
  const dir = `${host.stateDir}/jobs/${id}`;
  assertEquals((await Deno.stat(dir)).mode! & 0o777, 0o700);
  assertEquals((await Deno.stat(`${host.stateDir}/jobs`)).mode! & 0o777, 0o700);
  for await (const { name } of Deno.readDir(dir)) {
    const { mode } = await Deno.lstat(`${dir}/${name}`);
    assertEquals(mode! & 0o777, 0o600, name);
  }
});

jobTest("shell_bg runs a command as shell does: cwd, env, umask, PATH", async (bench) => {
  const command = "pwd; umask; ulimit -f; env | grep -v -e ^LMCP_ -e ^SHLVL= -e ^_= | sort";
  const args = { command, cwd: "/usr", env: { DIR: "mine", "odd.name": "kept", path: "p" } };
  const plain = (await bench.call("shell", args)).text;
  const { job_id } = (await bench.call("shell_bg", args)).structured;
  await bench.ended(String(job_id));
  const { structured } = await bench.call("job_output", { job_id });
  assertEquals(String(structured.output).replace(/\[j-.*\]$/, ""), plain);
  assertStringIncludes(plain, "DIR=mine\n");
});

const ENDINGS: readonly (readonly [string, string, number | null, string | null])[] = [
  ["true", "exited", 0, null],
  ["exit 3", "exited", 3, null],
  ["exit 137", "exited", 137, null],
  ["exit 255", "exited", 255, null],
  ["kill -KILL $$", "killed", null, "SIGKILL"],
  ["kill -TERM $$", "killed", null, "SIGTERM"],
  ["kill -SEGV $$", "killed", null, "SIGSEGV"],
  ["sh -c 'kill -KILL $$'; exit 5", "exited", 5, null],
  ["no-such-program-here", "exited", 127, null],
];

jobTest("shell_bg has it on record how a command ended", async ({ start, ended }) => {
  for (const [command, ...wanted] of ENDINGS) {
    const { state, exit_code, signal, started_at, ended_at } = await ended(await start(command));
    assertEquals([state, exit_code, signal], wanted, command);
    assert(String(started_at) <= String(ended_at), `${started_at} to ${ended_at}`);
  }
});

jobTest("shell_bg says what is wrong with its arguments", async ({ call }) => {
  const nowhere = await call("shell_bg", { command: "pwd", cwd: "/usr/nowhere" });
  assertEquals(nowhere.isError, true);
  assertStringIncludes(nowhere.text, "cwd must be a folder");
  const empty = await call("shell_bg", { command: " " });
  assertStringIncludes(empty.text, "got an empty one");
  const long = await call("shell_bg", { command: `: ${"x".repeat(3_000_000)}` });
  assertStringIncludes(long.text, "on stdin or in a file");
  assertEquals((await call("job_list", {})).structured, { jobs: [] });
});

jobTest("shell_bg says why no job can be kept", async ({ host, call }) => {
  await Deno.writeTextFile(host.stateDir, "a file where the folder should be");
  const { text, isError } = await call("shell_bg", { command: "pwd" });
  assertEquals(isError, true);
  assertMatch(text, /^Cannot start a job: /);
});

jobTest(
  "shell_bg keeps the first 64 MiB of a flood, says so, and lets the job end",
  async (bench) => {
    const id = await bench.start("yes | head -c 100000000; exit 4");
    assertEquals((await bench.ended(id)).exit_code, 4);
    const { structured, text } = await bench.call("job_output", { job_id: id, tail: 1 });
    assertStringIncludes(text, "[the log ends at 67108864 bytes: it was full (64 MiB)");
    assertEquals(structured.next_offset, 67_108_864);
  },
);

testAlone(
  import.meta.url,
  "shell_bg leaves no descriptors in the server, and no process of an ended job",
  () =>
    withJobBench(async (bench) => {
      if (Deno.build.os !== "linux") return;
      const descriptors = () => [...Deno.readDirSync("/proc/self/fd")].length;
      await bench.ended(await bench.start("true"));
      const before = descriptors();
      const seconds = uniqueSleep();
      const ids = await Promise.all(
        Array.from({ length: 20 }, () => bench.start(`cat; echo ${seconds}`)),
      );
      assertEquals(new Set(ids).size, 20);
      // One each, by which the system tells of its end; the tidying of old jobs reads beside it.
      await until(() => descriptors() <= before + 20, 20_000, "20 jobs have a descriptor each");
      for (const job_id of ids) await bench.call("job_input", { job_id, close: true });
      for (const id of ids) assertEquals((await bench.ended(id)).exit_code, 0);
      await until(() => descriptors() <= before, 20_000, "nothing of 20 jobs is open");
      assertEquals(await running(seconds), []);
    }),
);
