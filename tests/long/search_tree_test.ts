// Searches through many files: with ripgrep nearly as fast as ripgrep itself, without it slower by a
// bound, and the same answer from both.

import { assert, assertEquals } from "@std/assert";
import { lacksProgram } from "../support/lacks.ts";
import { at } from "../support/load_figures.ts";
import { builtinEngine } from "../../tools/search_builtin.ts";
import { searchTool } from "../../tools/search_files.ts";
import { findRipgrep } from "../../tools/search_ripgrep.ts";
import { type CallAnswer, callTool } from "../../tools/testing/call_tool.ts";
import { withHost } from "../../tools/testing/host.ts";
import { LONG, ms, record } from "./long_form.ts";

const FILES = LONG ? 100_000 : 2_000;
const ROUNDS = LONG ? 5 : 1;
const FOLDER_FILES = 100;
/** One file in so many has what is searched for. */
const EVERY = FILES / 200;
const CONTENT = "needle [0-9]+ here";

Deno.test(`search_files finds the same in ${FILES} files with ripgrep and without`, () =>
  withHost(async (host, dir) => {
    if (lacksProgram("rg")) return;
    await makeFiles(dir);
    const path = () => Promise.resolve(Deno.env.get("PATH") ?? "");
    const builtin = builtinEngine(host.runtime.files);
    const ripgrep = await findRipgrep({ ...host, shell: { ...host.shell, path } }, builtin);
    assert(ripgrep !== undefined);
    const search = async (engine: typeof builtin) =>
      await callTool(searchTool(host, () => Promise.resolve(engine), 300_000), {
        path: dir,
        content: CONTENT,
        limit: 1_000,
      });
    const args = ["--no-config", "--line-number", "--no-heading", CONTENT, dir];
    const plain = () => new Deno.Command("rg", { args }).output();
    const [own] = await timed(plain);
    const [withRipgrep, first] = await timed(() => search(ripgrep));
    const [without, second] = await timed(() => search(builtin));
    assertEquals(first.structured.engine, "ripgrep");
    assertEquals(second.structured.engine, "built-in");
    assertEquals(first.structured.results, second.structured.results);
    assertEquals(foundBy(first), FILES / EVERY);
    await record("search-tree", "search_files over 100,000 files", {
      "files": `${FILES} in ${FILES / FOLDER_FILES} folders, ${FILES / EVERY} with a match`,
      "`rg` itself, median of 5": ms(own),
      "search_files with ripgrep": `${ms(withRipgrep)}, ${ratio(withRipgrep, own)} (bound: 1.3)`,
      "search_files without": `${ms(without)}, ${ratio(without, own)} (bound: 12)`,
      "answers": "equal",
    });
    if (!LONG) return; // So small a search is mostly the start of ripgrep.
    assert(withRipgrep <= 1.3 * own, `with ripgrep: ${ratio(withRipgrep, own)} of its own time`);
    assert(without <= 12 * own, `without ripgrep: ${ratio(without, own)} of its time`);
  }));

/** The median of some runs in ms, after one that fills the caches, and what came. */
async function timed<T>(run: () => Promise<T>): Promise<[number, T]> {
  const last = await run();
  const took: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    await run();
    took.push(performance.now() - start);
  }
  return [at(took.sort((a, b) => a - b), 0.5), last];
}

function foundBy({ structured }: CallAnswer): number {
  return (structured.results as unknown[]).length;
}

function ratio(took: number, own: number): string {
  return `${(took / own).toFixed(2)} x`;
}

/** Files of one to some kB, as of a source tree. */
async function makeFiles(dir: string): Promise<void> {
  const lines = Array.from(
    { length: 60 },
    (_, n) => `const value${n} = compute(${n * 7}); // text`,
  );
  for (let n = 0; n < FILES; n++) {
    const folder = `${dir}/f${Math.floor(n / FOLDER_FILES)}`;
    if (n % FOLDER_FILES === 0) await Deno.mkdir(folder);
    const text = lines.slice(0, 10 + n % 50);
    if (n % EVERY === 0) text.splice(5, 0, `a needle ${n} here`);
    Deno.writeTextFileSync(`${folder}/file${n}.ts`, text.join("\n") + "\n");
  }
}
