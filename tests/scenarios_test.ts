// Every scenario against the everything server, over HTTP and as a process on standard streams: none
// fails, none is left out without a reason that is known here, and every message that the server
// sends is one that the official schema of its revision allows.

import { assert, assertEquals } from "@std/assert";
import { createHandler } from "../mod.ts";
import { openRuntime } from "../src/runtime/open_runtime.ts";
import type { Runtime } from "../src/runtime/runtime.ts";
import { everythingServer } from "../conformance/everything_server.ts";
import { FIXTURES } from "../conformance/fixtures/mod.ts";
import { pipedRuntime } from "../conformance/piped_runtime.ts";
import { runAll, type Target } from "../conformance/scenarios/run_all.ts";
import { LEAST_PASSED } from "./contract/least_passed.ts";
import { checkedHandler } from "./support/checked_handler.ts";
import { checkedRuntime } from "./support/checked_streams.ts";

const SERVER = new URL("../conformance/everything_server.ts", import.meta.url).pathname;

const ONE_TRANSPORT = /^for (http|stdio) only$/;

/** Where every scenario gets a process of its own; elsewhere pipes within this one do. */
const AS_PROCESSES = ["2025-11-25"];

Deno.test("every scenario passes on the everything server, over HTTP and stdio", async () => {
  const runtime = await openRuntime();
  const command = [Deno.execPath(), "run", "-A", "--quiet", SERVER, "--stdio"];
  const problems = await Promise.all(
    Object.entries(LEAST_PASSED).flatMap(([revision, least]) => [
      overHttp(revision, least.http),
      overStdio(
        AS_PROCESSES.includes(revision)
          ? runtime
          : pipedRuntime(runtime, () => everythingServer({ onError: () => {} })),
        command,
        revision,
        least.stdio,
      ),
    ]),
  );
  assertEquals(problems.flat(), []);
});

async function overHttp(revision: string, least: number): Promise<string[]> {
  const handler = createHandler(everythingServer({ onError: () => {} }));
  const checked = checkedHandler(handler);
  await using http = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    checked.handler,
  );
  const url = `http://127.0.0.1:${http.addr.port}/mcp`;
  const problems = await run({ kind: "http", url, headers: {} }, revision, least);
  await handler.close();
  assert(checked.seen() > least, `${checked.seen()} messages`);
  return [...problems, ...checked.problems];
}

async function overStdio(
  runtime: Runtime,
  command: readonly string[],
  revision: string,
  least: number,
): Promise<string[]> {
  const sent: string[] = [];
  const target = {
    kind: "stdio",
    runtime: checkedRuntime(runtime, revision, sent),
    command,
  } as const;
  return [...await run(target, revision, least), ...sent];
}

/** Runs the scenarios of a revision, and says what is not as it must be. */
async function run(target: Target, revision: string, least: number): Promise<string[]> {
  const problems: string[] = [];
  let passed = 0;
  for await (const result of runAll(target, FIXTURES, { revisions: [revision] })) {
    const { scenario, verdict } = result;
    if (verdict.kind === "passed") passed++;
    else if (verdict.kind === "failed" || !ONE_TRANSPORT.test(verdict.why)) {
      problems.push(`${target.kind} ${revision} ${scenario.id}: ${verdict.why}`);
    }
  }
  if (passed < least) {
    problems.push(`${target.kind} ${revision}: ${passed} of at least ${least} passed`);
  }
  return problems;
}

Deno.test("a scenario has an id of its own, a known level, and a place in its revision's spec", () => {
  const ids = new Set<string>();
  for (const { revision, scenarios } of FIXTURES) {
    const own = new Set<string>();
    for (const { id, level, spec, says, steps, title } of scenarios) {
      assert(/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id), id);
      assert(!own.has(id), `${revision} has "${id}" twice`);
      assert(["MUST", "SHOULD", "project"].includes(level), `${id}: ${level}`);
      assert(/^[a-z_/-]+#[\w-]+$/.test(spec), `${id}: ${spec}`);
      assert(says.length > 10 && title.length > 10, id);
      assert(
        steps.some((step) => JSON.stringify(step).match(/"do":"(expect|see|quiet|end|grows)"/)),
        `${id} expects nothing`,
      );
      own.add(id);
      ids.add(id);
    }
  }
  assert(ids.size >= 120, `${ids.size} scenarios`);
});
