// Searches with ripgrep: it lists the files, then looks through them in the order of their paths,
// some hundreds at a time. So the first results are the first in that order however its threads
// run, and a search that finds much stops early.
// Used where ripgrep is on the login PATH. It reads no configuration of its own, and every path and
// pattern reaches it as data. Never used under `--root`: it opens files by name.

import { FileError, SpawnError } from "../src/runtime/runtime.ts";
import { ToolError } from "../src/server/define.ts";
import { compareBytes, sortBytes } from "./byte_order.ts";
import type { Host } from "./host.ts";
import { RipgrepOutput } from "./ripgrep_output.ts";
import { runProcess } from "./run_process.ts";
import type { SearchedFile, SearchEngine, SearchPlace, SearchText } from "./search_query.ts";
import { KERNEL_DIRS } from "./search_walk.ts";

const OLDEST = 13;
const ASK_MS = 5_000;
const NO_TIMEOUT_MS = 2 ** 31 - 1;
const FIRST_FILES = 200;
const MOST_PATH_CHARS = 128 * 1024;

const COMMON = ["--no-config", "--no-messages"];
// A file that is mapped into memory is not looked through for a NUL to its end.
const LINES = ["--json", "--no-mmap"];
// Of all files that say what to ignore only those that the walk of our own reads as well. (Ripgrep
// 13 reads .rgignore whatever it is told.)
const GITIGNORE = [
  "--no-ignore-dot",
  "--no-ignore-exclude",
  "--no-ignore-global",
  "--no-ignore-parent",
  "--no-ignore-messages",
  "--no-require-git",
];

type Programs = Pick<Host, "runtime" | "processes" | "shell">;

/** Finds ripgrep; undefined where there is none, or one that is too old. */
export async function findRipgrep(
  host: Programs,
  fallback: SearchEngine,
): Promise<SearchEngine | undefined> {
  for (const dir of (await host.shell.path()).split(":")) {
    const program = `${dir}/rg`;
    if (!dir.startsWith("/") || !await isProgram(host, program)) continue;
    const version = await majorVersion(host, program);
    return version >= OLDEST ? ripgrepEngine(host, program, fallback) : undefined;
  }
  return undefined;
}

async function majorVersion({ processes }: Programs, program: string): Promise<number> {
  let printed = "";
  try {
    await runProcess(processes, {
      command: program,
      args: ["--version"],
      env: {},
      timeoutMs: ASK_MS,
      signal: new AbortController().signal,
      onOutput: (bytes) => {
        printed += new TextDecoder().decode(bytes);
        return Promise.resolve();
      },
    });
  } catch (error) {
    if (!(error instanceof SpawnError)) throw error;
  }
  return Number(/^ripgrep (\d+)\./.exec(printed)?.[1] ?? 0);
}

async function isProgram({ runtime }: Programs, path: string): Promise<boolean> {
  try {
    const { type, mode } = await runtime.files.stat(path);
    return type === "file" && (mode === null || (mode & 0o111) !== 0);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return false;
  }
}

/** Makes the engine. `fallback` does what ripgrep refuses. */
export function ripgrepEngine(
  { processes }: Pick<Host, "processes">,
  program: string,
  fallback: SearchEngine,
): SearchEngine {
  return { name: "ripgrep", files, lines };

  async function* files(place: SearchPlace, most: number): AsyncGenerator<string> {
    yield* await list(place, ["--files"], most);
  }

  async function* lines(
    place: SearchPlace,
    text: SearchText,
    most: number,
  ): AsyncGenerator<SearchedFile> {
    const { folder, signal } = place;
    const looksFor = [
      text.ignoreCase ? "--ignore-case" : "--case-sensitive",
      `--regexp=${text.rust}`,
    ];
    if (await run([...COMMON, ...looksFor, "--", "/dev/null"], folder, signal) === 2) {
      yield* fallback.lines(place, text, most);
      return;
    }
    // On its own way through a folder ripgrep passes over binary files sooner. But it goes by other
    // globs than ours, so where names are asked for we choose the files.
    const way = place.wantsAll ? ["--files-with-matches", ...looksFor] : ["--files"];
    const left = (await list(place, way)).reverse();
    let count = FIRST_FILES;
    while (left.length > 0) {
      const from = place.from?.path === left.at(-1) ? place.from : undefined;
      const batch = from === undefined ? nextFiles(left, count) : left.splice(-1);
      const output = new RipgrepOutput({ text, most, after: from?.line ?? 0 });
      const args = [...COMMON, ...LINES, `--context=${text.context}`, ...looksFor];
      // Of a file that is gone on with, nobody knows how many matches come before.
      if (from === undefined) args.push(`--max-count=${most}`);
      const paths = batch.map((path) => `./${path}`);
      const enough = new AbortController();
      const code = await run([...args, "--", ...paths], folder, signal, (bytes) => {
        output.push(bytes);
        if (from !== undefined && output.full) enough.abort();
      }, enough.signal);
      if (enough.signal.aborted) output.keepLast();
      if (code === 2 || output.incomplete) place.onUnreadable();
      yield* output.files();
      yield { path: batch.at(-1)!, lines: [] };
      count *= 4;
    }
  }

  /** Lists the files that are wanted, in order; those that sort last may be missing. */
  async function list(
    place: SearchPlace,
    way: readonly string[],
    most = Infinity,
  ): Promise<string[]> {
    const { start } = place;
    if ("file" in start) return place.wants(start.file.path) ? [start.file.path] : [];
    const hides = [".git", ...(place.hidden ? [] : [".*"])];
    if (place.folder === "/") hides.push(...KERNEL_DIRS);
    const args = [
      ...COMMON,
      ...way,
      "--null",
      "--hidden",
      ...(place.ignore ? GITIGNORE : ["--no-ignore"]),
      ...hides.map((glob) => `--glob=!${glob}`),
      "--",
      "./",
    ];
    const decoder = new TextDecoder();
    let found: string[] = [];
    let pending = "";
    const code = await run(args, place.folder, place.signal, (bytes) => {
      const names = (pending + decoder.decode(bytes, { stream: true })).split("\0");
      pending = names.pop() ?? "";
      for (const name of names) {
        const path = name.slice("./".length);
        if (isAhead(path, place) && place.wants(path)) found.push(path);
      }
      if (found.length > 4 * most) found = sortBytes(found).slice(0, most);
    });
    if (code === 2) place.onUnreadable();
    return sortBytes(found);
  }

  /**
   * Runs ripgrep to its end, or until `enough` is aborted: 0 found, 1 nothing found, 2 something
   * went wrong.
   */
  async function run(
    args: readonly string[],
    folder: string,
    signal: AbortSignal,
    onOutput: (bytes: Uint8Array) => void = () => {},
    enough?: AbortSignal,
  ): Promise<number> {
    signal.throwIfAborted();
    const { exit } = await runProcess(processes, {
      command: program,
      args,
      cwd: folder,
      env: {},
      timeoutMs: NO_TIMEOUT_MS,
      signal: enough === undefined ? signal : AbortSignal.any([signal, enough]),
      onOutput: (bytes) => {
        onOutput(bytes);
        return Promise.resolve();
      },
    });
    signal.throwIfAborted();
    if (enough?.aborted) return 0;
    if (exit.code === undefined || exit.code > 2) {
      const end = exit.signal ?? `exit code ${exit.code}`;
      throw new ToolError(`ripgrep ended with ${end}; try again`);
    }
    return exit.code;
  }
}

// A name that is no UTF-8 cannot be asked for.
function isAhead(path: string, { from }: SearchPlace): boolean {
  if (path.includes("\uFFFD")) return false;
  if (from === undefined) return true;
  const order = compareBytes(path, from.path);
  return order > 0 || (order === 0 && from.line !== undefined);
}

// Takes the first of the files that are left, as many as fit on a command line.
function nextFiles(left: string[], count: number): string[] {
  const batch: string[] = [];
  for (let chars = 0; batch.length < count && chars < MOST_PATH_CHARS;) {
    const path = left.pop();
    if (path === undefined) break;
    batch.push(path);
    chars += path.length;
  }
  return batch;
}
