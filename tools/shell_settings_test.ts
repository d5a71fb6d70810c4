import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { HostOptions } from "./host.ts";
import { shell } from "./shell.ts";
import { callTool } from "./testing/call_tool.ts";
import { withHost } from "./testing/host.ts";

/** Runs a command on a host whose server was started with these variables. */
async function runWith(
  variables: { readonly [name: string]: string },
  command: string,
  options: HostOptions = {},
): Promise<string> {
  const before = new Map(Object.keys(variables).map((name) => [name, Deno.env.get(name)]));
  for (const [name, value] of Object.entries(variables)) Deno.env.set(name, value);
  let text = "";
  try {
    await withHost(async (host) => {
      text = (await callTool(shell(host), { command })).text;
    }, options);
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
  }
  return text;
}

/** Makes a program that stands for a user's login shell, and runs `body` with its path. */
async function withLoginShell(script: string, body: (path: string) => Promise<void>) {
  const path = await Deno.makeTempFile({ prefix: "lmcp-test-shell-" });
  await Deno.writeTextFile(path, `#!/bin/sh\n${script}\n`);
  await Deno.chmod(path, 0o755);
  try {
    await body(path);
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("openShellSettings() gives no child lmcp's own secrets", async () => {
  const variables = {
    LMCP_TOKEN: "s3cret",
    LMCP_STATE_KEY: "s3cret",
    LMCP_PORT: "8080",
    SEARCH_API: "s3cret",
    OTHER: "kept",
    SHELL: "/bin/sh",
  };
  const text = await runWith(variables, "env", { secretEnv: ["SEARCH_API"] });
  assert(!text.includes("s3cret"), text.match(/^.*s3cret$/m)?.[0]);
  assertStringIncludes(text, "\nOTHER=kept\n");
  assertStringIncludes(text, "\nLMCP_PORT=8080\n");
});

Deno.test("openShellSettings() gives the login shell no secret either", async () => {
  await withLoginShell('PATH="$PATH:/token/$LMCP_TOKEN/end"; eval "$2"', async (path) => {
    const text = await runWith({ SHELL: path, LMCP_TOKEN: "s3cret" }, "echo $PATH");
    assertStringIncludes(text, ":/token//end");
  });
});

Deno.test("openShellSettings() puts the login shell's PATH before lmcp's own", async () => {
  const script =
    'test "$1" = -lc || exit 9; echo motd; PATH=/login/bin:/usr/bin; eval "$2"; echo bye';
  await withLoginShell(script, async (path) => {
    const text = await runWith({ SHELL: path, PATH: "/own/bin:/usr/bin:/bin" }, "echo $PATH");
    assertEquals(text, "/login/bin:/usr/bin:/own/bin:/bin\n");
  });
});

Deno.test("openShellSettings() keeps lmcp's own PATH where no login shell says one", async () => {
  const PATH = "/own/bin:/usr/bin:/bin";
  for (const SHELL of ["/nowhere/shell", "/bin/false", ""]) {
    const text = await runWith({ SHELL, PATH }, "echo $PATH");
    assertStringIncludes(text, "/own/bin");
  }
});

Deno.test("openShellSettings() waits two seconds for a login shell that hangs, once", async () => {
  await withLoginShell("sleep 300", async (path) => {
    const start = performance.now();
    const text = await runWith({ SHELL: path, PATH: "/usr/bin:/bin" }, "echo $PATH");
    assertEquals(text, "/usr/bin:/bin\n");
    const ms = performance.now() - start;
    assert(ms > 1_900 && ms < 4_000, `it took ${ms} ms`);
  });
});

Deno.test("openShellSettings() runs the login shell only when there is a need, and once", async () => {
  const count = await Deno.makeTempFile();
  await withLoginShell(`echo run >>${count}; eval "$2"`, async (path) => {
    const before = Deno.env.get("SHELL");
    Deno.env.set("SHELL", path);
    try {
      await withHost(async (host) => {
        assertEquals(await Deno.readTextFile(count), "");
        host.shell.prepare();
        await Promise.all([host.shell.path(), callTool(shell(host), { command: "true" })]);
        host.shell.prepare();
        await callTool(shell(host), { command: "true" });
        assertEquals(await Deno.readTextFile(count), "run\n");
      });
    } finally {
      if (before === undefined) Deno.env.delete("SHELL");
      else Deno.env.set("SHELL", before);
      await Deno.remove(count);
    }
  });
});

Deno.test("openShellSettings() uses sh where there is no bash", async () => {
  const dir = await Deno.makeTempDir();
  await Deno.symlink("/bin/sh", `${dir}/sh`);
  try {
    const text = await runWith(
      { SHELL: "/nowhere/shell", PATH: dir },
      'echo "$0 ${BASH_VERSION-none}"; echo err >&2',
    );
    assertEquals(text, "sh none\nerr\n");
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("openShellSettings() passes on variables whose names a shell cannot use", async () => {
  const text = await runWith(
    { "odd.name": "kept", "BASH_FUNC_hi%%": "() { echo hi there; }" },
    "hi; env",
  );
  assertStringIncludes(text, "hi there\n");
  assertStringIncludes(text, "\nodd.name=kept\n");
});
