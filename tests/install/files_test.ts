// The files of install/ as they stand, looked at by the tools that know their formats: shellcheck,
// systemd-analyze, and parsers of property lists, Dockerfiles, YAML and PowerShell.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { validate } from "npm:dockerfile-utils@0.16.3";
import { parse as parsePlist } from "npm:plist@5.0.0";
import { parse as parseYaml } from "npm:yaml@2.9.1";
import { lacksProgram } from "../support/lacks.ts";
import { powershellCheck } from "../support/powershell_check.ts";
import { fromCheckout, said } from "../support/repository.ts";

const INSTALL = fromCheckout("install");
/** What systemd-analyze says of systemd 252; other versions weigh a little otherwise. */
const EXPOSURE = { "lmcp.service": 3.9, "lmcp-hub.service": 1.3 };

Deno.test("shellcheck has nothing to say of any script", async () => {
  if (lacksProgram("shellcheck")) return;
  const scripts = (await filesBelow(INSTALL)).filter((path) =>
    /\.(sh|install)$|\/(PKGBUILD|postinst|prerm|postrm|openrc\/lmcp)$/.test(path)
  );
  assert(scripts.length >= 12, scripts.join());
  const { code, stdout } = await said("shellcheck", ["-x", ...scripts], { cwd: INSTALL });
  assertEquals([stdout, code], ["", 0]);
});

Deno.test("systemd-analyze finds the units right, for the machine and for a user", async () => {
  if (lacksProgram("systemd-analyze")) return;
  await withUnits(async (dir) => {
    for (const [mode, flag] of [["system", "--system"], ["user", "--user"]] as const) {
      const units = ["lmcp", "lmcp-hub"].map((name) => `${dir}/${mode}/${name}.service`);
      const args = [flag, "--man=no", "--recursive-errors=no", "verify", ...units];
      const { code, stdout, stderr } = await said("systemd-analyze", args, {
        env: { XDG_RUNTIME_DIR: dir },
      });
      assertEquals([code, stdout, stderr], [0, "", ""], mode);
    }
  });
});

Deno.test("sudo.conf leaves lmcp.service right", async () => {
  if (lacksProgram("systemd-analyze")) return;
  await withUnits(async (dir) => {
    const path = `${dir}/system/lmcp.service`;
    await Deno.mkdir(`${path}.d`);
    await Deno.copyFile(`${INSTALL}/systemd/sudo.conf`, `${path}.d/sudo.conf`);
    const args = ["--man=no", "--recursive-errors=no", "verify", path];
    const { code, stderr } = await said("systemd-analyze", args);
    assertEquals([code, stderr], [0, ""]);
  });
});

for (const [unit, figure] of Object.entries(EXPOSURE)) {
  Deno.test(`${unit} is exposed no more than the docs say`, async () => {
    if (lacksProgram("systemd-analyze")) return;
    const args = ["security", "--offline=yes", "--no-pager", `${INSTALL}/systemd/system/${unit}`];
    const { stdout } = await said("systemd-analyze", args);
    const [, exposure] = /Overall exposure level for \S+: ([\d.]+)/.exec(stdout) ?? [];
    assert(Math.abs(Number(exposure) - figure) <= 0.5, `got ${exposure}`);
    const docs = await Deno.readTextFile(fromCheckout("docs/install.md"));
    assertMatch(docs, new RegExp(`\`${unit}\`[^\n]*${figure}`));
  });
}

for (const agent of ["lmcp.server", "lmcp.hub"]) {
  Deno.test(`${agent}.plist is a property list of a launchd agent`, async () => {
    const text = await Deno.readTextFile(`${INSTALL}/launchd/${agent}.plist`);
    // deno-lint-ignore no-explicit-any -- whatever the file holds
    const plist = parsePlist(text) as any;
    assertEquals([plist.Label, plist.RunAtLoad, plist.KeepAlive], [
      agent,
      true,
      { SuccessfulExit: false },
    ]);
    if (agent === "lmcp.server") assertEquals(plist.AbandonProcessGroup, true);
    assertEquals(plist.ProgramArguments.slice(0, 2), ["/bin/sh", "-c"]);
    const { code } = await said("sh", ["-n", "-c", plist.ProgramArguments[2]]);
    assertEquals(code, 0);
    assertEquals(/TOKEN/.test(text), false);
  });
}

Deno.test("the Dockerfile is one, runs as a user of its own, and looks after its health", async () => {
  const text = await Deno.readTextFile(`${INSTALL}/docker/Dockerfile`);
  assertEquals(validate(text), []);
  assertMatch(text, /^USER 10001:10001$/m);
  assertMatch(text, /^HEALTHCHECK .*\\\n +CMD \["curl", .*\/healthz"\]$/m);
  assertMatch(text, /^CMD \["serve", "--token-file", "\/run\/secrets\/lmcp_token"\]$/m);
});

Deno.test("compose.yaml keeps the token a secret and the port on loopback", async () => {
  const { services, secrets, volumes } = parseYaml(
    await Deno.readTextFile(`${INSTALL}/docker/compose.yaml`),
    { strict: true },
  );
  const { lmcp } = services;
  assertEquals(lmcp.secrets, ["lmcp_token"]);
  assertEquals(Object.keys(secrets), ["lmcp_token"]);
  assertEquals(Object.keys(volumes), ["home"]);
  assertEquals(lmcp.ports, ["127.0.0.1:8080:8080"]);
  assertEquals(Object.keys(lmcp.environment), ["LMCP_HOST"]);
  // From its own folder, the context is the root of an unpacked archive.
  const context = new URL(`${lmcp.build.context}/`, `file://${INSTALL}/docker/`).pathname;
  await Deno.stat(`${context}${lmcp.build.dockerfile}`);
});

Deno.test("the PowerShell scripts are PowerShell, as far as a grammar can tell", async () => {
  const check = await powershellCheck();
  assert(check("if ($a { Write-Output 1 }").length > 0, "the check finds a fault");
  for (const name of ["install.ps1", "uninstall.ps1"]) {
    const text = await Deno.readTextFile(`${INSTALL}/windows/${name}`);
    assertEquals(check(text), [], name);
    // Windows PowerShell reads a script without a mark as the local code page.
    assertMatch(text, /^[\n -~]*$/, name);
    assertStringIncludes(text, "SupportsShouldProcess");
  }
});

/** Runs a body on the units as install.sh writes them, with a program that is there. */
async function withUnits(body: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "lmcp-units-" });
  try {
    for (const mode of ["system", "user"]) {
      await Deno.mkdir(`${dir}/${mode}`);
      for (const name of ["lmcp.service", "lmcp-hub.service"]) {
        const text = await Deno.readTextFile(`${INSTALL}/systemd/${mode}/${name}`);
        await Deno.writeTextFile(
          `${dir}/${mode}/${name}`,
          text.replace(/^ExecStart=\S+/m, "ExecStart=/bin/true"),
        );
      }
    }
    await body(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

async function filesBelow(dir: string): Promise<string[]> {
  const files: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(dir)) {
    if (isDirectory) files.push(...await filesBelow(`${dir}/${name}`));
    else files.push(`${dir}/${name}`);
  }
  return files.sort();
}
