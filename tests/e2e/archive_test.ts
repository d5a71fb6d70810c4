// The archives and single files as their users get them: built, unpacked, linked to, started, and
// called. The one for the other architecture runs under qemu. Downloads the pinned Deno from npm.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { TARGETS } from "../../scripts/archive/targets.ts";
import { stdFlags } from "../../scripts/std.ts";
import { lacks, lacksProgram } from "../support/lacks.ts";
import { type ProgramOptions, runProgram, startServer, startStdio } from "../support/program.ts";
import { ask, toolCall } from "./http_talk.ts";

const SCRIPT = fileURLToPath(new URL("../../scripts/build_archives.ts", import.meta.url));
const QEMU = "qemu-aarch64-static";
const QEMU_LIBS = "/usr/aarch64-linux-gnu";
const BOUND_MS = 120_000;

Deno.test("the archives are the same bytes each time, and serve wherever they are unpacked", async (t) => {
  if (lacksProgram("npm")) return;
  if (lacks("Linux", Deno.build.os === "linux")) return;
  const dir = await Deno.makeTempDir({ prefix: "lmcp-archive-test-" });
  try {
    const dist = `${dir}/dist`;
    const right = await t.step("built twice, nothing differs, SHA256SUMS is right", async () => {
      await build(dist);
      await build(`${dir}/again`);
      const sums = await Deno.readTextFile(`${dist}/SHA256SUMS`);
      assertEquals(await Deno.readTextFile(`${dir}/again/SHA256SUMS`), sums);
      const lines = sums.trimEnd().split("\n").map((line) => line.split("  "));
      assertEquals(lines.length, 5);
      for (const [sum, name] of lines) {
        const data = await Deno.readFile(`${dist}/${name}`);
        assertEquals(createHash("sha256").update(data).digest("hex"), sum, name);
      }
    });
    if (!right) return;

    for (const { name, arch, bunName } of TARGETS) {
      const own = arch === Deno.build.arch;
      await t.step(`${name} serves`, async () => {
        if (!own && lacksQemu()) return;
        await run("tar", ["-xzf", `${dist}/${name}.tar.gz`, "-C", dir]);
        if (!own) await underQemu(`${dir}/${name}/lib/deno`);
        await holdsLicenses(`${dir}/${name}`);
        await Deno.symlink(`${name}/bin/lmcp`, `${dir}/${arch}-link`);
        await Deno.symlink(`${dir}/${arch}-link`, `${dir}/${arch}-lmcp`);
        await serves({ lmcp: [`${dir}/${arch}-lmcp`], cwd: "/", boundMs: BOUND_MS });
      });
      await t.step(`${bunName} serves`, async () => {
        if (!own && lacksQemu()) return;
        const by = own ? [] : [QEMU, "-L", QEMU_LIBS];
        await serves({ lmcp: [...by, `${dist}/${bunName}`], cwd: "/", boundMs: BOUND_MS });
      });
    }

    await t.step("an archive needs no place to write to, and speaks over stdio", async () => {
      const { name } = TARGETS.find(({ arch }) => arch === Deno.build.arch) ?? TARGETS[0]!;
      const env = { HOME: "", XDG_CACHE_HOME: "" };
      await using server = await startStdio([], { lmcp: [`${dir}/${name}/bin/lmcp`], env });
      await server.send(toolCall(1, "ping", {}));
      assertEquals((await server.receive()).result.content, [{ type: "text", text: "pong" }]);
      await server.endInput();
      assertEquals((await server.exited).code, 0);
    });
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("the launcher gives Deno what deno.json gives it", async () => {
  const root = new URL("../../", import.meta.url);
  const { unstable } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  const launcher = await Deno.readTextFile(new URL("scripts/archive/lmcp.sh", root));
  for (const name of unstable) assertStringIncludes(launcher, ` --unstable-${name} `);
});

/** Holds a built lmcp to the same few things, on any system. */
async function serves(options: ProgramOptions): Promise<void> {
  const { stdout } = await runProgram(["--version"], options);
  assertMatch(stdout, /^lmcp \d+\.\d+\.\d+\n$/);
  await using page = servePage("<h1>Title</h1><p>Some <b>bold</b> text");
  await using server = await startServer(["--fetch-allow", "127.0.0.1"], {
    ...options,
    env: { DENO_DIR: "/the/users/own", DENO_NO_UPDATE_CHECK: "", ...options.env },
  });

  const command = 'echo $((6 * 7)); echo "$DENO_DIR,$DENO_NO_UPDATE_CHECK,$LMCP_WAS_DENO_DIR"';
  const shell = await call(server.url, "shell", { command });
  assertEquals(shell.content[0].text, "42\n/the/users/own,,\n");

  // What fetch converts pages with is loaded at its first use.
  const fetched = await call(server.url, "fetch", { url: page.url });
  assertStringIncludes(fetched.content[0].text, "# Title\n\nSome **bold** text");

  const { code } = await server.stop();
  assertEquals(code, 0, server.stderr());
}

async function call(url: string, name: string, args: Record<string, unknown>) {
  const { result } = await ask(url, {
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify(toolCall(1, name, args)),
  });
  assert(result.isError !== true, JSON.stringify(result));
  return result;
}

function servePage(html: string): AsyncDisposable & { readonly url: string } {
  const headers = { "content-type": "text/html" };
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response(html, { headers }),
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Each package that is in the script must have its licence beside it. */
async function holdsLicenses(dir: string): Promise<void> {
  const script = await Deno.readTextFile(`${dir}/lib/lmcp.js`);
  const packages = new Set(
    [...script.matchAll(/^\/\/ npm\/((?:@[^/]+\/)?[^/]+)\//gm)].map(([, name = ""]) => name),
  );
  assert(packages.size >= 2, [...packages].join());
  for (const name of packages) {
    const file = `${dir}/licenses/${name.slice(1).replace("/", "-")}.txt`;
    assertMatch(await Deno.readTextFile(file), /MIT/);
  }
  assertMatch(await Deno.readTextFile(`${dir}/licenses/deno.txt`), /the Deno authors/);
}

function lacksQemu(): boolean {
  return lacksProgram(QEMU) ||
    lacks("libgcc-s1-arm64-cross", exists(`${QEMU_LIBS}/lib/libgcc_s.so.1`));
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** Puts a script in the place of a program that starts it under qemu. */
async function underQemu(program: string): Promise<void> {
  await Deno.rename(program, `${program}.real`);
  const script = `#!/bin/sh\nexec ${QEMU} -L ${QEMU_LIBS} "$0.real" "$@"\n`;
  await Deno.writeTextFile(program, script, { mode: 0o755 });
}

async function build(out: string): Promise<void> {
  const flags = await stdFlags();
  await run(Deno.execPath(), ["run", ...flags, "-A", SCRIPT, `--out=${out}`]);
}

async function run(command: string, args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args, stdin: "null" }).output();
  if (!success) throw new Error(`${command} failed:\n${new TextDecoder().decode(stderr)}`);
}
