// That the runner of the contract finds what is wrong: cases that fail, hang, or fail where nobody
// looks; and that it cleans up after each.

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { openRuntime } from "../../src/runtime/open_runtime.ts";
import type { Case, Context } from "./contract.ts";
import { runCases } from "./run_cases.ts";

async function run(cases: readonly Case[], filter = "", ci = false) {
  const said: string[] = [];
  const counts = await runCases({ a: cases }, filter, {
    name: "deno",
    runtime: await openRuntime(),
    commands: { lmcp: [], everything: [], library: [] },
    ci,
    say: (line) => said.push(line),
  });
  return { ...counts, said: said.join("\n") };
}

Deno.test("runCases() counts and names what passed and what failed", async () => {
  const { passed, failed, said } = await run([
    { name: "holds", run: () => Promise.resolve() },
    { name: "breaks", run: () => Promise.reject(new Error("it broke")) },
  ]);
  assertEquals([passed, failed], [1, 1]);
  assertMatch(
    said,
    /^a: holds \.\.\. ok \(\d+ms\)\na: breaks \.\.\. FAILED \(\d+ms\)\n {4}Error: it broke/,
  );
});

Deno.test("runCases() fails a case that hangs, or in which a rejection is left unhandled", async () => {
  const { passed, failed, said } = await run([
    { name: "hangs", boundMs: 10, run: () => new Promise(() => {}) },
    {
      name: "forgets",
      async run() {
        Promise.reject(new Error("forgotten"));
        await new Promise((resolve) => setTimeout(resolve, 10));
      },
    },
  ]);
  assertEquals([passed, failed], [0, 2]);
  assertStringIncludes(said, "Not done after 10 ms");
  assertStringIncludes(said, "Nobody handled: Error: forgotten");
});

Deno.test("runCases() runs what the filter names, and cleans up after each, the last first", async () => {
  const order: string[] = [];
  let folder = "";
  const clean = (context: Context) => {
    folder = context.folder;
    context.after(() => order.push("first"));
    context.after(() => Promise.reject(new Error("not clean")));
    context.after(() => order.push("last"));
    return Promise.resolve();
  };
  const { failed, said } = await run([
    { name: "this", run: clean },
    { name: "that", run: () => Promise.resolve() },
  ], "a: this");
  assertEquals([failed, order], [1, ["last", "first"]]);
  assertStringIncludes(said, "Afterwards: Error: not clean");
  assertEquals(said.includes("that"), false);
  assertEquals(await Deno.stat(folder).catch(() => "gone"), "gone");
});

Deno.test("runCases() lets a case say what it lacks, and fails it where CI is true", async () => {
  const cases: Case[] = [{
    name: "needs",
    run: ({ lacks }) => Promise.resolve(void lacks("a machine", false)),
  }];
  const { passed, said } = await run(cases);
  assertEquals([passed, said.split("\n")[0]], [1, "skipped: needs a machine"]);
  assertEquals((await run(cases, "", true)).failed, 1);
});
