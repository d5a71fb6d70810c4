import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { JsonObject } from "../src/jsonrpc/message.ts";
import {
  filesOf,
  linesOf,
  makeTree,
  type SearchBench,
  searchTest,
} from "./testing/search_engines.ts";

async function pages(
  { search, dir }: SearchBench,
  args: JsonObject,
  show: typeof filesOf,
): Promise<string[][]> {
  const found: string[][] = [];
  let cursor: unknown;
  do {
    const answer = await search(cursor === undefined ? args : { ...args, cursor });
    assertEquals(answer.isError, false, answer.text);
    found.push(show(answer, dir));
    cursor = answer.structured.next_cursor;
    assertEquals(answer.structured.truncated, cursor !== undefined);
  } while (cursor !== undefined);
  return found;
}

const MANY = Object.fromEntries(
  Array.from({ length: 25 }, (_, at) => [`d${at % 3}/f${at}`, `hit ${at}\nno\nhit again\n`]),
);

searchTest("gives all files in pages, none twice", async (bench) => {
  await makeTree(bench.dir, MANY);
  const found = await pages(bench, { limit: 10 }, filesOf);
  assertEquals(found.map((page) => page.length), [10, 10, 5]);
  assertEquals(found.flat(), Object.keys(MANY).sort());
});

searchTest(
  "gives all matches in pages, none twice, also from the middle of a file",
  async (bench) => {
    await makeTree(bench.dir, MANY);
    const [whole = []] = await pages(bench, { content: "hit" }, linesOf);
    assertEquals(whole.length, 50);
    const found = await pages(bench, { content: "hit", limit: 7 }, linesOf);
    assertEquals(found.map((page) => page.length), [7, 7, 7, 7, 7, 7, 7, 1]);
    assertEquals(found.flat(), whole);
  },
);

searchTest("says that it cut, where, and how to go on", async ({ dir, search }) => {
  await makeTree(dir, MANY);
  const { text, structured } = await search({ content: "hit", limit: 3 });
  assertEquals(structured.next_cursor, "d0/f12:1");
  assertMatch(
    text,
    /\[3 matching lines shown, then there are more: narrow .* cursor "d0\/f12:1"\]$/,
  );
});

searchTest("says nothing of a cut when the limit is just met", async ({ dir, search }) => {
  await makeTree(dir, { a: "", b: "" });
  const { text, structured } = await search({ limit: 2 });
  assertEquals([structured.truncated, structured.next_cursor], [false, undefined]);
  assert(!text.includes("["), text);
});

searchTest("goes on after the lines around a match that were shown", async ({ dir, search }) => {
  await makeTree(dir, { f: "1\nhit\n3\n4\nhit\n6\n" });
  const args = { content: "hit", context: 1, limit: 1 };
  const first = await search(args);
  assertEquals(linesOf(first, dir), ["f-1-1", "f:2:hit", "f-3-3"]);
  const second = await search({ ...args, cursor: first.structured.next_cursor });
  assertEquals(linesOf(second, dir), ["f-4-4", "f:5:hit", "f-6-6"]);
  assertEquals(second.structured.truncated, false);
});

searchTest("goes on in the middle of a file with very many matches", async ({ dir, search }) => {
  await makeTree(dir, { f: "hit\n".repeat(100_000), g: "hit\n" });
  const { structured } = await search({ content: "hit", limit: 2, cursor: "f:99999" });
  assertEquals(structured.results, [
    { path: `${dir}/f`, lines: [{ line: 100_000, text: "hit" }] },
    { path: `${dir}/g`, lines: [{ line: 1, text: "hit" }] },
  ]);
});

searchTest("gives the matches of one small file one by one", async (bench) => {
  await makeTree(bench.dir, { f: "hit 1\nhit 2\nhit 3\n" });
  const found = await pages(bench, { content: "hit", limit: 1 }, linesOf);
  assertEquals(found, [["f:1:hit 1"], ["f:2:hit 2"], ["f:3:hit 3"]]);
});

searchTest(
  "takes no more than is wanted of a file that it goes on with",
  async ({ dir, search }) => {
    await makeTree(dir, { f: "hit\n".repeat(2_000_000) });
    const { structured } = await search({ content: "hit", limit: 2, cursor: "f:5" });
    assertEquals(structured.results, [
      { path: `${dir}/f`, lines: [{ line: 6, text: "hit" }, { line: 7, text: "hit" }] },
    ]);
    assertEquals(structured.next_cursor, "f:7");
  },
);

searchTest("goes on where a file of the cursor has vanished", async (bench) => {
  await makeTree(bench.dir, { a: "hit", c: "hit" });
  assertEquals(filesOf(await bench.search({ cursor: "b" }), bench.dir), ["c"]);
  assertEquals(linesOf(await bench.search({ content: "hit", cursor: "b:7" }), bench.dir), [
    "c:1:hit",
  ]);
});

searchTest("refuses a cursor that it did not give", async ({ search }) => {
  const { text, isError } = await search({ content: "x", cursor: "nonsense" });
  assertEquals(isError, true);
  assertMatch(text, /^cursor must be one .*: got "nonsense"; leave it out/);
});

searchTest("cuts long lines around the match, and says how much is left out", async (bench) => {
  const filler = "x".repeat(5_000);
  await makeTree(bench.dir, { f: `${filler}needle${filler}\n${"\u{1F600}".repeat(5_000)}\n` });
  const { structured } = await bench.search({ content: "needle", context: 1 });
  const [{ lines }] = structured.results as [{ lines: { text: string }[] }];
  const [hit, beside] = lines.map(({ text }) => text);
  assert(hit!.length < 500 && hit!.includes("needle"));
  assertMatch(
    hit!,
    /^\[\.\.\. 4,\d{3} characters \.\.\.\]x+needlex+\[\.\.\. 4,\d{3} characters \.\.\.\]$/,
  );
  assertMatch(beside!, /^(\u{1F600})+\[\.\.\. 9,600 characters \.\.\.\]$/u);
});

searchTest("keeps the answer within its bounds, and goes on after it", async (bench) => {
  const line = `hit ${"y".repeat(200)}`;
  await makeTree(bench.dir, { f: `${line}\n`.repeat(1_000), g: `${line}\n` });
  const args = { content: "hit", limit: 2_000 };
  const { text, structured } = await bench.search(args);
  assert(text.length <= 30_000, `the text has ${text.length} characters`);
  assertEquals(structured.truncated, true);
  const found = await pages(bench, args, linesOf);
  assertEquals(found.flat().length, 1_001);
  assertEquals(new Set(found.flat()).size, 1_001);
});

searchTest("gives what it found when the time is over, and goes on after it", async (bench) => {
  const tree = Object.fromEntries(
    Array.from({ length: 400 }, (_, at) => [`${1000 + at}`, `${"ab".repeat(20_000)}\nhit\n`]),
  );
  await makeTree(bench.dir, tree);
  bench.timeMs = 25;
  const found: string[] = [];
  let args: JsonObject | undefined = { content: "(a|b)*c|hit", limit: 2_000 };
  while (args !== undefined) {
    const { text, structured, isError } = await bench.search(args);
    if (isError) {
      assertStringIncludes(text, "took too long and found nothing by then");
      bench.timeMs *= 2;
      continue;
    }
    for (const { path } of structured.results as { path: string }[]) found.push(path);
    const cursor = structured.next_cursor;
    if (cursor !== undefined) assertStringIncludes(text, "then the time was over");
    args = cursor === undefined ? undefined : { ...args, cursor };
  }
  assertEquals(found, Object.keys(tree).map((name) => `${bench.dir}/${name}`));
});

searchTest("says what was left out when it finds nothing", async ({ dir, search }) => {
  await makeTree(dir, { ".gitignore": "a\n", a: "x" });
  const { text, structured } = await search({ content: "x" });
  assertEquals(structured.results, []);
  assertStringIncludes(text, "[no matching lines found; hidden files (hidden: true finds them)");
  const all = await search({ content: "nope", hidden: true, ignore: false });
  assertEquals(all.text, "[no matching lines found]");
});
