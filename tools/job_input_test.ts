import { assertEquals, assertStringIncludes } from "@std/assert";
import { jobTest } from "./testing/job_bench.ts";

jobTest("job_input writes to the job, again and again, and closes", async (bench) => {
  const job_id = await bench.start('while read -r x; do echo "got $x"; done; echo end');
  assertEquals(
    (await bench.call("job_input", { job_id, text: "one\n" })).text,
    `Wrote 4 bytes to ${job_id}`,
  );
  await bench.printed(job_id, "got one\n");
  await bench.call("job_input", { job_id, text: "zwö" });
  await bench.call("job_input", { job_id, text: " lf\n", close: true });
  assertEquals((await bench.ended(job_id)).exit_code, 0);
  const { text } = await bench.call("job_output", { job_id, offset: 0 });
  assertStringIncludes(text, "got one\ngot zwö lf\nend\n");
});

jobTest("job_input gives all of a long text to a job that reads", async (bench) => {
  const job_id = await bench.start("wc -c");
  await bench.call("job_input", { job_id, text: "x".repeat(1_000_000), close: true });
  await bench.ended(job_id);
  assertStringIncludes((await bench.call("job_output", { job_id })).text, "1000000\n");
});

jobTest("job_input says when the input is closed, or the job has ended", async (bench) => {
  const { scratch } = bench;
  const job_id = await bench.start(`mkfifo ${scratch}/go; cat; read x <${scratch}/go`);
  await bench.call("job_input", { job_id, close: true });
  const closed = await bench.call("job_input", { job_id, text: "late" });
  assertEquals([closed.isError, closed.text.includes("its input is closed")], [true, true]);
  await Deno.writeTextFile(`${scratch}/go`, "\n");
  await bench.ended(job_id);
  const ended = await bench.call("job_input", { job_id, text: "late" });
  assertEquals([ended.isError, ended.text.includes("it has ended")], [true, true]);
});

jobTest("job_input does not wait for ever for a job that does not read", async (bench) => {
  const job_id = await bench.start("exec <&-; echo closed; sleep 300");
  await bench.printed(job_id, "closed");
  const { isError, text } = await bench.call("job_input", { job_id, text: "hello" });
  assertEquals(isError, true);
  assertStringIncludes(text, "does not read its input now");
});

jobTest("job_input wants something to do", async (bench) => {
  const job_id = await bench.start("cat");
  const { isError, text } = await bench.call("job_input", { job_id });
  assertEquals([isError, text.includes("got neither")], [true, true]);
});
