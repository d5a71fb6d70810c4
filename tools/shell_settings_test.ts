import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openRuntime } from "../src/runtime/open_runtime.ts";
import { ProcessRegistry } from "./process_registry.ts";
import { runProcess } from "./run_process.ts";
import { openShellSettings, type ShellSettings } from "./shell_settings.ts";

type Env = { [name: string]: string };

const runtime = await openRuntime();

/** Opens the settings of a server that was started with these variables and no other. */
async function withSettings(
  environ: Env,
  body: (settings: ShellSettings, run: (command: string, env?: Env) => Promise<string>) => unknown,
  secretEnv: readonly string[] = [],
): Promise<void> {
  const processes = new ProcessRegistry(runtime);
  const started = { ...runtime, environ: () => ({ PATH: "/usr/bin:/bin", ...environ }) };
  const settings = openShellSettings(started, processes, secretEnv);
  const run = async (command: string, env: Env = {}) => {
    let text = "";
    await runProcess(processes, {
      ...await settings.command(command, env),
      timeoutMs: 10_000,
      signal: new AbortController().signal,
      onOutput: (bytes) => Promise.resolve(void (text += new TextDecoder().decode(bytes))),
    });
    return text;
  };
  try {
    await body(settings, run);
  } finally {
    await processes.closeAll();
  }
}

/** Makes a program that stands for a user's login shell: `$1` is `-lc`, `$2` what to run. */
async function withLoginShell(
  script: string,
  body: (path: string, dir: string) => Promise<void>,
): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "lmcp-test-" });
  await Deno.writeTextFile(`${dir}/shell`, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  try {
    await body(`${dir}/shell`, dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("openShellSettings() gives no child lmcp's own secrets", () => {
  const environ = {
    LMCP_TOKEN: "s3cret",
    LMCP_STATE_KEY: "s3cret",
    LMCP_PORT: "8080",
    SEARCH_API: "s3cret",
    OTHER: "kept",
  };
  return withSettings(environ, async (_settings, run) => {
    const text = await run("env");
    assert(!text.includes("s3cret"), text);
    assertStringIncludes(text, "OTHER=kept\n");
    assertStringIncludes(text, "LMCP_PORT=8080\n");
  }, ["SEARCH_API"]);
});

Deno.test("openShellSettings() gives the login shell no secret either", () =>
  withLoginShell(
    'PATH="$PATH:/token/$LMCP_TOKEN/end"; eval "$2"',
    (SHELL) =>
      withSettings({ SHELL, LMCP_TOKEN: "s3cret" }, async (settings) => {
        assertStringIncludes(await settings.path(), ":/token//end");
      }),
  ));

Deno.test("openShellSettings() lets nothing wait for a person, but what the caller asks for", () =>
  withSettings({ PAGER: "less", TERM: "xterm", NO_COLOR: "" }, async (_settings, run) => {
    const command = "echo $PAGER $GIT_PAGER $GIT_TERMINAL_PROMPT $TERM";
    assertEquals(await run(command), "cat cat 0 dumb\n");
    assertEquals(await run(command, { TERM: "vt100" }), "cat cat 0 vt100\n");
  }));

Deno.test("openShellSettings() puts the login shell's PATH before lmcp's own", () => {
  const script =
    'test "$1" = -lc || exit 9\necho motd; PATH=/login/bin:/usr/bin; eval "$2"; echo bye';
  return withLoginShell(
    script,
    (SHELL) =>
      withSettings({ SHELL, PATH: "/own/bin:/usr/bin:/bin" }, async (settings, run) => {
        assertEquals(await settings.path(), "/login/bin:/usr/bin:/own/bin:/bin");
        assertEquals(await run("echo $PATH"), "/login/bin:/usr/bin:/own/bin:/bin\n");
        assertEquals(await run("echo $PATH", { PATH: "/asked" }), "/asked\n");
      }),
  );
});

for (const SHELL of ["/nowhere/shell", "/bin/false", "/bin/true"]) {
  Deno.test(`openShellSettings() keeps lmcp's own PATH where SHELL is ${SHELL}`, () =>
    withSettings({ SHELL, PATH: "/own/bin:/usr/bin:/bin" }, async (settings) => {
      assertEquals(await settings.path(), "/own/bin:/usr/bin:/bin");
    }));
}

Deno.test("openShellSettings() waits two seconds for a login shell that hangs, and no longer", () =>
  withLoginShell("sleep 300", (SHELL) =>
    withSettings({ SHELL }, async (settings) => {
      const start = performance.now();
      assertEquals(await settings.path(), "/usr/bin:/bin");
      const ms = performance.now() - start;
      assert(ms > 1_900 && ms < 5_000, `it took ${ms} ms`);
    })));

Deno.test("openShellSettings() runs the login shell when there is a need, and once", () =>
  withLoginShell(
    'echo run >>"$(dirname "$0")/runs"; eval "$2"',
    (SHELL, dir) =>
      withSettings({ SHELL }, async (settings, run) => {
        assertEquals([...Deno.readDirSync(dir)].length, 1);
        settings.prepare();
        await Promise.all([settings.path(), run("true")]);
        settings.prepare();
        await run("true");
        assertEquals(await Deno.readTextFile(`${dir}/runs`), "run\n");
      }),
  ));

Deno.test("openShellSettings() uses sh where there is no bash", () =>
  withLoginShell("exit 1", async (SHELL, dir) => {
    await Deno.symlink("/bin/sh", `${dir}/sh`);
    await withSettings({ SHELL, PATH: dir }, async (_settings, run) => {
      assertEquals(await run('echo "$0 $#"; echo err >&2; echo out'), "sh 0\nerr\nout\n");
    });
  }));

Deno.test("openShellSettings() passes on variables whose names a shell cannot use", () => {
  const environ = { "odd.name": "kept", "BASH_FUNC_hi%%": "() { echo hi there; }" };
  return withSettings(environ, async (_settings, run) => {
    const text = await run("hi; env");
    assertStringIncludes(text, "hi there\n");
    assertStringIncludes(text, "odd.name=kept\n");
  });
});
