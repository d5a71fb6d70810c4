// lmcp as a service of systemd, on throwaway machines: installed, restarted under its jobs, updated
// and removed, for the machine and for one user.

import {
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertNotMatch,
  assertStringIncludes,
} from "@std/assert";
import { installTree } from "../support/install_tree.ts";
import { type Machine, noMachine, startMachine } from "../support/machine.ts";
import { callTool, PORT, startJob, statusOf } from "../support/machine_client.ts";
import { until } from "../support/until.ts";

const INSTALL = "/archive/install/install.sh";
const HEALTH = `curl -fs 127.0.0.1:${PORT}/healthz`;
const MAIN_PID = "systemctl show -P MainPID lmcp";

const ignore = await noMachine();
// Made once; all tests of this file install from it.
const tree = ignore ? undefined : await installTree();
globalThis.addEventListener("unload", () => tree?.removeNow());
const show = { "/archive": tree?.path ?? "" };

test("install.sh makes a service with a token that nobody else can read", async () => {
  await using machine = await startMachine({ show });
  const said = await machine.mustRun(`${INSTALL} --host 127.0.0.1 --port ${PORT}`);
  assertStringIncludes(said, `lmcp is up on port ${PORT}`);
  checkClients(said);
  const token = (await machine.mustRun("cat /etc/lmcp/token")).trim();
  assertMatch(token, /^lmcp_[\w-]{43}$/);
  assertEquals(said.includes(token), false);
  assertNotMatch(await machine.mustRun("cat /proc/[0-9]*/cmdline"), /lmcp_[\w-]{43}/);
  assertEquals(
    await machine.mustRun("stat -c '%a %U %n' /etc/lmcp/* /var/lib/lmcp"),
    "600 root /etc/lmcp/lmcp.env\n600 lmcp /etc/lmcp/token\n700 lmcp /var/lib/lmcp\n",
  );
  assertEquals([await statusOf(machine), await statusOf(machine, "another")], [401, 401]);
  const command = 'id -un; echo "$HOME"; grep NoNewPrivs /proc/self/status; cat /etc/lmcp/lmcp.env';
  const { content } = await callTool(machine, "shell", { command });
  assertMatch(content[0].text, /^lmcp\n\/var\/lib\/lmcp\nNoNewPrivs:\s1\ncat: .*denied/);
});

test("a job outlives the restart of the service, and an update", async () => {
  await using machine = await startMachine({ show });
  await machine.mustRun(`${INSTALL} --port ${PORT}`);
  const token = await machine.mustRun("cat /etc/lmcp/token");
  const job = { job_id: await startJob(machine) };
  for (const again of ["systemctl restart lmcp", INSTALL]) {
    const before = await machine.mustRun(MAIN_PID);
    await machine.mustRun(again);
    assertNotEquals(await machine.mustRun(MAIN_PID), before, again);
    const { structuredContent } = await retried(() => callTool(machine, "job_status", job));
    assertEquals(structuredContent.state, "running", again);
  }
  assertEquals(await machine.mustRun("cat /etc/lmcp/token"), token);
  assertStringIncludes(await machine.mustRun("cat /etc/lmcp/lmcp.env"), `\nLMCP_PORT=${PORT}\n`);
  await machine.mustRun("touch /tmp/go");
  const { structuredContent } = await callTool(machine, "job_wait", { ...job, timeout_s: 20 });
  assertEquals([structuredContent.state, structuredContent.exit_code], ["exited", 7]);
});

test("a server that is killed is started again, and one with wrong settings is not", async () => {
  await using machine = await startMachine({ show });
  await machine.mustRun(`${INSTALL} --port ${PORT}`);
  const killed = await machine.mustRun(MAIN_PID);
  await machine.mustRun("systemctl kill --kill-whom=main -s KILL lmcp.service");
  const isBack = async () =>
    await machine.mustRun(MAIN_PID) !== killed && (await machine.run(HEALTH)).text === "ok";
  await until(isBack, 20_000, "lmcp is back");
  await machine.mustRun("echo LMCP_OPTIONS=--nonsense >>/etc/lmcp/lmcp.env");
  await machine.run("systemctl restart lmcp");
  const isFailed = async () => (await machine.run("systemctl is-failed -q lmcp")).code === 0;
  await until(isFailed, 20_000, "lmcp has failed");
  assertEquals(await machine.mustRun("systemctl show -P ExecMainStatus lmcp"), "2\n");
});

test("uninstall.sh keeps token, settings and jobs; with --purge it keeps nothing", async () => {
  await using machine = await startMachine({ show });
  await machine.mustRun(`${INSTALL} --port ${PORT}`);
  const token = await machine.mustRun("cat /etc/lmcp/token");
  await startJob(machine, { command: "exec sleep 987654" });
  await sleeping(machine, 1);
  const planned = await machine.mustRun("/usr/local/lib/lmcp/install/uninstall.sh --dry-run");
  assertStringIncludes(planned, "would run: rm -rf /usr/local/lib/lmcp\n");
  assertEquals((await machine.run(HEALTH)).text, "ok");

  await machine.mustRun("/usr/local/lib/lmcp/install/uninstall.sh");
  assertEquals((await machine.run(HEALTH)).code, 7);
  assertEquals(await machine.mustRun("find /usr/local /etc/systemd -name '*lmcp*'"), "");
  assertEquals(await machine.mustRun("cat /etc/lmcp/token"), token);
  assertEquals(await jobs(machine), 1);
  await machine.mustRun("/archive/install/uninstall.sh");

  assertStringIncludes(await machine.mustRun(INSTALL), "kept the token in /etc/lmcp/token");
  await startJob(machine, { command: "exec sleep 987654" });
  await sleeping(machine, 2);
  await machine.mustRun("/archive/install/uninstall.sh --purge");
  assertEquals(await jobs(machine), 0);
  assertEquals((await machine.run("id lmcp")).code, 1);
  assertEquals((await machine.run("ls -d /etc/lmcp || ls -d /var/lib/lmcp")).code, 2);
});

test("install.sh takes a token over, and runs the service as another user, root too", async () => {
  await using machine = await startMachine({ show });
  await Deno.writeTextFile(`${machine.root}/srv/old.conf`, "# old\n.godparticle = of-old  \n");
  const options = `--port ${PORT} --token-from /srv/old.conf --run-as me`;
  const said = await machine.mustRun(`${INSTALL} ${options}`);
  assertStringIncludes(said, "took over the token of /srv/old.conf");
  assertEquals(said.includes("of-old"), false);
  assertEquals(await machine.mustRun("stat -c '%a %U' /etc/lmcp/token"), "600 me\n");
  const who = { command: "id -un; pwd; grep -E 'NoNewPrivs|CapBnd' /proc/self/status" };
  const me = await callTool(machine, "shell", who);
  assertMatch(me.content[0].text, /^me\n\/home\/me\nCapBnd:\s0+\nNoNewPrivs:\s1\n$/);

  await machine.mustRun(`${INSTALL} --run-as root`);
  assertEquals(await machine.mustRun("cat /etc/lmcp/token"), "of-old\n");
  const root = await callTool(machine, "shell", who);
  assertMatch(root.content[0].text, /^root\n\/root\nCapBnd:\s[0-9a-f]+f\nNoNewPrivs:\s0\n$/);

  await machine.mustRun(INSTALL);
  const lmcp = await callTool(machine, "shell", who);
  assertMatch(lmcp.content[0].text, /^lmcp\n\/var\/lib\/lmcp\nCapBnd:\s0+\nNoNewPrivs:\s1\n$/);
});

test("install.sh --user serves one user, outlived by jobs, and leaves no trace", async () => {
  await using machine = await startMachine({ show });
  await startUserManager(machine);
  const me = { uid: 1000 };
  checkClients(await machine.mustRun(`${INSTALL} --port ${PORT}`, me));
  const token = "/home/me/.config/lmcp/token";
  assertEquals(await machine.mustRun(`stat -c '%a %U' ${token}`), "600 me\n");
  const shell = await callTool(machine, "shell", { command: "id -un; pwd" }, token);
  assertEquals(shell.content[0].text, "me\n/home/me\n");
  const job = { job_id: await startJob(machine, { tokenFile: token }) };
  await machine.mustRun("systemctl --user restart lmcp", me);
  await machine.mustRun(INSTALL, me);
  const { structuredContent } = await callTool(machine, "job_status", job, token);
  assertEquals(structuredContent.state, "running");
  await machine.mustRun("/home/me/.local/lib/lmcp/install/uninstall.sh --purge", me);
  assertEquals(await machine.mustRun("find /home/me -name '*lmcp*' -not -path '*/.cache/*'"), "");
  assertEquals((await machine.run(HEALTH)).code, 7);
});

test("install.sh --hub-only serves a hub as a user of its own", async () => {
  await using machine = await startMachine({ show });
  const said = await machine.mustRun(`${INSTALL} --hub-only --port ${PORT}`);
  assertStringIncludes(said, `lmcp-hub is up on port ${PORT}`);
  assertEquals(
    await machine.mustRun("stat -c '%a %U %n' /etc/lmcp/*"),
    "600 lmcp-hub /etc/lmcp/backends.conf\n600 lmcp-hub /etc/lmcp/hub.token\n" +
      "600 root /etc/lmcp/lmcp-hub.env\n",
  );
  const pid = (await machine.mustRun("systemctl show -P MainPID lmcp-hub")).trim();
  assertEquals(await machine.mustRun(`stat -c %U /proc/${pid}`), "lmcp-hub\n");
  await machine.mustRun("echo nowhere http://127.0.0.1:9/mcp >>/etc/lmcp/backends.conf");
  const hosts = await callTool(machine, "remote_list_hosts", {}, "/etc/lmcp/hub.token");
  assertStringIncludes(hosts.content[0].text, "nowhere");
  // Within its bounds, ssh gets as far as the network.
  await machine.mustRun("echo closed - ssh=me@127.0.0.1 >>/etc/lmcp/backends.conf");
  const args = { host: "closed", command: "true" };
  const shell = await callTool(machine, "remote_shell", args, "/etc/lmcp/hub.token");
  assertMatch(shell.content[0].text, /over ssh: nothing listens there/);
});

function test(name: string, body: () => Promise<void>): void {
  Deno.test(name, { ignore }, body);
}

/** Starts the service manager of the user `me`, as a login would. */
async function startUserManager(machine: Machine): Promise<void> {
  await Deno.mkdir(`${machine.root}/run/systemd/system`, { recursive: true });
  await Deno.writeTextFile(
    `${machine.root}/run/systemd/system/me.service`,
    "[Service]\nType=notify\nUser=me\nDelegate=yes\nRuntimeDirectory=user/1000\n" +
      "Environment=XDG_RUNTIME_DIR=/run/user/1000\nExecStart=/lib/systemd/systemd --user\n",
  );
  await machine.mustRun("systemctl daemon-reload && systemctl start me");
}

/** How many of the sleeping jobs live. */
async function jobs(machine: Machine): Promise<number> {
  const { text } = await machine.run("pgrep -fxc 'sleep 987654'");
  return Number(text);
}

/** Waits until so many sleep: a job has started a little before its command has. */
async function sleeping(machine: Machine, count: number): Promise<void> {
  await until(async () => await jobs(machine) === count, 10_000, `${count} jobs sleep`);
}

/** Does what may come too early: a restarted service listens a little later than it runs. */
async function retried<T>(ask: () => Promise<T>): Promise<T> {
  let answer: { readonly value: T } | undefined;
  await until(
    async () => {
      answer = await ask().then((value) => ({ value }), () => undefined);
      return answer !== undefined;
    },
    20_000,
    "the service answers",
  );
  return answer!.value;
}

/** Checks what the installer says of clients: commands, and snippets that are JSON. */
function checkClients(said: string): void {
  const url = `http://127.0.0.1:${PORT}/mcp`;
  const header = "--header 'Authorization: Bearer ${LMCP_TOKEN}'";
  assertStringIncludes(said, `claude mcp add --transport http throwaway ${url} ${header}\n`);
  const [http, stdio] = [...said.matchAll(/^ {2}(\{ "mcpServers".*(?:\n {4}.*)*)$/gm)]
    .map(([, json = ""]) => JSON.parse(json).mcpServers.throwaway);
  assertEquals(http, {
    type: "http",
    url,
    headers: { Authorization: "Bearer ${LMCP_TOKEN}" },
  });
  assertEquals(stdio.args, ["stdio"]);
  assertMatch(stdio.command, /\/bin\/lmcp$/);
}
