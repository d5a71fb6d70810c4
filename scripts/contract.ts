// deno-lint-ignore-file no-console -- it speaks to people
// Runs the contract suite (tests/contract/) on each runtime: Deno and Bun from the sources, Node from
// the sources without their types. A runtime that is not on PATH is installed from npm, once.
//
//   deno task contract [--runtime deno,bun,node20,node22,node24] [--filter TEXT] [--jobs N]
//
// For each runtime there is a line `ok | N passed | N failed (Ns)`; any failure makes the exit code 1.
// A runtime that cannot be had is skipped, with a line that says so, but fails where CI is "true".

import { parseArgs } from "@std/cli/parse-args";
import type { Commands, RuntimeName } from "../tests/contract/contract.ts";
import { findRuntime } from "./runtimes/find_runtime.ts";
import { readRuntimeNames, RUNTIME_NAMES, titleOf } from "./runtimes/runtime_name.ts";
import { commandOf, type Stage, stageSources } from "./runtimes/stage.ts";

const CI = Deno.env.get("CI") === "true";

/** Runs the suite on the runtimes, some at a time; gives how many of them failed. */
async function runAll(
  names: readonly RuntimeName[],
  stage: Stage | undefined,
  filter: string,
  jobs: number,
): Promise<number> {
  const waiting = [...names];
  let failed = 0;
  await Promise.all(Array.from({ length: jobs }, async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      if (!await runOn(name, stage, filter, jobs === 1)) failed++;
    }
  }));
  return failed;
}

/** Runs the suite on one; `live` shows each line as it comes, else all of them at the end. */
async function runOn(
  name: RuntimeName,
  stage: Stage | undefined,
  filter: string,
  live: boolean,
): Promise<boolean> {
  const executable = await findRuntime(name);
  if (executable === undefined || name !== "deno" && stage === undefined) return missing(name);
  const heading = `contract on ${titleOf(name)}`;
  if (live) console.log(heading);
  const [file = "", ...args] = commandOf(name, executable, stage, "contract");
  const commands: Commands = {
    lmcp: commandOf(name, executable, stage, "lmcp"),
    everything: commandOf(name, executable, stage, "everything"),
    library: commandOf(name, executable, stage, "library"),
  };
  const child = new Deno.Command(file, {
    args: [...args, name, filter, JSON.stringify(commands)],
    stdin: "null",
    stdout: live ? "inherit" : "piped",
    stderr: live ? "inherit" : "piped",
  });
  if (live) return (await child.spawn().status).success;
  const { success, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  console.log(`${heading}\n${decoder.decode(stdout)}${decoder.decode(stderr)}`);
  return success;
}

function missing(name: RuntimeName): boolean {
  console.log(CI ? "FAILED | 0 passed | 1 failed" : `skipped: needs ${titleOf(name)}`);
  if (CI) console.log(`The contract needs ${titleOf(name)}: install it\n`);
  return !CI;
}

async function main(args: readonly string[]): Promise<number> {
  const { runtime, filter, jobs } = parseArgs(args, {
    string: ["runtime", "filter", "jobs"],
    default: { runtime: RUNTIME_NAMES.join(","), filter: "", jobs: "3" },
    unknown: (arg) => {
      throw new TypeError(`Unknown argument: got "${arg}"`);
    },
  });
  const names = readRuntimeNames(runtime);
  const stage = names.every((name) => name === "deno") ? undefined : await stageSources();
  try {
    return await runAll(names, stage, filter, Math.min(Number(jobs), names.length)) > 0 ? 1 : 0;
  } finally {
    await stage?.remove();
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
