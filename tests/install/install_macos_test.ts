// install-macos.sh, run here with stand-ins for what only a Mac has: uname and launchctl. The server
// that it starts, from the property list that it wrote, is the real one.

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { parse as parsePlist } from "npm:plist@5.0.0";
import { modernClient } from "../support/http_client.ts";
import { lacksProc, lacksProgram } from "../support/lacks.ts";
import { fromCheckout, said } from "../support/repository.ts";

const SCRIPT = fromCheckout("install/install-macos.sh");
/** What the scripts call; each is watched for what stands on its command line. */
const WATCHED =
  "cat cp chmod curl cut dirname grep head ln mkdir mv printf rm sed sleep tail tr wc";

Deno.test("install-macos.sh serves as an agent, keeps its token, is outlived by jobs, and goes", async () => {
  if (lacksProc() || lacksProgram("curl")) return;
  await withMac(async ({ home, run, log }) => {
    const port = quietPort();
    const installed = await run(["--port", `${port}`]);
    assertStringIncludes(installed, `lmcp.server is up on port ${port}, and takes its token`);
    assertStringIncludes(installed, `claude mcp add --transport http`);
    const token = (await Deno.readTextFile(`${home}/.config/lmcp/token`)).trim();
    assertMatch(token, /^lmcp_[\w-]{43}$/);
    assertEquals((await Deno.stat(`${home}/.config/lmcp/token`)).mode! & 0o777, 0o600);
    assertEquals(installed.includes(token), false);
    const agent = await Deno.readTextFile(`${home}/Library/LaunchAgents/lmcp.server.plist`);
    // deno-lint-ignore no-explicit-any -- whatever the file holds
    const plist = parsePlist(agent) as any;
    assertEquals(plist.WorkingDirectory, home);
    assertEquals(plist.ProgramArguments.at(-1), `${home}/.config/lmcp/token`);

    const url = `http://127.0.0.1:${port}/mcp`;
    const client = modernClient(url, { authorization: `Bearer ${token}` });
    const call = async (name: string, args: { readonly [name: string]: unknown }) =>
      (await client.request("tools/call", { name, arguments: args })).result.structuredContent;
    const { job_id } = await call("shell_bg", {
      command: `while [ ! -e '${home}/go' ] && [ -d '${home}' ]; do sleep 0.05; done; exit 7`,
    });
    const again = await run([]);
    assertStringIncludes(again, "kept the token in");
    assertStringIncludes(again, `lmcp.server is up on port ${port}`);
    assertEquals((await call("job_status", { job_id })).state, "running");
    await Deno.writeTextFile(`${home}/go`, "");
    assertEquals((await call("job_wait", { job_id, timeout_s: 20 })).exit_code, 7);

    await run(["--uninstall"]);
    assertEquals(await said("find", [home, "-name", "*.plist"]).then(({ stdout }) => stdout), "");
    assertEquals((await Deno.readTextFile(`${home}/.config/lmcp/token`)).trim(), token);
    await run(["--uninstall", "--purge"]);
    const left = await said("find", [home, "-name", "*lmcp*", "-not", "-path", "*/.cache/*"]);
    assertEquals(left.stdout, "");
    const watched = await log();
    assertMatch(watched, /^curl .*healthz$/m);
    assertEquals(watched.includes(token), false);
  });
});

Deno.test("install-macos.sh --dry-run changes nothing, and a token as an option is refused", async () => {
  if (lacksProc()) return;
  await withMac(async ({ home, run, fails }) => {
    const planned = await run(["--hub", "--dry-run"]);
    assertStringIncludes(planned, "would run: launchctl bootstrap gui/501");
    assertStringIncludes(planned, `would write: ${home}/.config/lmcp/hub.token, a new token`);
    assertEquals((await said("find", [home, "-type", "f"])).stdout, "");
    assertMatch(await fails(["--token", "abc"], 2), /--token must not be given/);
    assertMatch(await fails(["--port", "8o80"], 2), /--port must be a whole number: got "8o80"/);
    assertMatch(await fails(["--nonsense"], 2), /unknown option --nonsense/);
  });
});

interface Mac {
  readonly home: string;
  /** Runs the script to success; gives what it said. */
  run(args: readonly string[]): Promise<string>;
  /** Runs it to that exit code; gives what it complained of. */
  fails(args: readonly string[], code: number): Promise<string>;
  /** The command lines of the watched programs. */
  log(): Promise<string>;
}

async function withMac(body: (mac: Mac) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "lmcp mac-" });
  const [home, bin, launchd] = [`${dir}/home`, `${dir}/bin`, `${dir}/launchd`];
  for (const each of [home, bin, launchd]) await Deno.mkdir(each);
  const watch = `${dir}/log`;
  await Deno.writeTextFile(watch, "");
  const fake = fromCheckout("tests/install/fake_launchctl.ts");
  await program(`${bin}/uname`, "case $1 in -s) echo Darwin ;; *) echo mac.local ;; esac");
  await program(`${bin}/id`, "echo 501");
  await program(`${bin}/launchctl`, `exec "${Deno.execPath()}" run -qA --no-lock "${fake}" "$@"`);
  const path = Deno.env.get("PATH") ?? "";
  for (const name of WATCHED.split(" ")) {
    const real = (await said("sh", ["-c", `command -v ${name}`])).stdout.trim();
    if (!real.startsWith("/")) continue; // built into the shell
    await program(`${bin}/${name}`, `echo "${name} $*" >>"${watch}"; exec ${real} "$@"`);
  }
  const env = {
    HOME: home,
    PATH: `${bin}:${path}`,
    FAKE_LAUNCHD: launchd,
    DENO_DIR: await denoDir(),
    XDG_STATE_HOME: `${home}/.local/state`,
    SHELL: "/bin/sh",
  };
  const exec = (args: readonly string[]) => said("sh", [SCRIPT, ...args], { env });
  try {
    await body({
      home,
      async run(args) {
        const { code, stdout, stderr } = await exec(args);
        if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${stdout}${stderr}`);
        return stdout;
      },
      async fails(args, wanted) {
        const { code, stderr } = await exec(args);
        assertEquals(code, wanted);
        return stderr;
      },
      log: () => Deno.readTextFile(watch),
    });
  } finally {
    await exec(["--uninstall"]);
    await Deno.remove(dir, { recursive: true });
  }
}

async function program(path: string, line: string): Promise<void> {
  await Deno.writeTextFile(path, `#!/bin/sh\n${line}\n`, { mode: 0o755 });
}

/** Where this Deno keeps what it has downloaded, as the home is another. */
async function denoDir(): Promise<string> {
  return JSON.parse((await said(Deno.execPath(), ["info", "--json"])).stdout).denoDir;
}

/**
 * A port that nobody listens on, and nobody will be given: it is below those that systems hand out.
 */
function quietPort(): number {
  for (let port = 21_000 + Deno.pid % 1_000;; port++) {
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}
