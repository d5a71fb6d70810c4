import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { jobTest, nextServer } from "./testing/job_bench.ts";

jobTest("job_list gives the jobs, the newest first, with how each is", async (bench) => {
  assertMatch((await bench.call("job_list", {})).text, /^No jobs\. shell_bg starts one\.$/);
  const first = await bench.start("exit 3");
  await bench.ended(first);
  const second = await bench.start(`cat # ${"long ".repeat(100)}`);
  const { structured, text } = await bench.call("job_list", {});
  const jobs = structured.jobs as { job_id: string; state: string; command: string }[];
  assertEquals(jobs.map(({ job_id, state }) => [job_id, state]), [
    [second, "running"],
    [first, "exited"],
  ]);
  assertEquals(jobs[0]!.command.length, 103);
  assertStringIncludes(text, `${first}: exited with code 3 at `);
});

jobTest("job_list and the other tools show a job to nobody but its owner", async (bench) => {
  const job_id = await bench.start("cat", { owner: "alice" });
  for (const options of [{ owner: "bob" }, {}]) {
    assertEquals((await bench.call("job_list", {}, options)).structured, { jobs: [] });
    for (const tool of ["job_status", "job_output", "job_wait", "job_kill"]) {
      const { isError, text } = await bench.call(tool, { job_id }, options);
      assertEquals([tool, isError], [tool, true]);
      assertStringIncludes(text, `There is no job "${job_id}"`);
    }
    assertEquals((await bench.call("job_input", { job_id, text: "x" }, options)).isError, true);
  }
  const mine = await bench.call("job_status", { job_id }, { owner: "alice" });
  assertEquals([mine.isError, mine.structured.state], [false, "running"]);
});

jobTest("job_status tells of a job what the next server tells too", async (bench) => {
  const running = await bench.start("cat");
  const ended = await bench.start("exit 6");
  await bench.ended(ended);
  const next = await nextServer(bench);
  for (const job_id of [running, ended]) {
    const now = (await bench.call("job_status", { job_id })).structured;
    assertEquals((await next.call("job_status", { job_id })).structured, now);
  }
  await next.call("job_input", { job_id: running, close: true });
  assertEquals((await next.ended(running)).exit_code, 0);
  await next.host.processes.closeAll();
});

jobTest("job_status knows no job of an id that is none", async (bench) => {
  for (const job_id of ["j-aaaaaa", "../../etc", "j-../..", ""]) {
    const { isError, text } = await bench.call("job_status", { job_id });
    assertEquals([isError, text.startsWith("There is no job ")], [true, true]);
  }
});
