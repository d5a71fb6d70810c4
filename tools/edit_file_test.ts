import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { JsonObject } from "../src/jsonrpc/message.ts";
import { editFile } from "./edit_file.ts";
import { hashBytes } from "./file_hash.ts";
import type { Host } from "./host.ts";
import { type CallAnswer, callTool } from "./testing/call_tool.ts";
import { withHost } from "./testing/host.ts";

function edit(host: Host, args: JsonObject): Promise<CallAnswer> {
  return callTool(editFile(host), args);
}

Deno.test("edit_file replaces exact text and returns a diff and the new hash", () =>
  withHost(async (host, scratch) => {
    const path = `${scratch}/a.txt`;
    await Deno.writeTextFile(path, "one\ntwo\nthree\n");
    const { structured, text } = await edit(host, { path, old_string: "two", new_string: "2" });
    const diff = `--- ${path}\n+++ ${path}\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n`;
    assertEquals(structured, {
      path,
      replaced: 1,
      added: 1,
      removed: 1,
      diff,
      hash: await hashBytes(await Deno.readFile(path)),
    });
    assertStringIncludes(text, diff);
    assertEquals(await Deno.readTextFile(path), "one\n2\nthree\n");
  }));

Deno.test("edit_file does several edits in order, all or none", () =>
  withHost(async (host, scratch) => {
    const path = `${scratch}/a.txt`;
    await Deno.writeTextFile(path, "a b c\n");
    const edits = [
      { old_string: "a", new_string: "x" },
      { old_string: "x b", new_string: "y" },
    ];
    assertEquals((await edit(host, { path, edits })).structured.replaced, 2);
    assertEquals(await Deno.readTextFile(path), "y c\n");
    const bad = await edit(host, {
      path,
      edits: [{ old_string: "y", new_string: "z" }, { old_string: "q", new_string: "r" }],
    });
    assertStringIncludes(
      bad.text,
      "(edit 2 of 2): old_string is not in the file; no edit was made",
    );
    assertEquals(await Deno.readTextFile(path), "y c\n");
    const back = await edit(host, {
      path,
      edits: [{ old_string: "y", new_string: "z" }, { old_string: "z", new_string: "y" }],
    });
    assertStringIncludes(back.text, "would stay as it is");
    const json = await edit(host, { path, edits: '[{"old_string":"y","new_string":"z"}]' });
    assertEquals(json.isError, false);
  }));

Deno.test("edit_file says where several matches are, and replaces them where asked", () =>
  withHost(async (host, scratch) => {
    const path = `${scratch}/a.txt`;
    await Deno.writeTextFile(path, "x\ny\nx\nx x\n");
    const several = await edit(host, { path, old_string: "x", new_string: "z" });
    assertStringIncludes(several.text, "4 times (on lines 1, 3, 4)");
    assertEquals(several.structured.code, "several_matches");
    assertEquals(await Deno.readTextFile(path), "x\ny\nx\nx x\n");
    const all = await edit(host, { path, old_string: "x", new_string: "z", replace_all: true });
    assertEquals(all.structured.replaced, 4);
    assertEquals(await Deno.readTextFile(path), "z\ny\nz\nz z\n");
  }));

Deno.test("edit_file shows the nearest text when there is no match", () =>
  withHost(async (host, scratch) => {
    const path = `${scratch}/a.txt`;
    await Deno.writeTextFile(path, "if (a) {\r\n\treturn b;\r\n}\r\n");
    const { text, structured } = await edit(host, {
      path,
      old_string: "if (a) {\n    return b;",
      new_string: "x",
    });
    assertEquals(structured.code, "no_match");
    assertStringIncludes(text, 'line 2 is "\\treturn b;", and old_string has "    return b;"');
  }));

Deno.test("edit_file refuses what is no edit", () =>
  withHost(async (host, scratch) => {
    const path = `${scratch}/a.txt`;
    await Deno.writeTextFile(path, "text\n");
    for (
      const [args, said] of [
        [{ old_string: "", new_string: "x" }, "old_string is empty; write_file"],
        [{ old_string: "t", new_string: "t" }, "are the same"],
        [{ old_string: "text" }, "give old_string and new_string"],
        [{}, "give old_string and new_string"],
        [{ old_string: "a", edits: [{ old_string: "a", new_string: "b" }] }, "not both"],
      ] as const
    ) {
      const answer = await edit(host, { path, ...args });
      assert(answer.isError);
      assertStringIncludes(answer.text, said);
    }
    const missing = await edit(host, {
      path: `${scratch}/b.txt`,
      old_string: "a",
      new_string: "b",
    });
    assertStringIncludes(missing.text, 'did you mean "a.txt"?');
    assertEquals(await Deno.readTextFile(path), "text\n");
    assertEquals([...Deno.readDirSync(scratch)].length, 1);
  }));

Deno.test("edit_file edits UTF-16 and what stands between invalid bytes", () =>
  withHost(async (host, scratch) => {
    const path = `${scratch}/a`;
    await Deno.writeFile(path, new Uint8Array([0xff, 0xfe, 0x61, 0, 13, 0, 10, 0, 0x62, 0]));
    await edit(host, { path, old_string: "a\nb", new_string: "€\nc" });
    assertEquals(
      await Deno.readFile(path),
      new Uint8Array([0xff, 0xfe, 0xac, 0x20, 13, 0, 10, 0, 0x63, 0]),
    );
    await Deno.writeFile(path, new Uint8Array([0xff, 0x61, 0xc3, 0x28, 0, 0x80]));
    await edit(host, { path, old_string: "a", new_string: "ü" });
    assertEquals(
      await Deno.readFile(path),
      new Uint8Array([0xff, 0xc3, 0xbc, 0xc3, 0x28, 0, 0x80]),
    );
  }));

Deno.test("edit_file keeps the mode, and edits the target of a symlink", () =>
  withHost(async (host, scratch) => {
    await Deno.writeTextFile(`${scratch}/real`, "a");
    await Deno.chmod(`${scratch}/real`, 0o751);
    await Deno.symlink("real", `${scratch}/link`);
    await edit(host, { path: `${scratch}/link`, old_string: "a", new_string: "b" });
    assertEquals(await Deno.readTextFile(`${scratch}/real`), "b");
    assertEquals((Deno.statSync(`${scratch}/real`).mode ?? 0) & 0o7777, 0o751);
    assert((await Deno.lstat(`${scratch}/link`)).isSymlink);
  }));

Deno.test("edit_file edits only the file that was read", () =>
  withHost(async (host, scratch) => {
    const path = `${scratch}/a`;
    await Deno.writeTextFile(path, "a");
    const expected_hash = await hashBytes(await Deno.readFile(path));
    await Deno.writeTextFile(path, "ab");
    const late = await edit(host, { path, old_string: "a", new_string: "x", expected_hash });
    assertStringIncludes(late.text, "Read it again");
    assertEquals(await Deno.readTextFile(path), "ab");
  }));

Deno.test("edit_file does not write when the file changes while it works", () =>
  withHost(async (host, scratch) => {
    const path = `${scratch}/a`;
    await Deno.writeTextFile(path, "a");
    const { files } = host.runtime;
    // The other writer comes when the new content is complete and not in its place yet.
    const meddling: Host = {
      ...host,
      runtime: {
        ...host.runtime,
        files: {
          ...files,
          open: async (at, options) => {
            const file = await files.open(at, options);
            if (!options.createNew) return file;
            return {
              ...file,
              sync: async () => {
                await file.sync();
                await Deno.writeTextFile(path, "someone else's");
              },
            };
          },
        },
      },
    };
    const { isError, text } = await edit(meddling, { path, old_string: "a", new_string: "b" });
    assert(isError);
    assertStringIncludes(text, "changed by someone else");
    assertEquals(await Deno.readTextFile(path), "someone else's");
    assertEquals([...Deno.readDirSync(scratch)].length, 1);
  }));

Deno.test("edit_file bounds the diff, not the edit", () =>
  withHost(async (host, scratch) => {
    const path = `${scratch}/a`;
    await Deno.writeTextFile(path, "old\n".repeat(5000));
    const { structured, text } = await edit(host, {
      path,
      old_string: "old",
      new_string: "new",
      replace_all: true,
    });
    assertEquals([structured.replaced, structured.added], [5000, 5000]);
    assert(text.length < host.outputLimit);
    assertStringIncludes(text, "more lines of diff");
  }, { outputLimit: 5000 }));
