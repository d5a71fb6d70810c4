// Has cases of the contract (tests/contract/) run as tests of Deno beside the source they are about,
// so that `deno task unit` shows them, too. Used by tests only.

import { assertEquals } from "@std/assert";
import { openRuntime } from "../../src/runtime/open_runtime.ts";
import type { Case } from "../contract/contract.ts";
import { runCases } from "../contract/run_cases.ts";
import { testAlone } from "./alone.ts";

/**
 * Registers a test of the file `url` for each case; those whose name matches `alone` count what the
 * whole process has. None of them may start the program.
 */
export function testCases(url: string, cases: readonly Case[], alone: RegExp): void {
  for (const each of cases) {
    if (alone.test(each.name)) testAlone(url, each.name, () => runCase(each));
    else Deno.test(each.name, () => runCase(each));
  }
}

async function runCase(each: Case): Promise<void> {
  const said: string[] = [];
  const { failed } = await runCases({ deno: [each] }, "", {
    name: "deno",
    runtime: await openRuntime(),
    commands: { lmcp: [], everything: [], library: [] },
    ci: Deno.env.get("CI") === "true",
    say: (line) => void said.push(line),
  });
  assertEquals(failed, 0, said.join("\n"));
}
