import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type JobBench, jobTest } from "./testing/job_bench.ts";
import { running, uniqueSleep } from "./testing/running.ts";

type Birth = { pid: number; boot: string; start: string };

/** Changes what is on record of the supervisor. */
async function reborn(bench: JobBench, id: string, change: Partial<Birth>): Promise<void> {
  const path = `${bench.host.stateDir}/jobs/${id}/born`;
  const birth = JSON.parse(await Deno.readTextFile(path));
  await Deno.writeTextFile(path, JSON.stringify({ ...birth, ...change }));
}

async function stateOf(bench: JobBench, job_id: string): Promise<unknown> {
  return (await bench.call("job_status", { job_id })).structured.state;
}

jobTest("a job is lost when the machine was started anew", async (bench) => {
  const job_id = await bench.start("cat");
  await reborn(bench, job_id, { boot: "another run of the machine" });
  const { structured, text } = await bench.call("job_status", { job_id });
  assertEquals([structured.state, structured.exit_code, structured.ended_at], ["lost", null, null]);
  assertStringIncludes(text, "the machine was restarted");
  const waited = await bench.call("job_wait", { job_id });
  assertEquals([waited.structured.state, waited.structured.timed_out], ["lost", false]);
});

jobTest(
  "a job is lost when its number belongs to another process, which is left alone",
  async (bench) => {
    const seconds = uniqueSleep();
    const stranger = new Deno.Command("sleep", { args: [seconds], detached: true }).spawn();
    try {
      const job_id = await bench.start("cat");
      await reborn(bench, job_id, { pid: stranger.pid });
      assertEquals(await stateOf(bench, job_id), "lost");
      await bench.call("job_kill", { job_id });
      await bench.call("job_kill", { job_id, signal: "SIGKILL" });
      assertEquals((await running(seconds)).length, 1);
    } finally {
      stranger.kill("SIGKILL");
      await stranger.status;
    }
  },
);

jobTest("a job is lost when a later process has the number of its supervisor", async (bench) => {
  const job_id = await bench.start("cat");
  await reborn(bench, job_id, { start: "1" });
  assertEquals(await stateOf(bench, job_id), "lost");
});

jobTest(
  "a job is lost when its supervisor was killed, and job_kill ends what is left",
  async (bench) => {
    if (Deno.build.os !== "linux") return;
    const seconds = uniqueSleep();
    const { structured } = await bench.call("shell_bg", {
      command: `echo up; sleep ${seconds}; :`,
    });
    const job_id = String(structured.job_id);
    await bench.printed(job_id, "up");
    Deno.kill(Number(structured.pid), "SIGKILL");
    assertEquals((await bench.ended(job_id)).state, "lost");
    assert((await running(seconds)).length > 0);
    assertEquals((await bench.call("job_kill", { job_id })).isError, false);
    assertEquals(await running(seconds), []);
    assertEquals(await stateOf(bench, job_id), "lost");
  },
);

jobTest("a job whose record is damaged is none, and hurts no other", async (bench) => {
  const whole = await bench.start("exit 1");
  const broken = await bench.start("exit 2");
  await bench.ended(whole);
  await bench.ended(broken);
  const jobs = `${bench.host.stateDir}/jobs`;
  await Deno.writeTextFile(`${jobs}/${broken}/job.json`, '{"id": "j-');
  await Deno.mkdir(`${jobs}/j-abcdef`);
  const { structured } = await bench.call("job_list", {});
  assertEquals((structured.jobs as { job_id: string }[]).map((job) => job.job_id), [whole]);
});
