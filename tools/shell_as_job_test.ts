import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { jobTest } from "./testing/job_bench.ts";
import { running, uniqueSleep } from "./testing/running.ts";

const BACKGROUND = { on_timeout: "background" };

jobTest(
  "shell with on_timeout background goes on as a job, and no output is lost",
  async (bench) => {
    const { scratch } = bench;
    // It prints all the while, so also at the moment when the call is over.
    const command = `i=0; while [ ! -e ${scratch}/stop ]; do i=$((i + 1)); echo $i; done; exit 11`;
    const { text, structured, isError } = await bench.call("shell", {
      command,
      timeout_s: 0.3,
      ...BACKGROUND,
    });
    const { job_id, log_path } = structured;
    assertEquals([isError, structured.timed_out, structured.exit_code], [false, true, null]);
    assertMatch(text, /^1\n2\n3\n/);
    assertStringIncludes(
      text,
      `[still running after 0.3 s: it goes on as job ${job_id}, which prints to ${log_path};`,
    );
    assertEquals((await bench.call("job_status", { job_id })).structured.state, "running");
    await Deno.writeTextFile(`${scratch}/stop`, "");
    assertEquals((await bench.ended(String(job_id))).exit_code, 11);
    const lines = (await Deno.readTextFile(String(log_path))).trimEnd().split("\n");
    assertEquals(lines, lines.map((_, at) => String(at + 1)));
  },
);

jobTest(
  "shell with on_timeout background gives what a command that ends in time printed",
  async (bench) => {
    for (
      const [args, expected] of [
        [{ command: "echo out; echo err >&2; exit 3" }, "out\nerr\n[exit code 3]"],
        [{ command: "kill -SEGV $$" }, "[ended by SIGSEGV]"],
        [{ command: "cat; pwd", stdin: "in\n", cwd: "/usr" }, "in\n/usr\n"],
        [{ command: "cat; echo $A", env: { A: "b" } }, "b\n"],
        [{ command: "true" }, "[no output]"],
      ] as const
    ) {
      const plain = await bench.call("shell", args);
      const { text, structured, isError } = await bench.call("shell", { ...args, ...BACKGROUND });
      assertEquals([text, isError], [expected, false]);
      assertEquals({ ...structured, duration_ms: 0 }, { ...plain.structured, duration_ms: 0 });
    }
    assertEquals((await bench.call("job_list", {})).structured, { jobs: [] });
  },
);

jobTest("shell with on_timeout background keeps the log of what it had to cut", async (bench) => {
  const { text, structured } = await bench.call("shell", { command: "seq 100000", ...BACKGROUND });
  assertEquals(structured.truncated, true);
  assertStringIncludes(text, `the whole output is in ${structured.log_path}`);
  assertMatch(text, /^1\n2\n[^]*\n99999\n100000\n$/);
  assertEquals((await Deno.stat(String(structured.log_path))).size, 588_895);
});

jobTest("shell with on_timeout background leaves nothing when it is cancelled", async (bench) => {
  const seconds = uniqueSleep();
  const controller = new AbortController();
  const { text, structured, isError } = await bench.call("shell", {
    command: `echo ready; sleep ${seconds} & sleep ${seconds}`,
    ...BACKGROUND,
  }, {
    signal: controller.signal,
    onProgress: (_progress, message) => {
      if (message?.includes("ready")) controller.abort();
    },
  });
  assertEquals([isError, structured.cancelled], [true, true]);
  assertMatch(text, /^ready\n\[cancelled: /);
  assertEquals(await running(seconds), []);
  assertEquals((await bench.call("job_list", {})).structured, { jobs: [] });
});

jobTest("shell with on_timeout background names the job of what it left running", async (bench) => {
  if (Deno.build.os !== "linux") return;
  const seconds = uniqueSleep();
  const { text, structured } = await bench.call("shell", {
    command: `sleep ${seconds} >/dev/null 2>&1 & echo started`,
    ...BACKGROUND,
  });
  const { job_id } = structured;
  assertStringIncludes(text, `[something it started still runs, as job ${job_id}; `);
  assert((await running(seconds)).length > 0);
  await bench.call("job_kill", { job_id });
  assertEquals(await running(seconds), []);
});
