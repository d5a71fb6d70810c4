import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { JsonObject } from "../src/jsonrpc/message.ts";
import type { Host } from "./host.ts";
import { type CallAnswer, callTool } from "./testing/call_tool.ts";
import { withHost } from "./testing/host.ts";
import { writeFile } from "./write_file.ts";

const root = Deno.uid() === 0;

function write(host: Host, args: JsonObject, signal?: AbortSignal): Promise<CallAnswer> {
  return callTool(writeFile(host), args, signal === undefined ? {} : { signal });
}

function names(dir: string): string[] {
  return [...Deno.readDirSync(dir)].map(({ name }) => name).sort();
}

function modeOf(path: string): string {
  return ((Deno.statSync(path).mode ?? 0) & 0o7777).toString(8);
}

Deno.test("write_file makes a file and says what it wrote", () =>
  withHost(async (host, scratch) => {
    const path = `${scratch}/a.txt`;
    const { structured, isError } = await write(host, { path, content: "zwölf\r\n" });
    assertEquals(isError, false);
    assertEquals(structured, {
      path,
      bytes: 8,
      created: true,
      size: 8,
      hash: structured.hash,
    });
    assertMatch(String(structured.hash), /^sha256:[0-9a-f]{64}$/);
    assertEquals(await Deno.readTextFile(path), "zwölf\r\n");
    const again = await write(host, { path, content: "" });
    assertEquals([again.structured.created, again.structured.size], [false, 0]);
    assertEquals(names(scratch), ["a.txt"]);
  }));

Deno.test("write_file writes bytes, latin1 and UTF-16", () =>
  withHost(async (host, scratch) => {
    const path = `${scratch}/a`;
    await write(host, { path, content: "AAH/", encoding: "base64" });
    assertEquals(await Deno.readFile(path), new Uint8Array([0, 1, 255]));
    await write(host, { path, content: "é", encoding: "latin1" });
    assertEquals(await Deno.readFile(path), new Uint8Array([0xe9]));
    await write(host, { path, content: "é", encoding: "utf-16le" });
    assertEquals(await Deno.readFile(path), new Uint8Array([0xe9, 0]));
    const bad = await write(host, { path, content: "€", encoding: "latin1" });
    assert(bad.isError);
    assertEquals((await Deno.readFile(path)).length, 2);
  }));

Deno.test("write_file keeps the mode of a file, sets the one given, and obeys the umask", () =>
  withHost(async (host, scratch) => {
    const path = `${scratch}/a`;
    const before = Deno.umask(0o027);
    try {
      await write(host, { path, content: "x" });
      assertEquals(modeOf(path), "640");
      for (const mode of [0o755, 0o600, 0o666, 0o4711]) {
        Deno.chmodSync(path, mode);
        await write(host, { path, content: String(mode) });
        assertEquals(modeOf(path), mode.toString(8));
      }
      await write(host, { path, content: "x", mode: "0777" });
      assertEquals(modeOf(path), "777");
      await write(host, { path: `${scratch}/b`, content: "x", mode: "666" });
      assertEquals(modeOf(`${scratch}/b`), "666");
    } finally {
      Deno.umask(before);
    }
    const bad = await write(host, { path, content: "x", mode: "rw" });
    assertStringIncludes(bad.text, 'Cannot use "rw" as mode');
  }));

Deno.test({
  name: "write_file keeps the owner of a file",
  ignore: !root,
  fn: () =>
    withHost(async (host, scratch) => {
      const path = `${scratch}/a`;
      await Deno.writeTextFile(path, "old");
      await Deno.chown(path, 4711, 4712);
      await Deno.chmod(path, 0o4750);
      await write(host, { path, content: "new" });
      const { uid, gid } = await Deno.stat(path);
      assertEquals([uid, gid, modeOf(path)], [4711, 4712, "4750"]);
    }),
});

Deno.test({
  name: "write_file leaves a file alone that its owner made read-only",
  ignore: root,
  fn: () =>
    withHost(async (host, scratch) => {
      const path = `${scratch}/a`;
      await Deno.writeTextFile(path, "old");
      await Deno.chmod(path, 0o444);
      const { isError, text } = await write(host, { path, content: "new" });
      assert(isError);
      assertStringIncludes(text, "the user that the server runs as may not do that");
      assertEquals(await Deno.readTextFile(path), "old");
    }),
});

Deno.test("write_file writes through symlinks, also one whose target is not there yet", () =>
  withHost(async (host, scratch) => {
    await Deno.mkdir(`${scratch}/d`);
    await Deno.symlink("d/one", `${scratch}/first`);
    await Deno.symlink("first", `${scratch}/second`);
    for (const content of ["new", "newer"]) {
      const { structured } = await write(host, { path: `${scratch}/second`, content });
      assertEquals(structured.path, `${scratch}/d/one`);
      assertEquals(await Deno.readTextFile(`${scratch}/d/one`), content);
    }
    assert((await Deno.lstat(`${scratch}/second`)).isSymlink);
    await Deno.symlink("loop", `${scratch}/loop`);
    const loop = await write(host, { path: `${scratch}/loop`, content: "" });
    assertStringIncludes(loop.text, "in a circle");
  }));

Deno.test("write_file makes folders only where asked", () =>
  withHost(async (host, scratch) => {
    const path = `${scratch}/a/b/c.txt`;
    const refused = await write(host, { path, content: "x" });
    assertStringIncludes(refused.text, "create_dirs makes missing folders");
    assertEquals(names(scratch), []);
    await write(host, { path, content: "x", create_dirs: true });
    assertEquals(await Deno.readTextFile(path), "x");
    const below = await write(host, { path: `${path}/d/e`, content: "x", create_dirs: true });
    assert(below.isError);
    assertEquals(await Deno.readTextFile(path), "x");
  }));

Deno.test("write_file refuses what is no regular file", () =>
  withHost(async (host, scratch) => {
    await new Deno.Command("mkfifo", { args: [`${scratch}/pipe`] }).output();
    await Deno.mkdir(`${scratch}/d`);
    for (
      const [path, said] of [
        [`${scratch}/d`, "it is a folder"],
        [`${scratch}/new/`, "it ends as the path of a folder does"],
        [`${scratch}/..`, "it ends as the path of a folder does"],
        [`${scratch}/pipe`, "it is a named pipe"],
        ["/dev/null", "it is a device"],
      ] as const
    ) {
      for (const append of [false, true]) {
        const { isError, text } = await write(host, { path, content: "x", append });
        assert(isError, path);
        assertStringIncludes(text, said);
      }
    }
    assertEquals(names(scratch), ["d", "pipe"]);
  }));

Deno.test("write_file appends to the very file, and makes it where it is not there", () =>
  withHost(async (host, scratch) => {
    const path = `${scratch}/log`;
    const first = await write(host, { path, content: "one\n", append: true });
    assertEquals(first.structured.created, true);
    await Deno.link(path, `${scratch}/other`);
    const { structured } = await write(host, { path, content: "two\n", append: true });
    assertEquals([structured.bytes, structured.size, structured.created], [4, 8, false]);
    assertEquals(await Deno.readTextFile(`${scratch}/other`), "one\ntwo\n");
    const replaced = await write(host, { path, content: "one\ntwo\n" });
    assertEquals(replaced.structured.hash, structured.hash);
    assertStringIncludes(String(replaced.structured.note), "other hard links");
    assertEquals(names(scratch), ["log", "other"]);
  }));

Deno.test("write_file writes only what is expected to be there", () =>
  withHost(async (host, scratch) => {
    const path = `${scratch}/a`;
    const missing = await write(host, { path, content: "x", expected_hash: "0".repeat(64) });
    assertStringIncludes(missing.text, "there is none");
    const { hash } = (await write(host, { path, content: "one" })).structured;
    const bad = await write(host, { path, content: "two", expected_hash: "abc" });
    assertStringIncludes(bad.text, "must be a hash as read_file gives it");
    assertEquals((await write(host, { path, content: "two", expected_hash: hash })).isError, false);
    for (const append of [false, true]) {
      const late = await write(host, { path, content: "three", expected_hash: hash, append });
      assert(late.isError);
      assertStringIncludes(late.text, "changed by someone else; nothing was written");
    }
    assertEquals(await Deno.readTextFile(path), "two");
    const same = "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3";
    const plain = await write(host, { path, content: "3", expected_hash: same.toUpperCase() });
    assertEquals(plain.isError, false, "the hash may stand without its name");
  }));

Deno.test("write_file leaves the old file and nothing else when it is cancelled or fails", () =>
  withHost(async (host, scratch) => {
    const path = `${scratch}/a`;
    await Deno.writeTextFile(path, "old");
    const leaving = new AbortController();
    const content = "x".repeat(8 * 1024 * 1024);
    const call = write(host, { path, content }, leaving.signal);
    leaving.abort(new Error("cancelled"));
    assert((await call).isError);
    // A name that is free, but too long.
    assert((await write(host, { path: `${scratch}/${"n".repeat(300)}`, content: "x" })).isError);
    assertEquals(names(scratch), ["a"]);
    assertEquals(await Deno.readTextFile(path), "old");
  }));

Deno.test("write_file shows readers the old file or the new one, never half", () =>
  withHost(async (host, scratch) => {
    const path = `${scratch}/a`;
    const texts = ["a".repeat(300_000), "b".repeat(200_000)];
    await Deno.writeTextFile(path, texts[0]!);
    let writing = true;
    const reader = (async () => {
      let reads = 0;
      while (writing) {
        assert(texts.includes(await Deno.readTextFile(path)), "half a file");
        reads++;
      }
      return reads;
    })();
    for (let round = 0; round < 40; round++) {
      await write(host, { path, content: texts[round % 2]! });
    }
    writing = false;
    assert(await reader > 5);
  }));
