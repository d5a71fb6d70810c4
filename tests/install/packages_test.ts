// The Debian and the Arch package: built from an archive, installed, updated and removed on throwaway
// machines by the real package managers.

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { installTree } from "../support/install_tree.ts";
import { lacksProgram } from "../support/lacks.ts";
import { noMachine, startMachine } from "../support/machine.ts";
import { callTool, PORT, startJob } from "../support/machine_client.ts";
import { fromCheckout, said } from "../support/repository.ts";

const ARCH = Deno.build.arch === "aarch64"
  ? { archive: "aarch64", deb: "arm64" }
  : { archive: "amd64", deb: "amd64" };

const withoutDeb = lacksProgram("dpkg-deb") || await noMachine();
const withoutArch = lacksProgram("makepkg") || lacksProgram("pacman") || lacksProgram("bsdtar") ||
  lacksProgram("fakeroot") || withoutDeb;
const dir = await Deno.makeTempDir({ prefix: "lmcp-packages-" });
globalThis.addEventListener("unload", () => Deno.removeSync(dir, { recursive: true }));
const archive = `${dir}/lmcp-linux-${ARCH.archive}.tar.gz`;
if (!withoutDeb) await makeArchive();

Deno.test("the Debian package installs, updates, removes and purges", {
  ignore: withoutDeb,
}, async () => {
  const deb = `${dir}/lmcp_${await version()}_${ARCH.deb}.deb`;
  for (const out of [dir, `${dir}/again`]) {
    await mustRun(fromCheckout("install/deb/build.sh"), [archive, out], {
      DPKG_DEB_COMPRESSOR_TYPE: "none",
    });
  }
  assertEquals(await digest(deb), await digest(deb.replace(dir, `${dir}/again`)));

  await using machine = await startMachine({ show: { "/lmcp.deb": deb } });
  const installed = await machine.mustRun("dpkg -i /lmcp.deb");
  assertStringIncludes(installed, "minted a token: /etc/lmcp/token");
  assertStringIncludes(installed, "claude mcp add --transport http");
  assertEquals(await machine.mustRun("stat -c '%a %U %n' /etc/lmcp/*"), FILES);
  const token = await machine.mustRun("cat /etc/lmcp/token");
  assertEquals(installed.includes(token.trim()), false);
  await machine.mustRun(
    `sed -i s/^LMCP_PORT=.*/LMCP_PORT=${PORT}/ /etc/lmcp/lmcp.env && systemctl restart lmcp`,
  );
  await machine.mustRun(`curl -fsS --retry-connrefused --retry 20 127.0.0.1:${PORT}/healthz`);
  await startJob(machine, { command: "exec sleep 987656" });

  await machine.mustRun("dpkg -i /lmcp.deb");
  await machine.mustRun(`curl -fsS --retry-connrefused --retry 20 127.0.0.1:${PORT}/healthz`);
  assertEquals(await machine.mustRun("cat /etc/lmcp/token"), token);
  assertEquals((await callTool(machine, "ping", {})).isError ?? false, false);
  assertEquals(await machine.mustRun("pgrep -fxc 'sleep 987656'"), "1\n");

  await machine.mustRun("dpkg -r lmcp");
  assertEquals((await machine.run(`curl -fs 127.0.0.1:${PORT}/healthz`)).code, 7);
  assertEquals(await machine.mustRun("cat /etc/lmcp/token"), token);
  assertEquals((await machine.run("ls -d /usr/lib/lmcp")).code, 2);
  await machine.mustRun("dpkg -P lmcp");
  assertEquals((await machine.run("ls -d /etc/lmcp || ls -d /var/lib/lmcp")).code, 2);
});

Deno.test("the Debian package leaves lintian nothing to say", {
  // It takes longer than all the rest.
  ignore: withoutDeb || Deno.env.get("LMCP_LONG") !== "1" || lacksProgram("lintian"),
}, async () => {
  const out = `${dir}/lintian`;
  await mustRun(fromCheckout("install/deb/build.sh"), [archive, out], {
    DPKG_DEB_COMPRESSOR_TYPE: "gzip",
    DPKG_DEB_COMPRESSOR_LEVEL: "1",
  });
  const { stdout } = await said("sh", ["-c", `lintian --allow-root "${out}"/*.deb`]);
  assertEquals(stdout, "");
});

Deno.test("the Arch package installs, updates and removes", { ignore: withoutArch }, async () => {
  // makepkg does not run as root.
  const out = `${dir}/arch`;
  await Deno.mkdir(out);
  await Deno.chmod(dir, 0o755);
  await Deno.chown(out, 65534, 65534);
  const user = ["--reuid=65534", "--regid=65534", "--clear-groups"];
  await mustRun("setpriv", [
    ...user,
    fromCheckout("install/arch/build.sh"),
    archive,
    out,
  ], { HOME: out, PKGEXT: ".pkg.tar" });

  await using machine = await startMachine({ show: { "/packages": out } });
  const pacman = "pacman --noconfirm --nodeps --nodeps";
  const installed = await machine.mustRun(`${pacman} -U /packages/*.pkg.tar`);
  assertStringIncludes(installed, "minted a token: /etc/lmcp/token");
  assertStringIncludes(installed, "claude mcp add --transport http");
  assertEquals(await machine.mustRun("stat -c '%a %U %n' /etc/lmcp/*"), FILES);
  const token = await machine.mustRun("cat /etc/lmcp/token");
  assertMatch(await machine.mustRun("lmcp --version"), /^lmcp \d/);
  await machine.mustRun(
    `sed -i s/^LMCP_PORT=.*/LMCP_PORT=${PORT}/ /etc/lmcp/lmcp.env && systemctl enable --now lmcp`,
  );
  await machine.mustRun(`curl -fsS --retry-connrefused --retry 20 127.0.0.1:${PORT}/healthz`);
  assertEquals((await callTool(machine, "ping", {})).isError ?? false, false);

  const updated = await machine.mustRun(`${pacman} -U /packages/*.pkg.tar`);
  assertStringIncludes(updated, "kept the token in /etc/lmcp/token");
  await machine.mustRun(`${pacman} -R lmcp`);
  assertEquals((await machine.run(`curl -fs 127.0.0.1:${PORT}/healthz`)).code, 7);
  assertEquals(await machine.mustRun("cat /etc/lmcp/token"), token);
  assertEquals((await machine.run("ls -d /usr/lib/lmcp")).code, 2);
});

const FILES = [
  "600 lmcp-hub /etc/lmcp/backends.conf",
  "600 lmcp-hub /etc/lmcp/hub.token",
  "600 root /etc/lmcp/lmcp-hub.env",
  "600 root /etc/lmcp/lmcp.env",
  "600 lmcp /etc/lmcp/token",
  "",
].join("\n");

/** An archive as the build of them makes it, of this checkout and with the Deno that is here. */
async function makeArchive(): Promise<void> {
  const tree = await installTree();
  const name = `lmcp-linux-${ARCH.archive}`;
  await Deno.mkdir(`${tree.path}/licenses`);
  await Deno.writeTextFile(`${tree.path}/licenses/deno.txt`, "MIT License\n\nof Deno\n");
  await mustRun("sh", [
    "-c",
    'tar -c --transform "s|^\\.|$1|" -C "$2" . | gzip -1 >"$3"',
    "sh",
    name,
    tree.path,
    archive,
  ]);
  tree.removeNow();
}

async function version(): Promise<string> {
  const text = await Deno.readTextFile(fromCheckout("src/version.ts"));
  return /VERSION = "(.*)"/.exec(text)?.[1] ?? "";
}

async function digest(path: string): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", await Deno.readFile(path))).join(" ");
}

async function mustRun(
  command: string,
  args: readonly string[],
  env: { readonly [name: string]: string } = {},
): Promise<void> {
  const { code, stdout, stderr } = await said(command, args, { env });
  if (code !== 0) throw new Error(`${command} ended with code ${code}:\n${stdout}${stderr}`);
}
