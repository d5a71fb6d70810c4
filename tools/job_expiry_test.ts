import { assertEquals } from "@std/assert";
import { type JobBench, jobTest } from "./testing/job_bench.ts";

const DAY_MS = 24 * 3_600_000;

async function ids({ call }: JobBench): Promise<unknown[]> {
  const { structured } = await call("job_list", {});
  return (structured.jobs as { job_id: string }[]).map((job) => job.job_id);
}

async function endedJobs(bench: JobBench, count: number, command: string): Promise<string[]> {
  const made: string[] = [];
  for (let at = 0; at < count; at++) {
    const id = await bench.start(command);
    await bench.ended(id);
    made.unshift(id);
  }
  return made;
}

jobTest("JobExpiry keeps the newest jobs that ended, and all that run", async (bench) => {
  const running = await bench.start("cat");
  const [newest, older] = await endedJobs(bench, 3, "true");
  await bench.host.jobExpiry.sweep({ maxJobs: 2 });
  assertEquals(await ids(bench), [newest, older, running]);
  await bench.host.jobExpiry.sweep({ maxJobs: 0 });
  assertEquals(await ids(bench), [running]);
});

jobTest("JobExpiry takes away what ended too long ago", async (bench) => {
  const running = await bench.start("cat");
  const [fresh, old] = await endedJobs(bench, 2, "true");
  const then = new Date(Date.now() - 8 * DAY_MS);
  await Deno.utime(`${bench.host.stateDir}/jobs/${old}/exit`, then, then);
  await bench.host.jobExpiry.sweep();
  assertEquals(await ids(bench), [fresh, running]);
  await bench.host.jobExpiry.sweep({ maxAgeMs: 0 });
  assertEquals(await ids(bench), [running]);
});

jobTest("JobExpiry bounds what all logs take", async (bench) => {
  const [newest, older] = await endedJobs(bench, 3, "head -c 1000 /dev/zero");
  await bench.host.jobExpiry.sweep({ maxBytes: 2_500 });
  assertEquals(await ids(bench), [newest, older]);
});

jobTest("JobExpiry keeps a job that left something running", async (bench) => {
  const id = await bench.start("sleep 300 & true");
  await bench.ended(id);
  await bench.host.jobExpiry.sweep({ maxJobs: 0, maxAgeMs: 0 });
  assertEquals(await ids(bench), [id]);
});
