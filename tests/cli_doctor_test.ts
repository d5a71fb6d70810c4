// `lmcp doctor` on this machine, as it is and with things amiss.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { lacksSshd, startSshd } from "../src/hub/testing/sshd.ts";
import { quietServer, serveHttp } from "./support/http_server.ts";
import { runProgram } from "./support/program.ts";

interface Finding {
  readonly level: string;
  readonly about: string;
  readonly says: string;
  readonly advice?: string;
}

Deno.test("lmcp doctor tries the way over ssh, as a hub would have it", async () => {
  if (lacksSshd()) return;
  await using sshd = await startSshd();
  const registry = `${sshd.dir}/backends.conf`;
  await Deno.writeTextFile(registry, `far - ssh=${sshd.target}\n`);
  const { code, of } = await findings(["--port", "0", "--backends", registry], {
    LMCP_HUB_SSH: sshd.ssh.map((word) => `'${word}'`).join(" "),
  });
  assertEquals(of("host far").says, `ssh to ${sshd.target} runs commands`);
  assertEquals(code, 0);
});

async function findings(
  args: readonly string[],
  env: { readonly [name: string]: string } = {},
): Promise<{ code: number | null; of: (about: string) => Finding }> {
  const { code, stdout, stderr } = await runProgram(["doctor", "--json", ...args], { env });
  assertEquals(stderr, "");
  const all: Finding[] = JSON.parse(stdout).findings;
  return {
    code,
    of(about) {
      const found = all.find((one) => one.about === about);
      assert(found !== undefined, `${about} is not in ${stdout}`);
      return found;
    },
  };
}

Deno.test("lmcp doctor finds nothing amiss where there is nothing, and says what it looked at", async () => {
  const { code, stdout } = await runProgram(["doctor", "--port", "0"]);
  assertEquals(code, 0);
  for (
    const line of [/^ok {3}runtime: lmcp \S+ on deno /m, /^ok {3}shell: \//m, /^ok {3}port: /m]
  ) {
    assertMatch(stdout, line);
  }
  assertMatch(stdout, /^warn tokens: none: every user[^\n]*\n {5}Mint one/m);
  assertMatch(stdout, /\n0 amiss, \d+ to know of, \d+ well\n$/);
});

Deno.test("lmcp doctor tells all else where something cannot even be looked at", async () => {
  const file = await Deno.makeTempFile();
  const env = { LMCP_HUB_SSH: "ssh -F 'open", XDG_STATE_HOME: file };
  const { code, of } = await findings(["--port", "0"], env);
  assertEquals([code, of("state folder").level, of("doctor").level], [1, "fail", "fail"]);
  assertMatch(of("doctor").says, /a ' that closes the one/);
  assertEquals(of("port").level, "ok");
  await Deno.remove(file);
});

Deno.test("lmcp doctor says which program holds the port", async () => {
  await using http = serveHttp(quietServer().server);
  const { code, of } = await findings(["--port", String(http.port)]);
  assertEquals([code, of("port").level], [1, "fail"]);
  assertMatch(of("port").says, /in use by deno \(process \d+\)|in use/);
  assertStringIncludes(of("port").advice ?? "", "--port");
});

Deno.test("lmcp doctor says what is wrong with tokens, and that strangers could call", async () => {
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, "secret-token");
  await Deno.chmod(file, 0o644);
  const open = await findings(["--port", "0", "--token-file", file]);
  assertEquals([open.code, open.of("tokens").level], [1, "fail"]);
  assertMatch(open.of("tokens").says, /mode 0644; "chmod 600/);
  assert(!open.of("tokens").says.includes("secret-token"));
  await Deno.chmod(file, 0o600);
  assertEquals((await findings(["--port", "0", "--token-file", file])).of("tokens").level, "ok");
  await Deno.remove(file);
  const none = await findings(["--port", "0", "--host", "0.0.0.0"]);
  assertEquals([none.code, none.of("tokens").level], [1, "fail"]);
  assertMatch(none.of("slow clients").says, /waits without end/);
  const bounded = await findings(["--port", "0", "--host", "0.0.0.0", "--bound-slow-clients"]);
  assertEquals(bounded.of("slow clients").level, "ok");
});

Deno.test("lmcp doctor asks the hosts of a hub, and says what is amiss with each", async () => {
  await using well = serveHttp(quietServer({ name: "well" }).server);
  await using closed = serveHttp(quietServer().server, { auth: () => undefined });
  const dir = await Deno.makeTempDir();
  const registry = `${dir}/backends.conf`;
  await Deno.writeTextFile(
    registry,
    `good ${well.url} ssh=me@name.invalid\nlocked ${closed.url}\ngone http://127.0.0.1:9/mcp\n` +
      `untold ${well.url} token-file=${dir}/none\nfar - ssh=me@name.invalid\n`,
  );
  const { code, of } = await findings(["--port", "0", "--backends", registry]);
  assertEquals(code, 1);
  assertMatch(of("backends").says, /names 5$/);
  assertMatch(of("host good").says, / is well 1\.0\.0, protocol 2026-07-28$/);
  assertStringIncludes(of("host locked").advice ?? "", "token-file=FILE");
  assertStringIncludes(of("host gone").advice ?? "", "lmcp runs there");
  assertMatch(of("host untold").says, /token file cannot be read/);
  // ssh is the only way to one, and the other way to the other.
  assertEquals([of("host far").level, of("host good, ssh").level], ["fail", "warn"]);
  assertMatch(of("host far").says, /^ssh to me@name\.invalid: /);
  assertStringIncludes(of("host far").advice ?? "", "known_hosts");
  await Deno.writeTextFile(registry, "good not-a-url\n");
  assertMatch((await findings(["--backends", registry])).of("backends").says, /line 1/);
  const gone = await findings(["--port", "0"], { LMCP_HUB_BACKENDS: `${dir}/nothing` });
  assertEquals(gone.of("backends").level, "fail");
  await Deno.remove(dir, { recursive: true });
});
