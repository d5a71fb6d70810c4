import { assertEquals } from "@std/assert";
import type { JsonObject } from "../src/jsonrpc/message.ts";
import { builtinEngine } from "./search_builtin.ts";
import { searchTool } from "./search_files.ts";
import { callTool } from "./testing/call_tool.ts";
import { makeTree, ripgrepTest } from "./testing/search_engines.ts";

// A small generator of random numbers with a seed, so that a failure can be had again.
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

type Random = ReturnType<typeof randomOf>;

function pick<T>(random: Random, from: readonly T[]): T {
  return from[random(from.length)]!;
}

const NAMES = ["a", "b", "ab", "a.log", "b.log", ".h", "x-y", "B", "ä", "a b", "#c", "!d"];
const RULES = [
  ...["*.log", "!a.log", "a", "/a", "b/", "!b/", "a/b", "**/ab", "a/**", "a/**/b", "ab*", "?", "*"],
  ...[
    "[ab]",
    "[!ab]",
    "x-*",
    "\\#c",
    "\\!d",
    "# note",
    "",
    "  ",
    "a b",
    "!*.log",
    "/*/b",
    "*/",
    "**",
  ],
  ...[
    "{a,b}.log",
    "/**/a",
    "a*/",
    "!/a/",
    "ä",
    "[",
    ".h",
    "!.h",
    "a.log ",
    "b/*.log",
    "!ab/a",
    "/",
  ],
];

function randomTree(random: Random): { [path: string]: string } {
  const tree: { [path: string]: string } = {};
  const folders = [""];
  for (let count = 0; count < 12; count++) {
    folders.push(`${pick(random, folders)}${pick(random, NAMES)}.d/`);
    folders.push(`${pick(random, folders)}${pick(random, NAMES)}/`);
  }
  for (let count = 0; count < 40; count++) {
    tree[`${pick(random, folders)}${pick(random, NAMES)}${pick(random, ["", ".f"])}`] = "x\n";
  }
  for (let count = 0; count < 4; count++) {
    const rules = Array.from({ length: 1 + random(5) }, () => pick(random, RULES));
    tree[`${pick(random, folders)}.gitignore`] = rules.join(pick(random, ["\n", "\r\n"]));
  }
  if (random(3) === 0) tree[`${pick(random, folders)}.git/HEAD`] = "";
  // What is a folder cannot be a file.
  const paths = Object.keys(tree);
  for (const path of paths) {
    if (paths.some((other) => other.startsWith(`${path}/`))) delete tree[path];
  }
  return tree;
}

const ATOMS = [
  ...[
    "a",
    "b",
    "B",
    ".",
    "\\w",
    "\\W",
    "\\s",
    "\\S",
    "\\d",
    "\\D",
    "[ab]",
    "[^a]",
    "[^\\w]",
    "ä",
    "\\.",
  ],
  ...[
    "\\b",
    "\\B",
    "(a|b)",
    "(ab|a|)",
    "(?:b.)",
    "\\p{Lu}",
    "\\P{L}",
    "[a-cX]",
    "[[:alpha:]]",
    " ",
  ],
];
const REPEATS = ["", "", "", "*", "+", "?", "{2}", "{0,2}", "{1,}", "*?", "+?"];
const PIECES = [
  "a",
  "b",
  "B",
  "ä",
  "Ä",
  " ",
  "\t",
  "1",
  "_",
  ".",
  "X",
  "\u{1F600}",
  "\r",
  "ſ",
  "K",
  "ab",
];

// Anchors stand at the ends: ripgrep itself finds no empty line by "$^".
function randomRegex(random: Random): string {
  const parts = Array.from({ length: 1 + random(3) }, () => {
    const atoms = Array.from({ length: 1 + random(4) }, () => {
      const atom = pick(random, ATOMS);
      return atom === "\\b" || atom === "\\B" ? atom : atom + pick(random, REPEATS);
    });
    return pick(random, ["", "", "^"]) + atoms.join("") + pick(random, ["", "", "$"]);
  });
  return parts.join("|");
}

function randomText(random: Random): string {
  const lines = Array.from({ length: 60 }, () => {
    const line = Array.from({ length: random(7) }, () => pick(random, PIECES)).join("");
    return line + pick(random, ["\n", "\n", "\r\n"]);
  });
  return lines.join("").slice(0, random(2) === 0 ? -1 : undefined);
}

const ROUNDS = Number(Deno.env.get("LMCP_FUZZ_ROUNDS") ?? 12);

ripgrepTest("finds what the built-in engine finds, in random trees", async (bench) => {
  const builtin = builtinEngine(bench.host.runtime.files);
  const other = searchTool(bench.host, () => Promise.resolve(builtin));
  for (let seed = 1; seed <= ROUNDS; seed++) {
    const random = randomOf(seed);
    const dir = `${bench.dir}/${seed}`;
    const tree = randomTree(random);
    await makeTree(dir, tree);
    const args: JsonObject = { path: dir, hidden: random(2) === 0, limit: 1 + random(60) };
    const [got, wanted] = [await bench.search(args), await callTool(other, args)];
    const story = `seed ${seed}: ${JSON.stringify(tree)}`;
    assertEquals(got.structured.files, wanted.structured.files, story);
    assertEquals(got.structured.next_cursor, wanted.structured.next_cursor, story);
  }
});

ripgrepTest("finds what the built-in engine finds, with random expressions", async (bench) => {
  const builtin = builtinEngine(bench.host.runtime.files);
  const other = searchTool(bench.host, () => Promise.resolve(builtin));
  for (let seed = 1; seed <= ROUNDS; seed++) {
    const random = randomOf(seed);
    const dir = `${bench.dir}/${seed}`;
    await makeTree(dir, { a: randomText(random), "b/c": randomText(random) });
    for (let count = 0; count < 10; count++) {
      const args: JsonObject = {
        path: dir,
        content: randomRegex(random),
        context: random(3),
        limit: 1 + random(40),
        case: pick(random, ["sensitive", "insensitive"]),
      };
      const [got, wanted] = [await bench.search(args), await callTool(other, args)];
      const story = `seed ${seed}: ${JSON.stringify(args)}`;
      assertEquals(got.structured.results, wanted.structured.results, story);
      assertEquals(got.structured.next_cursor, wanted.structured.next_cursor, story);
    }
  }
});
