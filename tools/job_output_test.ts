import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type JobBench, jobTest } from "./testing/job_bench.ts";

/** What was printed, without the lines about the job. */
function printedPart(output: unknown): string {
  return String(output).replace(/(\[bytes .*\]\n)?(\[no output\]\n)?\[j-.*\]$/, "");
}

async function endedJob({ start, ended }: JobBench, command: string): Promise<string> {
  const id = await start(command);
  await ended(id);
  return id;
}

jobTest("job_output pages through a log so that nothing is missing or twice", async (bench) => {
  const job_id = await endedJob(bench, "seq 1 30000; printf 'é%.0s' $(seq 40000)");
  let all = "";
  let pages = 0;
  for (let offset = 0, more: unknown = true; more; pages++) {
    const { structured } = await bench.call("job_output", { job_id, offset });
    const output = printedPart(structured.output);
    assert(String(structured.output).length <= 30_000);
    // The page adds a newline where the job printed none.
    const whole = output.includes("é") && output.endsWith("\n") ? output.slice(0, -1) : output;
    all += whole;
    more = structured.more;
    assertEquals(structured.offset, offset);
    offset = Number(structured.next_offset);
  }
  const numbers = Array.from({ length: 30_000 }, (_, at) => `${at + 1}\n`).join("");
  assertEquals(all, numbers + "é".repeat(40_000));
  assert(pages > 5, `${pages} pages`);
});

jobTest("job_output shows the end unless told otherwise", async (bench) => {
  const job_id = await endedJob(bench, "seq 1 30000");
  const { structured, text } = await bench.call("job_output", { job_id });
  assert(text.length <= 30_000);
  const lines = printedPart(structured.output).trimEnd().split("\n");
  assertEquals(lines.at(-1), "30000");
  assertEquals(Number(lines[0]) + lines.length - 1, 30_000);
  assertEquals([structured.more, structured.next_offset], [false, 168_894]);
  assertStringIncludes(text, `[bytes ${structured.offset} to 168894 of 168894]`);
});

jobTest("job_output gives the last lines, and the bytes from a place at the end", async (bench) => {
  const job_id = await endedJob(bench, "printf 'one\\ntwo\\nthree\\nfour'");
  const read = async (args: { [name: string]: unknown }) =>
    printedPart((await bench.call("job_output", { job_id, ...args })).structured.output);
  assertEquals(await read({ tail: 2 }), "three\nfour\n");
  assertEquals(await read({ tail: 1 }), "four\n");
  assertEquals(await read({ tail: 99 }), "one\ntwo\nthree\nfour\n");
  assertEquals(await read({ offset: -7 }), "ee\nfour\n");
  assertEquals(await read({ offset: -700 }), "one\ntwo\nthree\nfour\n");
  assertEquals(await read({ offset: "4" }), "two\nthree\nfour\n");
  assertStringIncludes(
    (await bench.call("job_output", { job_id, offset: 99 })).text,
    "[offset 99 is past the end: it printed 18 bytes]",
  );
  const both = await bench.call("job_output", { job_id, offset: 1, tail: 1 });
  assertEquals([both.isError, both.text.includes("not both")], [true, true]);
});

jobTest("job_output is free of terminal codes, and cuts none in two", async (bench) => {
  const { scratch } = bench;
  const job_id = await bench.start(
    `mkfifo ${scratch}/one ${scratch}/two; printf 'a\\303'; read x <${scratch}/one; ` +
      `printf '\\251\\033['; read x <${scratch}/two; printf '31mred\\033[0m 10%%\\r100%%\\n'`,
  );
  // One pipe for each: a writer that is still closing would let the next reader through.
  const go = (pipe: string) => Deno.writeTextFile(`${scratch}/${pipe}`, "\n");
  const after = async (offset: number) => {
    const { structured } = await bench.call("job_output", { job_id, offset, wait_s: 20 });
    return [printedPart(structured.output), structured.next_offset];
  };
  assertEquals(await after(0), ["a\n", 1]);
  await go("one");
  await bench.printed(job_id, "é");
  assertEquals(await after(1), ["é\n", 3]);
  await go("two");
  await bench.ended(job_id);
  assertEquals(await after(3), ["100%\n", 25]);
});

jobTest("job_output waits for more, and no longer than there is none", async (bench) => {
  const { scratch } = bench;
  const job_id = await bench.start(
    `mkfifo ${scratch}/go; echo first; read x <${scratch}/go; echo more`,
  );
  await bench.printed(job_id, "first");
  const start = performance.now();
  const nothing = await bench.call("job_output", { job_id, offset: 6, wait_s: 0.2 });
  assertEquals([nothing.structured.next_offset, nothing.structured.state], [6, "running"]);
  assert(performance.now() - start >= 190);
  const waiting = bench.call("job_output", { job_id, offset: 6, wait_s: 20 });
  await Deno.writeTextFile(`${scratch}/go`, "\n");
  assertStringIncludes((await waiting).text, "more\n");
  await bench.ended(job_id);
  const again = performance.now();
  await bench.call("job_output", { job_id, offset: 11, wait_s: 20 });
  assert(performance.now() - again < 5_000, "it waited for a job that has ended");
});
