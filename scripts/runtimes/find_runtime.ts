// Finds the program of a runtime: on PATH, or as a package of npm in a cache folder of its own, where
// it is installed once. Used by the tasks that run on all runtimes.

import type { RuntimeName } from "../../tests/contract/contract.ts";
import { installed } from "./npm_cache.ts";

/** Where to get a runtime that is not on PATH. */
const PACKAGES: { readonly [name: string]: string } = {
  bun: "bun@1",
  node20: "node@20",
  node22: "node@22",
  node24: "node@24",
};

/** The path of its program; undefined where it neither is nor can be installed. */
export async function findRuntime(name: RuntimeName): Promise<string | undefined> {
  if (name === "deno") return Deno.execPath();
  const program = name === "bun" ? "bun" : "node";
  const wanted = name === "bun" ? /^1\./ : new RegExp(`^v${name.slice("node".length)}\\.`);
  if (wanted.test(await versionOf(program))) return program;
  const folder = await installed(name, [PACKAGES[name]!]);
  if (folder === undefined) return undefined;
  const path = `${folder}/node_modules/.bin/${program}`;
  return wanted.test(await versionOf(path)) ? path : undefined;
}

/** What a program says at `--version`; "" where there is none. */
async function versionOf(program: string): Promise<string> {
  try {
    const { stdout } = await new Deno.Command(program, { args: ["--version"], stderr: "null" })
      .output();
    return new TextDecoder().decode(stdout);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
