// deno-lint-ignore-file no-console -- it speaks to people
// The benchmark: lmcp, the bare runtime and the official SDK, side by side and in turn, on each
// runtime that can be had. Needs Linux with two processors, and wrk.
//
//   deno task bench [--runtime deno,bun,node24] [--only http,stdio,start,memory,growth,files,hub]
//                   [--rounds 3] [--seconds 1] [--out FILE]
//
// Prints ratios first, then the figures; writes docs/results/bench.json after each part, unless only
// parts were asked for and no --out is given. Takes 10 minutes; nothing should run beside it. It
// holds nobody to the targets: it says which hold.

import { parseArgs } from "@std/cli/parse-args";
import { machineClass, today } from "../scripts/machine_class.ts";
import { fillPackage } from "../scripts/npm/fill_package.ts";
import { findRuntime } from "../scripts/runtimes/find_runtime.ts";
import { installed } from "../scripts/runtimes/npm_cache.ts";
import { readRuntimeNames, titleOf } from "../scripts/runtimes/runtime_name.ts";
import { type Stage, stageSources } from "../scripts/runtimes/stage.ts";
import { type BenchContext, openContext } from "./bench_context.ts";
import type { Result } from "./figures.ts";
import { canLoad } from "./http_load.ts";
import { measureFiles } from "./parts/files_part.ts";
import { measureGrowth } from "./parts/growth_part.ts";
import { measureHub } from "./parts/hub_part.ts";
import { measureHttp } from "./parts/http_part.ts";
import { measureMemory } from "./parts/memory_part.ts";
import { measureStart } from "./parts/start_part.ts";
import { measureStdio } from "./parts/stdio_part.ts";
import { printResults } from "./print_results.ts";
import { CLIENT_CPU } from "./server_process.ts";

const PARTS: { readonly [name: string]: (context: BenchContext) => Promise<Result[]> } = {
  http: measureHttp,
  stdio: measureStdio,
  start: measureStart,
  memory: measureMemory,
  growth: measureGrowth,
  files: measureFiles,
  hub: measureHub,
};
/** Parts that say the same of every runtime: measured on the first one, where all are asked for. */
const ONCE: readonly string[] = ["growth", "files", "hub"];
const SDK_PACKAGES = ["@modelcontextprotocol/server@2.4.0", "@modelcontextprotocol/node@2.1.2"];
const OUT = new URL("../docs/results/bench.json", import.meta.url);

/** A folder with the SDK's server and its packages; thrown away in the end. */
async function layOutSdk(): Promise<string> {
  const packages = await installed("bench-sdk-2.4.0", SDK_PACKAGES);
  if (packages === undefined) throw new Error("skipped: needs the official SDK from npm");
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "lmcp-bench-sdk-" }));
  await Deno.copyFile(new URL("servers/sdk.mjs", import.meta.url), `${folder}/sdk.mjs`);
  await Deno.symlink(`${packages}/node_modules`, `${folder}/node_modules`);
  const dependencies = Object.fromEntries(SDK_PACKAGES.map((each) => {
    const at = each.lastIndexOf("@");
    return [each.slice(0, at), each.slice(at + 1)];
  }));
  await Deno.writeTextFile(`${folder}/package.json`, JSON.stringify({ dependencies }));
  return folder;
}

/** The program as those of Bun and Node have it: the npm package; thrown away in the end. */
async function layOutPackage(stage: Stage | undefined): Promise<string | undefined> {
  if (stage === undefined) return undefined;
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "lmcp-bench-npm-" }));
  await fillPackage(folder);
  await Deno.symlink(await Deno.realPath(`${stage.folder}/node_modules`), `${folder}/node_modules`);
  return folder;
}

async function pinItself(): Promise<void> {
  const args = ["-a", "-p", "-c", String(CLIENT_CPU), String(Deno.pid)];
  await new Deno.Command("taskset", { args, stdout: "null" }).output();
}

async function main(args: readonly string[]): Promise<number> {
  const options = parseArgs(args, {
    string: ["runtime", "only", "rounds", "seconds", "out"],
    default: { runtime: "deno,bun,node24", rounds: "3", seconds: "1" },
    unknown: (arg) => {
      throw new TypeError(`Unknown argument: got "${arg}"`);
    },
  });
  const parts = options.only === undefined ? Object.keys(PARTS) : options.only.split(",");
  const stranger = parts.find((part) => PARTS[part] === undefined);
  if (stranger !== undefined) {
    throw new TypeError(`--only must be of ${Object.keys(PARTS).join(", ")}: got "${stranger}"`);
  }
  if (!await canLoad()) {
    console.error("The benchmark needs wrk and taskset: apt-get install wrk util-linux");
    return 1;
  }
  await pinItself();
  const names = readRuntimeNames(options.runtime);
  const out = options.out ?? (options.only === undefined ? OUT : undefined);
  const command = `deno task bench ${args.join(" ")}`.trim();
  const sdk = await layOutSdk();
  let stage: Stage | undefined;
  let program: string | undefined;
  const results: Result[] = [];
  try {
    if (names.some((name) => name !== "deno")) {
      stage = await stageSources();
      program = await layOutPackage(stage);
    }
    for (const runtime of names) {
      const executable = await findRuntime(runtime);
      if (executable === undefined || (runtime !== "deno" && stage === undefined)) {
        console.error(`skipped: needs ${titleOf(runtime)}`);
        continue;
      }
      const [rounds, seconds] = [Number(options.rounds), Number(options.seconds)];
      const folders = { stage, program, sdk };
      const context = openContext({ runtime, rounds, seconds }, executable, folders);
      for (const part of parts) {
        if (options.only === undefined && runtime !== names[0] && ONCE.includes(part)) continue;
        const begin = performance.now();
        results.push(...await PARTS[part]!(context));
        const took = (performance.now() - begin) / 1_000;
        console.error(`${titleOf(runtime)}: ${part} took ${took.toFixed(0)} s`);
        if (out === undefined) continue;
        const report = { date: today(), machine: machineClass(), command, results };
        await Deno.writeTextFile(out, `${JSON.stringify(report, null, 1)}\n`);
      }
    }
  } finally {
    await stage?.remove();
    for (const folder of [sdk, program]) {
      if (folder !== undefined) await Deno.remove(folder, { recursive: true });
    }
  }
  printResults(results);
  return 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
