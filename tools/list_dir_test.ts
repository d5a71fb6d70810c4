import { assert, assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import type { JsonObject } from "../src/jsonrpc/message.ts";
import type { Host } from "./host.ts";
import { listDir } from "./list_dir.ts";
import { type CallAnswer, callTool } from "./testing/call_tool.ts";
import { withHost } from "./testing/host.ts";

interface Entry {
  readonly name: string;
  readonly type: string;
  readonly size?: number;
  readonly mtime?: string;
  readonly target?: string;
  readonly error?: string;
}

async function list(host: Host, args: JsonObject): Promise<CallAnswer & { entries: Entry[] }> {
  const answer = await callTool(listDir(host), args);
  return { ...answer, entries: answer.structured.entries as Entry[] };
}

Deno.test("list_dir tells type, size, time and link target", () =>
  withHost(async (host, scratch) => {
    await Deno.writeTextFile(`${scratch}/file`, "12345");
    await Deno.utime(`${scratch}/file`, 1_700_000_000, 1_700_000_000);
    await Deno.mkdir(`${scratch}/sub`);
    await Deno.symlink("no/where", `${scratch}/link`);
    await new Deno.Command("mkfifo", { args: [`${scratch}/pipe`] }).output();
    const { entries, text, structured } = await list(host, { path: scratch });
    assertEquals(entries.map(({ name, type, size, target }) => ({ name, type, size, target })), [
      { name: "file", type: "file", size: 5, target: undefined },
      { name: "link", type: "symlink", size: undefined, target: "no/where" },
      { name: "pipe", type: "fifo", size: undefined, target: undefined },
      { name: "sub", type: "dir", size: undefined, target: undefined },
    ]);
    assertEquals(entries[0]!.mtime, "2023-11-14T22:13:20Z");
    assertEquals([structured.path, structured.next_cursor], [scratch, null]);
    const lines = text.split("\n");
    assertEquals(lines[0], scratch);
    assertEquals(lines[1], "- 2023-11-14 22:13          5 file");
    assert(lines[2]!.startsWith("l ") && lines[2]!.endsWith(" link -> no/where"));
    assert(lines[4]!.endsWith(" sub/"));
  }));

Deno.test("list_dir sorts by bytes, a folder's content after it, to the depth asked", () =>
  withHost(async (host, scratch) => {
    for (const dir of ["b/x/deep", "b-", "B"]) {
      await Deno.mkdir(`${scratch}/${dir}`, { recursive: true });
    }
    for (const file of ["b/z", "a", "\u{1F600}", "\uFF5E", "ä", "b.txt"]) {
      await Deno.writeTextFile(`${scratch}/${file}`, "");
    }
    const names = async (depth: number) =>
      (await list(host, { path: scratch, depth })).entries.map(({ name }) => name);
    assertEquals(await names(1), ["B", "a", "b", "b-", "b.txt", "ä", "\uFF5E", "\u{1F600}"]);
    assertEquals((await names(2)).slice(2, 6), ["b", "b/x", "b/z", "b-"]);
    assertEquals((await names(3)).slice(2, 6), ["b", "b/x", "b/x/deep", "b/z"]);
  }));

Deno.test("list_dir leaves out hidden names unless asked, and counts them", () =>
  withHost(async (host, scratch) => {
    await Deno.mkdir(`${scratch}/.git/objects`, { recursive: true });
    await Deno.writeTextFile(`${scratch}/a`, "");
    const { entries, structured, text } = await list(host, { path: scratch, depth: 3 });
    assertEquals(entries.map(({ name }) => name), ["a"]);
    assertEquals(structured.hidden_skipped, 1);
    assertStringIncludes(text, "[1 hidden");
    const all = await list(host, { path: scratch, depth: 3, hidden: true });
    assertEquals(all.entries.map(({ name }) => name), [".git", ".git/objects", "a"]);
  }));

Deno.test("list_dir gives every entry once over its pages, in the same order", () =>
  withHost(async (host, scratch) => {
    const expected: string[] = [];
    for (let dir = 0; dir < 8; dir++) {
      await Deno.mkdir(`${scratch}/d${dir}/e/f`, { recursive: true });
      expected.push(`d${dir}`, `d${dir}/e`, `d${dir}/e/f`);
      for (let file = 10; file < 40; file++) {
        await Deno.writeTextFile(`${scratch}/d${dir}/e/f/${file}`, "");
        expected.push(`d${dir}/e/f/${file}`);
      }
      await Deno.writeTextFile(`${scratch}/d${dir}/z`, "");
      expected.push(`d${dir}/z`);
    }
    const seen: string[] = [];
    let pages = 0;
    for (let cursor: unknown = undefined; cursor !== null; pages++) {
      const args = { path: scratch, depth: 9, ...(cursor !== undefined && { cursor }) };
      const { entries, structured, text } = await list(host, args);
      assertLess(JSON.stringify(structured).length, 2000);
      assertLess(text.length, 2000);
      seen.push(...entries.map(({ name }) => name));
      cursor = structured.next_cursor;
      // What comes before the cursor does not matter any more.
      if (pages === 1) await Deno.writeTextFile(`${scratch}/a-new`, "");
    }
    assertEquals(seen, expected);
    assert(pages > 10);
  }, { outputLimit: 2000 }));

Deno.test("list_dir goes on where the last name was, also when it is gone", () =>
  withHost(async (host, scratch) => {
    for (const name of ["a", "b", "c"]) await Deno.writeTextFile(`${scratch}/${name}`, "");
    const { entries } = await list(host, { path: scratch, cursor: "after:aa" });
    assertEquals(entries.map(({ name }) => name), ["b", "c"]);
    const bad = await list(host, { path: scratch, cursor: "x" });
    assertStringIncludes(bad.text, "as list_dir gave it");
  }));

Deno.test("list_dir does not follow symlinks, so that it cannot go in a circle", () =>
  withHost(async (host, scratch) => {
    await Deno.mkdir(`${scratch}/d`);
    await Deno.symlink("..", `${scratch}/d/up`);
    const { entries } = await list(host, { path: scratch, depth: 64 });
    assertEquals(entries.map(({ name }) => name), ["d", "d/up"]);
    // The path that is asked for may be one.
    const through = await list(host, { path: `${scratch}/d/up` });
    assertEquals(through.structured.path, scratch);
  }));

Deno.test("list_dir shows odd names so that they cannot pass for others", () =>
  withHost(async (host, scratch) => {
    await Deno.writeTextFile(`${scratch}/a\n- fake`, "");
    const { text, entries } = await list(host, { path: scratch });
    assertEquals(entries[0]!.name, "a\n- fake");
    assertEquals(text.split("\n").length, 2);
    assertStringIncludes(text, '"a\\n- fake"');
  }));

Deno.test({
  name: "list_dir goes on past what it may not enter",
  ignore: Deno.uid() === 0,
  fn: () =>
    withHost(async (host, scratch) => {
      await Deno.mkdir(`${scratch}/locked`, { mode: 0o000 });
      await Deno.writeTextFile(`${scratch}/z`, "");
      const { entries } = await list(host, { path: scratch, depth: 2 });
      assertEquals(entries.map(({ name }) => name), ["locked", "z"]);
      await Deno.chmod(`${scratch}/locked`, 0o700);
      assertStringIncludes(String(entries[0]!.error), "not permitted");
    }),
});

Deno.test("list_dir says what a path is that is no folder", () =>
  withHost(async (host, scratch) => {
    await Deno.writeTextFile(`${scratch}/f`, "");
    const { isError, text } = await list(host, { path: `${scratch}/f` });
    assert(isError);
    assertStringIncludes(text, "it is not a folder; read_file reads files");
    assertEquals((await list(host, { path: scratch })).isError, false);
    await Deno.remove(`${scratch}/f`);
    assertStringIncludes((await list(host, { path: scratch })).text, "(nothing)");
  }));
