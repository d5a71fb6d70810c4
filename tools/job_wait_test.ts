import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { jobTest } from "./testing/job_bench.ts";

jobTest("job_wait returns when the job ends, with its last lines", async (bench) => {
  const { scratch } = bench;
  const job_id = await bench.start(
    `mkfifo ${scratch}/go; seq 50; read x <${scratch}/go; echo last; exit 9`,
  );
  const waiting = bench.call("job_wait", { job_id, timeout_s: 20 });
  await Deno.writeTextFile(`${scratch}/go`, "\n");
  const { structured, text } = await waiting;
  assertEquals([structured.state, structured.exit_code, structured.timed_out], [
    "exited",
    9,
    false,
  ]);
  assertMatch(text, /^42\n43\n[^]*50\nlast\n\[j-\w+: exited with code 9 at /);
  const start = performance.now();
  await bench.call("job_wait", { job_id });
  assert(performance.now() - start < 2_000, "it waited for a job that has ended");
});

jobTest("job_wait is over at timeout_s, and the job goes on", async (bench) => {
  const job_id = await bench.start("cat");
  const { structured, isError, text } = await bench.call("job_wait", { job_id, timeout_s: 0.1 });
  assertEquals([structured.state, structured.timed_out, isError], ["running", true, false]);
  assertStringIncludes(text, "running");
});

jobTest("job_wait that is cancelled leaves the job alone", async (bench) => {
  const job_id = await bench.start("cat");
  const controller = new AbortController();
  const waiting = bench.call("job_wait", { job_id }, { signal: controller.signal });
  controller.abort();
  await waiting;
  await bench.call("job_input", { job_id, close: true });
  assertEquals((await bench.ended(job_id)).exit_code, 0);
});

jobTest("job_wait reports as progress what is printed meanwhile", async (bench) => {
  const job_id = await bench.start(
    'while :; do echo tick; sleep 0.05; done & read -r x; kill $!; echo "got $x"; read -r x; exit 0',
  );
  let news = "";
  let asked = false;
  const controller = new AbortController();
  const waiting = bench.call("job_wait", { job_id, timeout_s: 20 }, {
    signal: controller.signal,
    onProgress: (_progress, message = "") => {
      news += message;
      // Only now is it known to look.
      if (!asked) void bench.call("job_input", { job_id, text: "hello\n" });
      asked = true;
      if (news.includes("got hello")) void bench.call("job_input", { job_id, close: true });
    },
  });
  assertEquals((await waiting).structured.exit_code, 0);
  assertStringIncludes(news, "got hello\n");
});

jobTest("job_wait waits for the command, not for what it leaves behind", async (bench) => {
  const job_id = await bench.start("sleep 300 & echo left");
  const { structured, text } = await bench.call("job_wait", { job_id, timeout_s: 20 });
  assertEquals([structured.state, structured.exit_code], ["exited", 0]);
  assertStringIncludes(text, "left\n");
  assertStringIncludes(text, "something it started still runs");
});
