// Runs the contract suite inside the runtime that runs this file. `scripts/contract.ts` starts it for
// each runtime:
//
//   main.ts NAME FILTER COMMANDS     COMMANDS: JSON of what runs each program under this runtime
//
// The last line is `ok | N passed | N failed (Ns)`, or FAILED instead of ok, and the exit code 0 or 1.

import process from "node:process";
import { openRuntime } from "../../src/runtime/open_runtime.ts";
import type { RuntimeName } from "./contract.ts";
import { runCases } from "./run_cases.ts";
import { SUITES } from "./suites.ts";

/** Runs the suite and ends the program. */
export async function main(): Promise<void> {
  const [name, filter = "", commands = "{}"] = process.argv.slice(2);
  const start = performance.now();
  const runtime = await openRuntime();
  const { passed, failed } = await runCases(SUITES, filter, {
    name: name as RuntimeName,
    runtime,
    commands: JSON.parse(commands),
    ci: process.env.CI === "true",
    say: (line) => void process.stdout.write(`${line}\n`),
  });
  const verdict = failed === 0 && passed > 0 ? "ok" : "FAILED";
  const took = `${Math.round((performance.now() - start) / 1_000)}s`;
  const last = `\n${verdict} | ${passed} passed | ${failed} failed (${took})\n\n`;
  process.stdout.write(last, () => process.exit(verdict === "ok" ? 0 : 1));
}

// Node 20 does not say; there, a file of its own calls main().
if (import.meta.main) await main();
