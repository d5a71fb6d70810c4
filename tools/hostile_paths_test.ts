import { assert, assertEquals, assertMatch } from "@std/assert";
import { editFile } from "./edit_file.ts";
import type { Host } from "./host.ts";
import { listDir } from "./list_dir.ts";
import { readFile } from "./read_file.ts";
import { searchFiles } from "./search_files.ts";
import { type CallAnswer, callTool } from "./testing/call_tool.ts";
import {
  hostilePaths,
  type HostileTree,
  hostileTree,
  makeHostileTree,
  type Outcome,
  PUBLIC,
  SECRET,
} from "./testing/hostile_paths.ts";
import { withHost } from "./testing/host.ts";
import { writeFile } from "./write_file.ts";

const OUTSIDE = /: it is outside of what the file tools may use; use a path inside "/;
const MISSING = /: there is no ".*" in ".*"; |" is a file, not a folder|: no such file or folder/s;
const NO_PATH =
  /^Cannot use .*: (?:name a file or folder|it holds a NUL character)|too long|circle/s;
const DANGLING = / is a symlink, and nothing is where it leads/;
const OWN = /: it belongs to lmcp itself .*, which no file tool may touch; /;
const AS_FOLDER = /: it ends as the path of a folder does; end it with the name of a file$/;
const FOLDER = /: it is a folder; list_dir lists it$/;
const FILE = /: it is not a folder; read_file reads files$/;
const SPECIAL = /: it is a (?:named pipe|socket)/;

/** For each outcome: what each tool says; undefined where it does what it is asked. */
const EXPECTED: {
  readonly [outcome in Outcome]: Readonly<
    Record<"read" | "list" | "search" | "edit" | "write", RegExp | undefined | "any">
  >;
} = {
  "outside": {
    read: OUTSIDE,
    list: OUTSIDE,
    search: OUTSIDE,
    edit: or(OUTSIDE, AS_FOLDER, FOLDER),
    write: or(OUTSIDE, AS_FOLDER, FOLDER),
  },
  "missing": { read: MISSING, list: MISSING, search: MISSING, edit: MISSING, write: "any" },
  "dangling": {
    read: DANGLING,
    list: DANGLING,
    search: DANGLING,
    edit: or(OUTSIDE, DANGLING),
    write: or(OUTSIDE, DANGLING),
  },
  "no path": { read: NO_PATH, list: NO_PATH, search: NO_PATH, edit: NO_PATH, write: NO_PATH },
  "protected": {
    read: OWN,
    list: or(OWN, FILE),
    search: OWN,
    edit: or(OWN, FOLDER),
    write: or(OWN, FOLDER),
  },
  "special": {
    read: SPECIAL,
    list: FILE,
    search: SPECIAL,
    edit: SPECIAL,
    write: SPECIAL,
  },
  "file": { read: undefined, list: FILE, search: undefined, edit: undefined, write: undefined },
  "file to read": {
    read: undefined,
    list: FILE,
    search: undefined,
    edit: AS_FOLDER,
    write: AS_FOLDER,
  },
  "folder": {
    read: FOLDER,
    list: undefined,
    search: undefined,
    edit: or(AS_FOLDER, FOLDER, OUTSIDE),
    write: or(AS_FOLDER, FOLDER, OUTSIDE),
  },
};

function or(...patterns: readonly RegExp[]): RegExp {
  return new RegExp(patterns.map(({ source }) => source).join("|"), "s");
}

Deno.test("file tools keep to the roots and their word, however hostile the path is", () =>
  withHost(async (host, scratch) => {
    const tree = hostileTree(scratch);
    await makeHostileTree(tree);
    using _socket = Deno.listen({ transport: "unix", path: `${tree.root}/socket` });
    const rows = hostilePaths(tree).filter(({ linux }) => !linux || Deno.build.os === "linux");
    assert(rows.length >= 60, `${rows.length} paths`);
    const kept = stateOf(tree);
    const names = [...Deno.readDirSync(tree.root)].map(({ name }) => name);
    const wrong: string[] = [];
    for (const { tries, path, outcome } of rows) {
      const expected = EXPECTED[outcome];
      for (const [tool, call] of Object.entries(callsOf(host, path))) {
        const answer = await call();
        const wanted = expected[tool as keyof typeof expected];
        try {
          checkAnswer(answer, wanted);
          assertEquals(stateOf(tree), kept);
        } catch (error) {
          const what = `${tool} of ${JSON.stringify(path).slice(0, 100)} (${tries}), ${outcome}`;
          wrong.push(`${what}: ${(error as Error).message}`);
        }
        await tidy(tree, names);
      }
    }
    assertEquals(wrong, []);
  }, (scratch) => {
    const { root, state, token } = hostileTree(scratch);
    Deno.mkdirSync(root);
    return { roots: [root], stateDir: state, secrets: [token] };
  }));

function callsOf(host: Host, path: string): { [tool: string]: () => Promise<CallAnswer> } {
  return {
    read: () => callTool(readFile(host), { path }),
    list: () => callTool(listDir(host), { path, depth: 3, hidden: true }),
    search: () => callTool(searchFiles(host), { path, content: "text", hidden: true }),
    edit: () => callTool(editFile(host), { path, old_string: "text", new_string: "words" }),
    write: () => callTool(writeFile(host), { path, content: "new", create_dirs: true }),
  };
}

function checkAnswer(answer: CallAnswer, wanted: RegExp | undefined | "any"): void {
  const { isError, text, structured, content } = answer;
  assert(!JSON.stringify([structured, content]).includes(SECRET), `it shows a secret: ${text}`);
  if (isError) assertMatch(text, /^Cannot (?:use|read|write|list) ".*" ?.*: ./s);
  if (wanted === "any") return;
  assertEquals(isError, wanted !== undefined, text.slice(0, 300));
  if (wanted !== undefined) assertMatch(text, wanted);
}

/** All that nothing may change: what is outside, and what is lmcp's own. */
function stateOf({ outside, root, state, token }: HostileTree): string {
  const dirs = [outside, `${root}-evil`, `${state}/keys`, `${state}/jobs/j-1`];
  const paths = dirs.flatMap((dir) =>
    [...Deno.readDirSync(dir)].map(({ name }) => `${dir}/${name}`)
  );
  return [...paths, token].sort().map((path) => {
    const { mode, mtime, ino } = Deno.statSync(path);
    return `${path} ${ino} ${mode} ${mtime?.getTime()} ${Deno.readTextFileSync(path)}`;
  }).join("\n");
}

/** Makes the root as it was before a call. */
async function tidy({ root, outside }: HostileTree, names: readonly string[]): Promise<void> {
  for (const { name } of Deno.readDirSync(root)) {
    if (!names.includes(name)) await Deno.remove(`${root}/${name}`, { recursive: true });
  }
  for (const path of ["in.txt", "d/f", "caf\u00e9"]) {
    if (await Deno.readTextFile(`${root}/${path}`) !== PUBLIC) {
      await Deno.writeTextFile(`${root}/${path}`, PUBLIC);
    }
  }
  // Writing puts a new file in the place of the link.
  if ((await Deno.stat(`${root}/hard`)).nlink === 1) {
    await Deno.remove(`${root}/hard`);
    await Deno.link(`${outside}/linked`, `${root}/hard`);
  }
}
