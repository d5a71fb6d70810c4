import { assert, assertEquals } from "@std/assert";
import { jobTest } from "./testing/job_bench.ts";
import { running, uniqueSleep } from "./testing/running.ts";

const linux = Deno.build.os === "linux";

/** Ways for the processes of a job to be there. */
const TREES: { readonly [name: string]: (seconds: string) => string } = {
  "a pipeline": (s) => `echo ready; sleep ${s} | sleep ${s}`,
  "background children": (s) => `sleep ${s} & (sleep ${s} &); echo ready; wait`,
  ...(linux
    ? {
      "a session of its own": (s: string) => `setsid sleep ${s} & echo ready; sleep ${s}`,
      "a daemon": (s: string) =>
        `(setsid sh -c 'sleep ${s} >/dev/null 2>&1 & sleep ${s}' &); echo ready; sleep ${s}`,
    }
    : {}),
};

for (const [name, tree] of Object.entries(TREES)) {
  jobTest(`job_kill leaves nothing of ${name}`, async (bench) => {
    const seconds = uniqueSleep();
    const job_id = await bench.start(tree(seconds));
    await bench.printed(job_id, "ready");
    const { structured } = await bench.call("job_kill", { job_id });
    assertEquals(await running(seconds), []);
    assertEquals([structured.state, structured.signal], ["killed", "SIGTERM"]);
  });
}

jobTest("job_kill lets a job end in its own way, and has that on record", async (bench) => {
  const seconds = uniqueSleep();
  const job_id = await bench.start(
    `trap 'echo tidy; exit 7' TERM; echo ready; sleep ${seconds} & wait`,
  );
  await bench.printed(job_id, "ready");
  const { structured } = await bench.call("job_kill", { job_id });
  assertEquals([structured.state, structured.exit_code], ["exited", 7]);
  await bench.printed(job_id, "tidy");
});

jobTest("job_kill kills what minds no SIGTERM, after two seconds", async (bench) => {
  const seconds = uniqueSleep();
  const job_id = await bench.start(`trap '' TERM; echo ready; sleep ${seconds}; sleep ${seconds}`);
  await bench.printed(job_id, "ready");
  const start = performance.now();
  const { structured } = await bench.call("job_kill", { job_id });
  assert(performance.now() - start >= 1_900);
  assertEquals(await running(seconds), []);
  assertEquals([structured.state, structured.signal], ["killed", "SIGKILL"]);
  assertEquals((await bench.call("job_status", { job_id })).structured.state, "killed");
});

jobTest("job_kill with SIGKILL waits for nothing", async (bench) => {
  const seconds = uniqueSleep();
  const job_id = await bench.start(`trap '' TERM; echo ready; sleep ${seconds}`);
  await bench.printed(job_id, "ready");
  const start = performance.now();
  const { structured } = await bench.call("job_kill", { job_id, signal: "SIGKILL" });
  assert(performance.now() - start < 1_500);
  assertEquals(await running(seconds), []);
  assertEquals([structured.state, structured.signal], ["killed", "SIGKILL"]);
});

jobTest("job_kill with SIGINT asks as Ctrl-C does", async (bench) => {
  const job_id = await bench.start("trap 'echo asked' INT; echo ready; cat; echo on");
  await bench.printed(job_id, "ready");
  await bench.call("job_kill", { job_id, signal: "SIGINT" });
  assertEquals((await bench.ended(job_id)).exit_code, 0);
  await bench.printed(job_id, "asked\non\n");
});

jobTest(
  "job_kill of a job that has ended ends what it left, and changes no record",
  async (bench) => {
    const seconds = uniqueSleep();
    const job_id = await bench.start(`sleep ${seconds} & exit 5`);
    assertEquals((await bench.ended(job_id)).exit_code, 5);
    assert((await running(seconds)).length > 0);
    const { structured, isError } = await bench.call("job_kill", { job_id });
    assertEquals([isError, structured.state, structured.exit_code], [false, "exited", 5]);
    assertEquals(await running(seconds), []);
  },
);
