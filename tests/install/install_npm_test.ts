// install.sh with a package of npm, and without anything to install from. The package is a small one
// of the same shape: what the real one does is tested where it is built.

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { lacks, lacksProgram } from "../support/lacks.ts";
import { fromCheckout, said } from "../support/repository.ts";
import { withDir } from "../support/served.ts";

const INSTALL = fromCheckout("install/install.sh");

Deno.test("install.sh --npm installs a package with a launcher that names its Node", async () => {
  if (lacks("Linux", Deno.build.os === "linux")) return;
  if (lacksProgram("npm") || lacksProgram("node")) return;
  await withDir(async (dir) => {
    await makePackage(`${dir}/package`);
    await said("npm", ["pack", "--silent", `${dir}/package`], { cwd: dir });
    const args = ["--system", "--destdir", `${dir}/root`, `--npm=${dir}/lmcp-lmcp-7.7.7.tgz`];
    const { code, stdout, stderr } = await said(INSTALL, args);
    assertEquals(code, 0, stderr);
    assertStringIncludes(stdout, "installed lmcp 7.7.7 to /usr/local/lib/lmcp");
    assertEquals(await Deno.readTextFile(`${dir}/root/etc/lmcp/token`), "lmcp_minted\n");
    // Services have a PATH of their own, which need not have node.
    const run = { env: { PATH: "/nowhere:/usr/bin:/bin" } };
    const { stdout: version } = await said(`${dir}/root/usr/local/bin/lmcp`, ["--version"], run);
    assertEquals(version, "lmcp 7.7.7\n");
    assertMatch(
      await Deno.readTextFile(`${dir}/root/usr/local/lib/lmcp/bin/lmcp`),
      /^exec "\/\S+\/node" /m,
    );
  });
});

Deno.test("install.sh replaces nothing by a program that does not run", async () => {
  if (lacks("Linux", Deno.build.os === "linux")) return;
  await withDir(async (dir) => {
    const archive = `${dir}/lmcp-linux-none`;
    await Deno.mkdir(`${archive}/bin`, { recursive: true });
    await Deno.mkdir(`${archive}/lib`);
    await Deno.writeTextFile(`${archive}/lib/lmcp.js`, "");
    await Deno.writeTextFile(`${archive}/bin/lmcp`, "#!/bin/sh\necho wrong machine\nexit 1\n", {
      mode: 0o755,
    });
    await said("cp", ["-R", fromCheckout("install"), `${archive}/install`]);
    const kept = `${dir}/root/usr/local/lib/lmcp/kept`;
    await Deno.mkdir(`${dir}/root/usr/local/lib/lmcp`, { recursive: true });
    await Deno.writeTextFile(kept, "");
    await Deno.copyFile(
      fromCheckout("examples/backends.conf"),
      `${archive}/install/backends.conf`,
    );
    const { code, stderr } = await said(`${archive}/install/install.sh`, [
      "--system",
      "--destdir",
      `${dir}/root`,
    ]);
    assertEquals(code, 1);
    assertStringIncludes(stderr, "does not run on this machine, and nothing was changed: wrong");
    await Deno.stat(kept);
    assertEquals((await said("ls", [`${dir}/root/usr/local/lib`])).stdout, "lmcp\n");
  });
});

Deno.test("install.sh says what is wrong with its options", async () => {
  if (lacks("Linux", Deno.build.os === "linux")) return;
  const cases: [string[], RegExp][] = [
    [["--token=abc"], /--token must not be given/],
    [["--port", "x"], /--port must be a whole number: got "x"/],
    [["--host", "a b"], /--host must be an address: got "a b"/],
    [["--prefix", "usr"], /--prefix must start with \/: got "usr"/],
    [["--purge"], /--purge goes with --uninstall/],
    [["--port"], /--port must have a value/],
    [["--frob"], /unknown option --frob/],
  ];
  for (const [args, complaint] of cases) {
    const { code, stderr } = await said(INSTALL, args);
    assertEquals(code, 2, args.join(" "));
    assertMatch(stderr, complaint);
  }
});

async function makePackage(dir: string): Promise<void> {
  await Deno.mkdir(`${dir}/bin`, { recursive: true });
  const name = "@lmcp/lmcp";
  await Deno.writeTextFile(
    `${dir}/package.json`,
    JSON.stringify({ name, version: "7.7.7", type: "module", bin: { lmcp: "bin/lmcp.mjs" } }),
  );
  await Deno.writeTextFile(
    `${dir}/bin/lmcp.mjs`,
    "#!/usr/bin/env node\n" +
      'console.log(process.argv[2] === "token" ? "lmcp_minted" : "lmcp 7.7.7");\n',
  );
}
