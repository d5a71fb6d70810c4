import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { builtinEngine } from "./search_builtin.ts";
import { searchFiles, searchTool } from "./search_files.ts";
import { findRipgrep } from "./search_ripgrep.ts";
import { callTool } from "./testing/call_tool.ts";
import { withHost } from "./testing/host.ts";
import { filesOf, linesOf, makeTree, searchTest } from "./testing/search_engines.ts";

searchTest("follows a symlink that is the path itself", async ({ dir, search }) => {
  await makeTree(dir, { "real/a": "hit\n", "real/b/c": "hit\n", "link": "->real" });
  const path = `${dir}/link`;
  assertEquals((await search({ path })).structured.files, [`${path}/a`, `${path}/b/c`]);
  const { structured } = await search({ path, content: "hit" });
  assertEquals(structured.results, [
    { path: `${path}/a`, lines: [{ line: 1, text: "hit" }] },
    { path: `${path}/b/c`, lines: [{ line: 1, text: "hit" }] },
  ]);
});

searchTest("searches a single file, hidden, ignored and by a symlink, too", async (bench) => {
  const { dir, search } = bench;
  await makeTree(dir, { ".gitignore": "*", ".h": "no\nhit\n", "link": "->.h" });
  for (const name of [".h", "link"]) {
    const path = `${dir}/${name}`;
    assertEquals(linesOf(await search({ path, content: "hit" }), dir), [`${name}:2:hit`]);
    assertEquals((await search({ path })).structured.files, [path]);
  }
});

searchTest("says what is wrong with a path", async ({ dir, search }) => {
  const { text, isError } = await search({ path: `${dir}/none` });
  assertEquals(isError, true);
  assertStringIncludes(text, `"${dir}/none"`);
});

searchTest("shows nothing of lmcp's own, by whatever name", async ({ dir, search }) => {
  await makeTree(dir, {
    "a": "hit\n",
    "secret.conf": "hit\n",
    "state/logs/x.log": "hit\n",
    "state/jobs/1": "hit\n",
  });
  await Deno.link(`${dir}/secret.conf`, `${dir}/by-link`);
  await Deno.link(`${dir}/state/jobs/1`, `${dir}/job-by-link`);
  assertEquals(filesOf(await search({}), dir), ["a"]);
  assertEquals(linesOf(await search({ content: "hit" }), dir), ["a:1:hit"]);
  const cut = await search({ content: "hit", limit: 1 });
  assertEquals(cut.structured.truncated, false);
}, (scratch) => ({ secrets: [`${scratch}/secret.conf`], stateDir: `${scratch}/state` }));

searchTest("shows no environment of a process", async ({ search }) => {
  const path = `/proc/${Deno.pid}`;
  const names = await search({ path, pattern: "{environ,mem,cmdline}" });
  const files = names.structured.files as string[];
  assert(files.includes(`${path}/cmdline`));
  assertEquals(files.filter((file) => /\/(environ|mem)$/.test(file)), []);
  const { structured } = await search({ path, pattern: "environ", content: "PATH" });
  assertEquals(structured.results, []);
});

searchTest("passes over pipes, sockets and devices", async ({ dir, search }) => {
  await makeTree(dir, { a: "hit\n" });
  await new Deno.Command("mkfifo", { args: [`${dir}/fifo`] }).output();
  using _listener = Deno.listen({ transport: "unix", path: `${dir}/socket` });
  assertEquals(linesOf(await search({ content: "hit" }), dir), ["a:1:hit"]);
  assertEquals(filesOf(await search({}), dir), ["a"]);
});

searchTest("goes past what cannot be read, and says so", async ({ dir, search }) => {
  await makeTree(dir, { "a": "hit\n", "shut/b": "hit\n" });
  await Deno.mkdir(`${dir}/${"long".repeat(50)}`, { recursive: true });
  await Deno.chmod(`${dir}/shut`, 0);
  const { text, structured } = await search({ content: "hit" });
  const mayRead = Deno.uid() === 0;
  assertEquals(structured.unreadable, mayRead ? undefined : true);
  assertEquals(text.includes("[some files or folders could not be read]"), !mayRead);
  await Deno.chmod(`${dir}/shut`, 0o700);
});

Deno.test("search_files keeps to the roots, by symlinks, too", () =>
  withHost(async (host, dir) => {
    await makeTree(dir, {
      "root/a": "hit\n",
      "root/out": "->../outside",
      "root/file": "->../outside/b",
      "root/in": "->sub",
      "root/sub/c": "hit\n",
      "outside/b": "hit\n",
      "outside/back": "->../root",
    });
    const tool = searchFiles(host);
    const all = await callTool(tool, { content: "hit" });
    assertEquals(all.structured.engine, "built-in");
    assertEquals(linesOf(all, `${dir}/root`), ["a:1:hit", "sub/c:1:hit"]);
    const inner = await callTool(tool, { path: "in", content: "hit" });
    assertEquals(linesOf(inner, `${dir}/root`), ["in/c:1:hit"]);
    for (const path of ["..", "out", "file", `${dir}/outside`, "/", "/etc"]) {
      const { text, isError } = await callTool(tool, { path, content: "hit" });
      assertEquals(isError, true, `${path} is searched`);
      assertMatch(text, /it is outside of what the file tools may use; use a path inside /);
    }
    assertEquals((await callTool(tool, { path: `${dir}/outside/back` })).isError, false);
  }, (scratch) => {
    Deno.mkdirSync(`${scratch}/root`);
    return { roots: [`${scratch}/root`] };
  }));

Deno.test("search_files never leaves the roots while folders are swapped for symlinks", () =>
  withHost(async (host, dir) => {
    await makeTree(dir, { "outside/b": "secret\n", "root/a/b": "hit\n", "root/b/b": "hit\n" });
    let going = true;
    const swapper = (async () => {
      while (going) {
        await Deno.rename(`${dir}/root/a`, `${dir}/root/kept`);
        await Deno.symlink("../outside", `${dir}/root/a`);
        await Deno.remove(`${dir}/root/a`);
        await Deno.rename(`${dir}/root/kept`, `${dir}/root/a`);
      }
    })();
    const tool = searchFiles(host);
    const until = performance.now() + 1_500;
    let seen = 0;
    while (performance.now() < until) {
      const { text } = await callTool(tool, { content: "secret|hit" });
      assert(!text.includes("secret"), text);
      if (text.includes("hit")) seen++;
    }
    going = false;
    await swapper;
    assert(seen > 0);
  }, (scratch) => {
    Deno.mkdirSync(`${scratch}/root`);
    return { roots: [`${scratch}/root`] };
  }));

// Patterns and a text with which a backtracking engine would need ages, and an automaton many states.
const HEAVY = "(a|b)*a(a|b){400}(c|d)";
const HEAVY_TREE = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`${at}`, noise()]));

function noise(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(60_000));
  return Array.from(bytes, (byte) => byte === 0 ? "\n" : byte % 2 === 0 ? "a" : "b").join("");
}

searchTest("ends at once when it is cancelled", async ({ dir, search }) => {
  await makeTree(dir, HEAVY_TREE);
  const controller = new AbortController();
  let aborted: number | undefined;
  setTimeout(() => {
    aborted = performance.now();
    controller.abort(new Error("cancelled by the client"));
  }, 50);
  const { isError, text } = await search({ content: HEAVY }, { signal: controller.signal });
  assert(aborted !== undefined, "the search ended before it was cancelled");
  const took = performance.now() - aborted;
  assert(took < 250, `it took ${took} ms to end`);
  assertEquals([isError, text], [true, "cancelled by the client"]);
});

searchTest("is not held up by a pattern that others choke on", async ({ dir, search }) => {
  await makeTree(dir, { f: `${"a".repeat(100_000)}b\n`, g: `${"a".repeat(100_000)}\n` });
  const began = performance.now();
  const { structured } = await search({ content: "^(a+)+$|^(a|aa)+$" });
  assertEquals((structured.results as { path: string }[]).map(({ path }) => path), [`${dir}/g`]);
  assert(performance.now() - began < 5_000);
});

Deno.test("search_files leaves the server responsive while it searches", () =>
  withHost(async (host, dir) => {
    await makeTree(dir, HEAVY_TREE);
    const builtin = builtinEngine(host.runtime.files);
    const tool = searchTool(host, () => Promise.resolve(builtin), 1_000);
    await callTool(tool, { path: dir, pattern: "none" }); // What the first call loads is not meant.
    let last = performance.now();
    let longest = 0;
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 1);
    const { isError } = await callTool(tool, { path: dir, content: HEAVY });
    clearInterval(timer);
    assertEquals(isError, true);
    // It takes all of its second; a search that gives no turns would hold it all the while.
    assert(longest < 600, `nothing else ran for ${longest} ms`);
  }));

async function withFakeRipgrep(
  script: string,
  body: (tool: ReturnType<typeof searchTool>, dir: string) => Promise<void>,
): Promise<void> {
  await withHost(async (host, dir) => {
    await Deno.mkdir(`${dir}/bin`);
    await Deno.writeTextFile(`${dir}/bin/rg`, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const path = () => Promise.resolve(`relative:${dir}/none:${dir}/bin:/usr/bin`);
    const shell = { ...host.shell, path };
    await body(searchFiles({ ...host, shell }), dir);
  });
}

Deno.test("search_files ends ripgrep when it is cancelled", () =>
  withFakeRipgrep(
    `case $1 in --version) echo "ripgrep 14.1.0";; *) echo $$ > "$0.pid"; exec sleep 600;; esac`,
    async (tool, dir) => {
      const controller = new AbortController();
      const going = callTool(tool, { path: dir }, { signal: controller.signal });
      const pid = await contentOf(`${dir}/bin/rg.pid`);
      const began = performance.now();
      controller.abort(new Error("cancelled by the client"));
      assertEquals((await going).text, "cancelled by the client");
      assert(performance.now() - began < 250);
      await gone(Number(pid));
    },
  ));

Deno.test("search_files does without a ripgrep that is too old or no program", async () => {
  for (const script of ['echo "ripgrep 12.1.1"', 'echo "something else"', "exit 1"]) {
    await withFakeRipgrep(script, async (tool, dir) => {
      const { structured } = await callTool(tool, { path: dir });
      assertEquals(structured.files, [`${dir}/bin/rg`]);
      assertEquals(structured.engine, "built-in");
    });
  }
});

Deno.test("search_files says so when ripgrep is killed", () =>
  withFakeRipgrep(
    `case $1 in --version) echo "ripgrep 14.1.0";; *) kill -KILL $$;; esac`,
    async (tool, dir) => {
      const { isError, text } = await callTool(tool, { path: dir });
      assertEquals([isError, text], [true, "ripgrep ended with SIGKILL; try again"]);
    },
  ));

Deno.test("search_files searches what ripgrep refuses as too large", () =>
  withHost(async (host, dir) => {
    const builtin = builtinEngine(host.runtime.files);
    const engine = await findRipgrep(host, builtin);
    await makeTree(dir, { f: `${"ä".repeat(600)}\n`, g: "ä\n" });
    const tool = searchTool(host, () => Promise.resolve(engine ?? builtin));
    const answer = await callTool(tool, { path: dir, content: "^\\w{600}$" });
    const results = answer.structured.results as { path: string }[];
    assertEquals(results.map(({ path }) => path), [`${dir}/f`]);
  }));

async function contentOf(path: string): Promise<string> {
  while (true) {
    const text = await Deno.readTextFile(path).catch(() => "");
    if (text.endsWith("\n")) return text.trim();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function gone(pid: number): Promise<void> {
  for (const until = performance.now() + 2_000; performance.now() < until;) {
    try {
      Deno.kill(pid, "SIGCONT");
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
      throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`process ${pid} is still there`);
}
