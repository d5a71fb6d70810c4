// Both ways of searching, so that one table of tests holds them to the same answers.
// Used by the tests of `search_files`. Where ripgrep is missing its half is skipped, except in CI.

import type { JsonObject } from "../../src/jsonrpc/message.ts";
import type { Host, HostOptions } from "../host.ts";
import { builtinEngine } from "../search_builtin.ts";
import { searchTool } from "../search_files.ts";
import type { SearchEngine } from "../search_query.ts";
import { findRipgrep } from "../search_ripgrep.ts";
import { type CallAnswer, type CallOptions, callTool } from "./call_tool.ts";
import { withHost } from "./host.ts";

/** What a test searches with. */
export interface SearchBench {
  readonly host: Host;
  readonly engine: SearchEngine;
  /** A scratch folder: where searches begin. */
  readonly dir: string;
  /** Milliseconds a search may take. */
  timeMs: number | undefined;
  /** Calls the tool; `path` is the scratch folder unless given. */
  search(args: JsonObject, options?: CallOptions): Promise<CallAnswer>;
}

/** Files by path; a text that begins with `->` makes a symlink, a path that ends with `/` a folder. */
export type Tree = { readonly [path: string]: string | Uint8Array };

/** Defines the test for each of the engines. */
export function searchTest(
  name: string,
  body: (bench: SearchBench) => Promise<void>,
  options?: (scratch: string) => HostOptions,
): void {
  Deno.test(`search_files ${name} (built-in)`, () =>
    withHost(async (host, dir) => {
      await body(benchOf(host, builtinEngine(host.runtime.files), dir));
    }, options));
  ripgrepTest(name, body, options);
}

/** Defines the test for ripgrep alone. */
export function ripgrepTest(
  name: string,
  body: (bench: SearchBench) => Promise<void>,
  options?: (scratch: string) => HostOptions,
): void {
  Deno.test(`search_files ${name} (ripgrep)`, () =>
    withHost(async (host, dir) => {
      // The PATH of the tests is enough; the login shell's takes half a second to find out.
      const path = () => Promise.resolve(Deno.env.get("PATH") ?? "");
      const found = { ...host, shell: { ...host.shell, path } };
      const engine = await findRipgrep(found, builtinEngine(host.runtime.files));
      if (engine !== undefined) return await body(benchOf(host, engine, dir));
      if (Deno.env.get("CI") === "true") throw new Error("ripgrep is missing: install it for CI");
      // deno-lint-ignore no-console -- told to whoever runs the tests
      console.log("skipped: needs ripgrep");
    }, options));
}

/** Makes files, folders and symlinks. */
export async function makeTree(dir: string, tree: Tree): Promise<void> {
  for (const [path, content] of Object.entries(tree)) {
    const full = `${dir}/${path}`;
    const folder = full.slice(0, full.lastIndexOf("/"));
    await Deno.mkdir(folder, { recursive: true });
    if (path.endsWith("/")) continue;
    if (typeof content !== "string") await Deno.writeFile(full, content);
    else if (content.startsWith("->")) await Deno.symlink(content.slice(2), full);
    else await Deno.writeTextFile(full, content);
  }
}

/** The files of an answer, relative to the scratch folder. */
export function filesOf({ structured }: CallAnswer, dir: string): string[] {
  return (structured.files as string[]).map((path) => path.replace(`${dir}/`, ""));
}

/** The lines of an answer: `path:number:text`, or `path-number-text` beside a match. */
export function linesOf({ structured }: CallAnswer, dir: string): string[] {
  const results = structured.results as {
    path: string;
    lines: { line: number; text: string; context?: true }[];
  }[];
  return results.flatMap(({ path, lines }) =>
    lines.map(({ line, text, context }) => {
      const mark = context ? "-" : ":";
      return `${path.replace(`${dir}/`, "")}${mark}${line}${mark}${text}`;
    })
  );
}

function benchOf(host: Host, engine: SearchEngine, dir: string): SearchBench {
  const bench: SearchBench = {
    host,
    engine,
    dir,
    timeMs: undefined,
    search: (args, options) => {
      const tool = searchTool(host, () => Promise.resolve(engine), bench.timeMs);
      return callTool(tool, { path: dir, ...args }, options);
    },
  };
  return bench;
}
