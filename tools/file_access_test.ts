import { testAlone } from "../tests/support/alone.ts";
import { assert, assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import { editFile } from "./edit_file.ts";
import type { Host } from "./host.ts";
import { listDir } from "./list_dir.ts";
import { readFile } from "./read_file.ts";
import { type CallAnswer, callTool } from "./testing/call_tool.ts";
import { withHost } from "./testing/host.ts";
import { writeFile } from "./write_file.ts";

const linux = Deno.build.os === "linux";

/** Everything a file tool can do with a path. */
async function tryAll(host: Host, path: string): Promise<[string, CallAnswer][]> {
  const calls: [string, () => Promise<CallAnswer>][] = [
    ["read", () => callTool(readFile(host), { path })],
    ["base64", () => callTool(readFile(host), { path, encoding: "base64" })],
    ["write", () => callTool(writeFile(host), { path, content: "x", create_dirs: true })],
    ["append", () => callTool(writeFile(host), { path, content: "x", append: true })],
    ["edit", () => callTool(editFile(host), { path, old_string: "secret", new_string: "x" })],
    ["list", () => callTool(listDir(host), { path, depth: 3 })],
  ];
  const answers: [string, CallAnswer][] = [];
  for (const [name, call] of calls) answers.push([name, await call()]);
  return answers;
}

async function refusesAll(host: Host, path: string, secret: string): Promise<void> {
  for (const [what, { isError, text, structured, content }] of await tryAll(host, path)) {
    assert(isError, `${what} of ${path} was let through: ${text}`);
    const said = JSON.stringify([structured, content]);
    assert(!said.includes(secret), `${what} of ${path} shows what is in it: ${said}`);
  }
}

Deno.test("openFileAccess() lets nothing out of the roots, however it is spelled or linked", () =>
  withHost(async (host, scratch) => {
    const inside = `${scratch}/allowed`;
    const outside = `${scratch}/allowed-evil`;
    await Deno.mkdir(`${inside}/d`);
    await Deno.mkdir(outside);
    await Deno.writeTextFile(`${outside}/f`, "secret");
    await Deno.symlink(outside, `${inside}/out`);
    await Deno.symlink("../allowed-evil/f", `${inside}/file`);
    await Deno.symlink("file", `${inside}/chain`);
    await Deno.symlink(`${outside}/new`, `${inside}/dangling`);
    await Deno.symlink("out/new2", `${inside}/dangling2`);
    for (
      const path of [
        `${outside}/f`,
        outside,
        `${inside}/../allowed-evil/f`,
        "../allowed-evil/f",
        `${inside}/d/../../allowed-evil/f`,
        `${inside}/out`,
        `${inside}/out/f`,
        `${inside}/out/new3`,
        `${inside}/out/sub/new4`,
        `${inside}/file`,
        `${inside}/chain`,
        `${inside}/dangling`,
        `${inside}/dangling2`,
        `${inside}/..`,
        `${outside}/missing`,
        `${scratch}/missing/x`,
        "/etc/passwd",
        "/",
        "~/x",
        ...(linux ? [`/proc/self/root${outside}/f`, "/proc/self/cwd/deno.json"] : []),
      ]
    ) {
      await refusesAll(host, path, "secret");
    }
    assertEquals(await Deno.readTextFile(`${outside}/f`), "secret");
    assertEquals([...Deno.readDirSync(outside)].map(({ name }) => name), ["f"]);
  }, (scratch) => {
    Deno.mkdirSync(`${scratch}/allowed`);
    return { roots: [`${scratch}/allowed`] };
  }));

Deno.test("openFileAccess() says nothing of what is outside the roots", () =>
  withHost(async (host, scratch) => {
    await Deno.writeTextFile(`${scratch}/there`, "");
    const said = async (path: string) =>
      (await callTool(readFile(host), { path })).text.replace(path, "");
    assertEquals(await said(`${scratch}/there`), await said(`${scratch}/not-there`));
    assertStringIncludes(await said(`${scratch}/there`), `use a path inside "${scratch}/in"`);
  }, (scratch) => {
    Deno.mkdirSync(`${scratch}/in`);
    return { roots: [`${scratch}/in`] };
  }));

Deno.test("openFileAccess() follows links that stay inside, and roots that are links", () =>
  withHost(async (host, scratch) => {
    await Deno.writeTextFile(`${scratch}/real/f`, "here");
    await Deno.symlink(`${scratch}/real/f`, `${scratch}/real/l`);
    for (const path of [`${scratch}/link/l`, `${scratch}/real/l`, "l"]) {
      assertEquals((await callTool(readFile(host), { path })).structured.text, "here");
    }
    await callTool(writeFile(host), { path: "l", content: "new" });
    assertEquals(await Deno.readTextFile(`${scratch}/real/f`), "new");
    assert((await Deno.lstat(`${scratch}/real/l`)).isSymlink);
  }, (scratch) => {
    Deno.mkdirSync(`${scratch}/real`);
    Deno.symlinkSync("real", `${scratch}/link`);
    return { roots: [`${scratch}/link`] };
  }));

Deno.test("openFileAccess() does not trim names", () =>
  withHost(async (host, scratch) => {
    await Deno.writeTextFile(`${scratch}/a `, "spaced");
    await Deno.writeTextFile(`${scratch}/a`, "plain");
    const { structured } = await callTool(readFile(host), { path: `${scratch}/a ` });
    assertEquals(structured.text, "spaced");
  }));

Deno.test("openFileAccess() refuses lmcp's own files by every name they have", () =>
  withHost(async (host, scratch) => {
    const key = `${host.stateDir}/keys/key`;
    await Deno.mkdir(`${host.stateDir}/keys`, { recursive: true });
    await Deno.writeTextFile(key, "secret");
    await Deno.writeTextFile(`${scratch}/token`, "secret");
    await Deno.symlink(`${scratch}/token`, `${scratch}/soft`);
    await Deno.symlink(host.stateDir, `${scratch}/state-link`);
    await Deno.link(`${scratch}/token`, `${scratch}/hard`);
    await Deno.link(key, `${scratch}/hard-key`);
    for (
      const path of [
        `${scratch}/token`,
        `${scratch}/soft`,
        `${scratch}/hard`,
        `${scratch}/../scratch/token`,
        key,
        `${scratch}/hard-key`,
        `${scratch}/state-link/keys/key`,
        `${scratch}/state-link`,
        host.stateDir,
        `${host.stateDir}/keys`,
        `${host.stateDir}/new`,
        `${host.stateDir}/new/deeper`,
        `${scratch}/state-link/new2/x`,
        // Not there yet: to make it would be to choose lmcp's token.
        `${scratch}/later.token`,
      ]
    ) {
      await refusesAll(host, path, "secret");
    }
    assertEquals([...Deno.readDirSync(host.stateDir)].map(({ name }) => name), ["keys"]);
    assertEquals(await Deno.readTextFile(`${scratch}/token`), "secret");
    assertEquals(await Deno.readTextFile(key), "secret");
  }, (scratch) => ({ secrets: [`${scratch}/token`, `${scratch}/later.token`] })));

Deno.test("openFileAccess() lists neighbours of lmcp's own files, and does not go into its folder", () =>
  withHost(async (host) => {
    await Deno.mkdir(`${host.stateDir}/keys`, { recursive: true });
    const path = host.stateDir.slice(0, host.stateDir.lastIndexOf("/"));
    const { structured } = await callTool(listDir(host), { path, depth: 5 });
    const entries = structured.entries as { name: string; error?: string }[];
    assertEquals(entries.map(({ name }) => name), ["scratch", "state"]);
    assertStringIncludes(String(entries[1]!.error), "belongs to lmcp itself");
  }));

Deno.test("openFileAccess() lets the log of a call be read by its path, and nothing else of it", () =>
  withHost(async (host) => {
    const log = `${host.stateDir}/logs/20260101T000000-abcdef01.log`;
    await Deno.mkdir(`${host.stateDir}/logs`, { recursive: true });
    await Deno.writeTextFile(log, "output secret");
    const answers = new Map(await tryAll(host, log));
    assertEquals(answers.get("read")!.structured.text, "output secret");
    for (const what of ["write", "append", "edit", "list"]) {
      assert(answers.get(what)!.isError, what);
    }
    assert((await callTool(listDir(host), { path: `${host.stateDir}/logs` })).isError);
    assertEquals(await Deno.readTextFile(log), "output secret");
  }));

Deno.test({
  name: "openFileAccess() refuses the environment and memory of processes",
  ignore: !linux,
  fn: () =>
    withHost(async (host, scratch) => {
      const secret = Deno.env.get("PATH")!;
      const task = [...Deno.readDirSync("/proc/self/task")][0]!.name;
      await Deno.symlink("/proc/self/environ", `${scratch}/env`);
      await Deno.symlink("/proc", `${scratch}/proc`);
      using open = await Deno.open("/proc/self/environ");
      const fd = [...Deno.readDirSync("/proc/self/fd")].map(({ name }) => `/proc/self/fd/${name}`)
        .find((path) => link(path) === `/proc/${Deno.pid}/environ`);
      assert(open && fd !== undefined);
      for (
        const path of [
          "/proc/self/environ",
          "/proc/thread-self/environ",
          `/proc/${Deno.pid}/environ`,
          `/proc/${Deno.pid}/mem`,
          `/proc/self/task/${task}/environ`,
          `/proc/self/task/${task}/mem`,
          "/proc/self/root/proc/self/environ",
          "/proc/self/cwd/../../../../../../../proc/self/environ",
          "/proc/1/environ",
          `${scratch}/env`,
          `${scratch}/proc/self/environ`,
          "/proc/kcore",
          "/proc/kmsg",
          fd,
        ]
      ) {
        await refusesAll(host, path, secret);
      }
      await Deno.writeTextFile(`${scratch}/environ`, "mine");
      const own = await callTool(readFile(host), { path: `${scratch}/environ` });
      assertEquals(own.structured.text, "mine");
    }),
});

function link(path: string): string | undefined {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return undefined;
  }
}

Deno.test("openFileAccess() refuses a root that is no folder", async () => {
  for (const root of ["/etc/passwd", "/no/such/folder"]) {
    let message = "";
    await withHost(() => {}, { roots: [root] }).catch((error) => message = error.message);
    assertStringIncludes(message, root);
  }
});

testAlone(
  import.meta.url,
  "openFileAccess() holds nothing open after the calls",
  () =>
    withHost(async (host, scratch) => {
      const count = () => [...Deno.readDirSync(linux ? "/proc/self/fd" : "/dev/fd")].length;
      await Deno.mkdir(`${scratch}/d`);
      const round = async () => {
        for (const path of ["f", "missing", "d", "/"]) await tryAll(host, path);
      };
      await round();
      const before = count();
      for (let times = 0; times < 10; times++) await round();
      assertLess(count(), before + 3);
    }, (scratch) => ({ roots: [scratch] })),
);
