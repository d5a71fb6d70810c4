// The tools over a real ssh to a real sshd: what they give, and that it is what the tools themselves
// give on the same machine.

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { stepsAtOnce } from "../../tests/support/at_once.ts";
import { hostTools } from "../../tools/mod.ts";
import type { Context } from "../server/define.ts";
import { ToolError } from "../server/define.ts";
import { type SshBench, startSshBench } from "./testing/ssh_bench.ts";
import { lacksSshd } from "./testing/sshd.ts";

/** Names that would be taken for something else if they ever were part of a script or an option. */
const HOSTILE = ["a'b\n-x", '$(touch x) `id` "q" end ', "-rf", "ünï\u{1f600}*?[x]"];

/** What the tool itself gives, on this machine. */
// deno-lint-ignore no-explicit-any -- tests look into whatever came
async function directly({ host }: SshBench, tool: string, args: object): Promise<any> {
  const { run } = hostTools(host).find(({ name }) => name === tool)!;
  const ctx = { signal: new AbortController().signal } as Context;
  return await run({ ...args }, ctx);
}

// deno-lint-ignore no-explicit-any -- tests look into whatever came
async function overSsh(bench: SshBench, tool: string, args: object): Promise<any> {
  return await bench.call(tool, args);
}

/** All of one sshd, over one connection, at once; each step has files of its own. */
Deno.test("sshTools()", async (t) => {
  if (lacksSshd()) return;
  await using bench = await startSshBench({ shared: true });
  const { dir } = bench;

  await bench.call("shell", { command: "true" }); // The connection is there before they share it.
  await stepsAtOnce(t, {
    async "shell gives output, exit code, folder, environment and input as asked"() {
      const { content, structuredContent } = await overSsh(bench, "shell", {
        command: 'pwd; echo "$A|$B"; cat; echo err >&2; exit 7',
        cwd: "/usr",
        env: { A: 'a\'b "c" $(id)', B: "x\ny" },
        stdin: "in\0put\n",
      });
      assertEquals(
        content[0].text,
        '/usr\na\'b "c" $(id)|x\ny\nin\0put\nerr\n[exit code 7]'.replace("\0", ""),
      );
      assertEquals([structuredContent.exit_code, structuredContent.timed_out], [7, false]);
    },
    async "shell gives a command that says nothing the answer that shell gives"() {
      const args = { command: "true" };
      const ours = await overSsh(bench, "shell", args);
      assertEquals(ours.content, [{ type: "text", text: "[no output]" }]);
      assertEquals(Object.keys(ours.structuredContent).sort(), [
        "cancelled",
        "duration_ms",
        "exit_code",
        "output",
        "signal",
        "timed_out",
        "truncated",
      ]);
    },
    async "shell returns when the command ends, whatever it left in the background"() {
      const start = performance.now();
      const { content } = await overSsh(bench, "shell", {
        command: "sleep 3600 & echo $! >left; echo done",
        cwd: dir,
      });
      assertEquals(content[0].text, "done\n");
      assert(performance.now() - start < 10_000);
      Deno.kill(Number(await Deno.readTextFile(`${dir}/left`)), "SIGKILL");
    },
    async "shell keeps the head and the tail of a flood"() {
      const { content, structuredContent } = await overSsh(bench, "shell", {
        command: "echo first; yes | head -c 20000000; echo last",
      });
      assertEquals(structuredContent.truncated, true);
      assertEquals(structuredContent.log_path, undefined);
      assert(content[0].text.length <= 30_000);
      assertStringIncludes(content[0].text, "first\n");
      assertStringIncludes(content[0].text, "last\n");
    },
    async "shell refuses what it cannot do over ssh, saying so"() {
      for (
        const [args, says] of [
          [
            { command: "true", cwd: "/nowhere" },
            'cwd must be a folder of the host: got "/nowhere"',
          ],
          [{ command: "true", on_timeout: "background" }, "jobs do not go over ssh"],
          [{ command: "true", env: { "a b": "x" } }, "env must hold names of letters"],
          [{ command: "a\0b" }, "command must not hold a NUL"],
        ] as const
      ) await assertRejects(() => overSsh(bench, "shell", args), ToolError, says);
    },
    async "read_file gives what the tool gives, of names as hostile as can be"() {
      for (const [at, name] of HOSTILE.entries()) {
        const path = `${dir}/${name}`;
        await Deno.writeTextFile(path, `one\r\ntwo ${at}\nthree`);
        const args = { path, offset: 2, line_numbers: true };
        const ours = await overSsh(bench, "read_file", args);
        const theirs = await directly(bench, "read_file", args);
        // The time comes without its fraction.
        ours.structuredContent.mtime = theirs.structuredContent.mtime;
        assertEquals(ours, theirs);
      }
    },
    async "read_file gives images, other bytes and large files in parts"() {
      const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]);
      await Deno.writeFile(`${dir}/x.png`, png);
      assertEquals(
        (await overSsh(bench, "read_file", { path: `${dir}/x.png` })).content[0].type,
        "image",
      );
      const bytes = Uint8Array.from({ length: 3_000_000 }, (_, at) => (at * 31 + (at >> 8)) & 0xff);
      await Deno.writeFile(`${dir}/bytes`, bytes);
      const args = { path: `${dir}/bytes`, encoding: "base64", offset: 1_000_001, limit: 3_000 };
      const ours = await overSsh(bench, "read_file", args);
      const theirs = await directly(bench, "read_file", args);
      ours.structuredContent.mtime = theirs.structuredContent.mtime;
      assertEquals(ours, theirs);
    },
    async "read_file says what is wrong with a path"() {
      for (
        const [path, says] of [
          [`${dir}/none`, "no such file"],
          [dir, "it is a folder"],
          ["/dev/null", "not a regular file"],
        ] as const
      ) await assertRejects(() => overSsh(bench, "read_file", { path }), ToolError, says);
    },
    async "write_file makes, replaces and adds to files of hostile names"() {
      for (const name of HOSTILE) {
        const path = `${dir}/new/${name}`;
        const content = `it's ${name}\0\r\n$(id)`;
        const made = await overSsh(bench, "write_file", { path, content, create_dirs: true });
        assertEquals([made.structuredContent.created, made.structuredContent.path], [true, path]);
        assertEquals(await Deno.readTextFile(path), content);
        const read = await directly(bench, "read_file", { path, encoding: "utf-8" });
        assertEquals(made.structuredContent.hash, read.structuredContent.hash);
        const { hash } = made.structuredContent;
        const more = await overSsh(bench, "write_file", {
          path,
          content: "more",
          append: true,
          expected_hash: hash,
        });
        assertEquals(await Deno.readTextFile(path), `${content}more`);
        assertEquals(
          more.structuredContent.size,
          new TextEncoder().encode(`${content}more`).length,
        );
        assertEquals(more.structuredContent.created, false);
      }
      // Nothing of the way is left.
      const names = Array.from(Deno.readDirSync(`${dir}/new`), (entry) => entry.name);
      assertEquals(names.sort(), [...HOSTILE].sort());
    },
    async "write_file keeps the mode, writes through symlinks, and refuses a changed file"() {
      const path = `${dir}/kept`;
      await Deno.writeTextFile(path, "old");
      await Deno.chmod(path, 0o750);
      await Deno.symlink("kept", `${dir}/link`);
      const written = await overSsh(bench, "write_file", { path: `${dir}/link`, content: "new" });
      assertEquals([written.structuredContent.path, written.structuredContent.created], [
        path,
        false,
      ]);
      assertEquals(await Deno.readTextFile(path), "new");
      assertEquals((await Deno.stat(path)).mode! & 0o777, 0o750);
      assert((await Deno.lstat(`${dir}/link`)).isSymlink);
      const expected_hash = `sha256:${"0".repeat(64)}`;
      for (
        const [args, says] of [
          [{ path, content: "x", expected_hash }, "it was changed by someone else"],
          [{ path: `${dir}/none`, content: "x", expected_hash }, "but there is none"],
          [{ path, content: "x", expected_hash: "abc" }, "it must be a hash"],
          [{ path: `${dir}/no/such`, content: "x" }, "create_dirs makes missing folders"],
          [{ path: dir, content: "x" }, "it is a folder"],
          [{ path: `${dir}/`, content: "x" }, "path must be that of a file"],
          [{ path: "/dev/null", content: "x" }, "not a regular file"],
          [{ path, content: "x", mode: "rwx" }, "octal digits"],
        ] as const
      ) await assertRejects(() => overSsh(bench, "write_file", args), ToolError, says);
      assertEquals(await Deno.readTextFile(path), "new");
      const large = "0123456789".repeat(500_000);
      await overSsh(bench, "write_file", { path, content: large, mode: "0600" });
      assertEquals((await Deno.readTextFile(path)).length, large.length);
      assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
    },
    async "list_dir gives what the tool gives, page by page"() {
      const tree = `${dir}/tree`;
      await Deno.mkdir(`${tree}/sub/deep`, { recursive: true });
      for (const name of [...HOSTILE, ".hidden", "sub/.also", "sub/file", "sub/deep/er"]) {
        await Deno.writeTextFile(`${tree}/${name}`, name);
      }
      await Deno.symlink("../no where", `${tree}/sub/link`);
      for (const args of [{ path: tree, depth: 3 }, { path: tree, depth: 2, hidden: true }]) {
        assertEquals(
          await overSsh(bench, "list_dir", args),
          await directly(bench, "list_dir", args),
        );
      }
      await Deno.mkdir(`${dir}/many`);
      for (let at = 0; at < 1_100; at++) Deno.writeTextFileSync(`${dir}/many/${at}`, "");
      let cursor: string | undefined;
      const names: string[] = [];
      do {
        const args = { path: `${dir}/many`, ...(cursor === undefined ? {} : { cursor }) };
        const { structuredContent } = await overSsh(bench, "list_dir", args);
        names.push(...structuredContent.entries.map(({ name }: { name: string }) => name));
        cursor = structuredContent.next_cursor ?? undefined;
      } while (cursor !== undefined);
      assertEquals(names, Array.from({ length: 1_100 }, (_, at) => `${at}`).sort());
      await assertRejects(
        () => overSsh(bench, "list_dir", { path: `${dir}/none` }),
        ToolError,
        "no such",
      );
      await assertRejects(() => overSsh(bench, "list_dir", { path: `${dir}/many/0` }), ToolError);
    },
    async "search_files gives what the tool gives, but for what .gitignore says"() {
      const tree = `${dir}/search`;
      await Deno.mkdir(`${tree}/sub`, { recursive: true });
      for (const name of [...HOSTILE, "sub/one.ts", ".hidden", "sub/two.TS"]) {
        await Deno.writeTextFile(`${tree}/${name}`, `first\nfoo42 bar\nÜber\n${name}\nlast foo\n`);
      }
      await Deno.writeFile(`${tree}/binary`, Uint8Array.from([0, 102, 111, 111, 10, 0]));
      for (
        const args of [
          { pattern: "*.ts" },
          { pattern: "*.ts", case: "insensitive" },
          { pattern: "{sub/**,-rf,*\n*}", hidden: true },
          { content: "foo\\d+" },
          { content: "(?i)über|LAST", context: 1 },
          { content: "foo", pattern: "*.ts" },
          { content: "^foo4\\w\\s(?:bar|baz)$", hidden: true },
          { content: "nowhere at all" },
          { path: `${tree}/sub/one.ts`, content: "bar" },
        ]
      ) {
        const asked = { path: tree, ignore: false, ...args };
        const ours = await overSsh(bench, "search_files", asked);
        const theirs = await directly(bench, "search_files", asked);
        theirs.structuredContent.engine = ours.structuredContent.engine;
        assertEquals(ours.structuredContent, theirs.structuredContent, JSON.stringify(args));
      }
      const first = await overSsh(bench, "search_files", { path: tree, content: "foo", limit: 3 });
      const { next_cursor: cursor } = first.structuredContent;
      const rest = await overSsh(bench, "search_files", { path: tree, content: "foo", cursor });
      const all = await directly(bench, "search_files", { path: tree, content: "foo" });
      const lines = (part: typeof all) =>
        part.structuredContent.results.flatMap(
          ({ path, lines }: { path: string; lines: { line: number }[] }) =>
            lines.map(({ line }) => `${path}:${line}`),
        );
      assertEquals([...lines(first), ...lines(rest)], lines(all));
      assertStringIncludes(JSON.stringify(first.content), ".gitignore");
      await assertRejects(
        () => overSsh(bench, "search_files", { path: tree, content: "(" }),
        ToolError,
      );
    },
  });
});
