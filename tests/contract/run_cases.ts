// Runs cases one after another and counts. Called by `main.ts`; prints through `say` alone.

import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import type { Runtime } from "../../src/runtime/runtime.ts";
import type { Case, Commands, Context, RuntimeName } from "./contract.ts";
import { startProgram } from "./program.ts";

const BOUND_MS = 60_000;

/** What all cases of a run share. */
export interface Surroundings {
  readonly name: RuntimeName;
  readonly runtime: Runtime;
  readonly commands: Commands;
  /** Whether everything must be there. */
  readonly ci: boolean;
  say(line: string): void;
}

/** How many cases went how. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** Runs the cases of suites whose `suite: name` holds a text. */
export async function runCases(
  suites: { readonly [name: string]: readonly Case[] },
  filter: string,
  around: Surroundings,
): Promise<Counts> {
  let passed = 0;
  let failed = 0;
  for (const [suite, cases] of Object.entries(suites)) {
    for (const each of cases) {
      const title = `${suite}: ${each.name}`;
      if (!title.includes(filter)) continue;
      const start = performance.now();
      const problem = await runCase(each, around);
      const took = `${Math.round(performance.now() - start)}ms`;
      if (problem === undefined) passed++;
      else failed++;
      around.say(`${title} ... ${problem === undefined ? "ok" : "FAILED"} (${took})`);
      if (problem !== undefined) around.say(problem.replaceAll(/^/gm, "    "));
    }
  }
  return { passed, failed };
}

/** Says what went wrong; undefined if nothing did. */
async function runCase(one: Case, around: Surroundings): Promise<string | undefined> {
  const folder = realpathSync(mkdtempSync(`${tmpdir()}/lmcp-contract-`));
  const cleanups: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const problems: string[] = [];
  const strays = collectStrays(problems);
  let bound: ReturnType<typeof setTimeout> | undefined;
  try {
    const boundMs = one.boundMs ?? BOUND_MS;
    await Promise.race([
      one.run(contextOf(around, folder, cleanups)),
      new Promise((_resolve, reject) => {
        bound = setTimeout(() => reject(new Error(`Not done after ${boundMs} ms`)), boundMs);
      }),
    ]);
  } catch (error) {
    problems.push(textOf(error));
  }
  clearTimeout(bound);
  for (const cleanup of cleanups.reverse()) {
    try {
      await cleanup();
    } catch (error) {
      problems.push(`Afterwards: ${textOf(error)}`);
    }
  }
  strays.stop();
  return problems.length === 0 ? undefined : problems.join("\n");
}

function contextOf(
  { name, runtime, commands, ci, say }: Surroundings,
  folder: string,
  cleanups: (() => unknown)[],
): Context {
  return {
    name,
    runtime,
    commands,
    folder,
    async start(args, options = {}) {
      const program = await startProgram(commands, folder, args, options);
      cleanups.push(async () => {
        program.kill("SIGKILL");
        await program.exited;
      });
      return program;
    },
    after: (fn) => void cleanups.push(fn),
    lacks(what, there) {
      if (there) return false;
      if (ci) throw new Error(`This case needs ${what}: install it`);
      say(`skipped: needs ${what}`);
      return true;
    },
  };
}

/** A rejection that nobody handles is a failure of the case that it comes in. */
function collectStrays(problems: string[]): { stop(): void } {
  const stray = (error: unknown) => problems.push(`Nobody handled: ${textOf(error)}`);
  process.on("unhandledRejection", stray);
  process.on("uncaughtException", stray);
  return {
    stop() {
      process.off("unhandledRejection", stray);
      process.off("uncaughtException", stray);
    },
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}
