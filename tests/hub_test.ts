// `lmcp hub` as its users run it: real processes, real sockets, its options and what it writes down.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { connect } from "../src/client/connect.ts";
import { serveRaw } from "../src/hub/testing/hub_bench.ts";
import { runProgram, startHub, startServer, startStdio } from "./support/program.ts";
import { callTool, mint, withDir, writeFile } from "./support/served.ts";
import { until } from "./support/until.ts";

Deno.test("lmcp hub does not begin without a registry that is right, and says what is amiss", async () => {
  await withDir(async (dir) => {
    const env = { XDG_CONFIG_HOME: dir };
    const none = await runProgram(["hub", "--port", "0"], { env });
    assertEquals(none.code, 2);
    assertMatch(
      none.stderr,
      /^lmcp: no registry of hosts was found: [^\n]*backends\.conf[^\n]*\n$/,
    );
    for (
      const [line, says] of [
        ["a - ssh=-oProxyCommand=touch${IFS}x", "line 1: ssh must be a host, not an option"],
        ["a http://a/mcp ssh=a;b", "line 1: ssh must be a host, user@host or ssh://"],
        ["a http://user:pass@a/mcp", "line 1: URL must hold no user or password"],
        ["a", 'line 1: host "a" must have a URL'],
      ] as const
    ) {
      await Deno.writeTextFile(`${dir}/backends.conf`, `${line}\n`);
      const wrong = await runProgram(["hub", "--port", "0", "--backends", `${dir}/backends.conf`]);
      assertEquals(wrong.code, 2);
      assertStringIncludes(wrong.stderr, says);
    }
    const bad = await runProgram(["hub"], { env: { ...env, LMCP_HUB_PROBE_BUDGET: "soon" } });
    assertEquals(bad.code, 2);
    assertStringIncludes(bad.stderr, "LMCP_HUB_PROBE_BUDGET must be seconds, more than 0");
    const root = await runProgram(["hub", "--root", "/"]);
    assertStringIncludes(root.stderr, "--root is for the lmcp of each host");
    const tools = await runProgram(
      ["hub", "--tools", "remote_sell", "--backends", `${dir}/ok.conf`],
      { env: { LMCP_HUB_BACKENDS: "" } },
    );
    assertEquals(tools.code, 2);
  });
});

Deno.test("lmcp hub calls its hosts, and writes down who did what", async () => {
  await withDir(async (dir) => {
    const host = await mint("hub");
    await writeFile(`${dir}/host.tokens`, `${host.line}\n`);
    await writeFile(`${dir}/host.token`, `${host.token}\n`);
    await using one = await startServer(["--tokens", `${dir}/host.tokens`]);
    await using two = await startServer(["--tokens", `${dir}/host.tokens`]);
    const laptop = await mint("laptop");
    await writeFile(`${dir}/tokens`, `${laptop.line}\n`);
    const registry = `${dir}/backends.conf`;
    const line = (name: string, url: string) =>
      `${name} ${url} token-file=${dir}/host.token tags=all\n`;
    await writeFile(registry, line("one", one.url) + line("two", two.url));
    await using hub = await startHub([
      ...["--backends", registry, "--tokens", `${dir}/tokens`, "--audit", `${dir}/audit`],
      ...["--metrics", "--log-format", "json", "--no-tools", "remote_fetch,web_search"],
    ]);
    await using client = await connect({ url: hub.url, token: laptop.token });
    // deno-lint-ignore no-explicit-any -- tests look into whatever came
    const call = (tool: string, args: object): Promise<any> => client.callTool(tool, { ...args });

    const { content, structuredContent } = await call("remote_shell", {
      host: "@all",
      command: "echo hi; env",
    });
    assertStringIncludes(content[0].text, "2 hosts: 2 ok, 0 failed");
    assertStringIncludes(content[0].text, "hi");
    assert(!JSON.stringify(content).includes(laptop.token));
    assert(!JSON.stringify(content).includes(host.token));
    assertEquals(structuredContent.results.length, 2);
    const hidden = await call("remote_fetch", { host: "one", url: "http://x.test" }).catch(String);
    assertStringIncludes(hidden, "Unknown tool");

    // A line a call, for programs.
    const [, logged = ""] = await hub.stderrMatch(/^(\{.*"tool":"shell","host":"one".*\})$/m);
    const { via, outcome, who, trace, ms } = JSON.parse(logged);
    assertEquals([via, outcome, who], ["mcp", "ok", "laptop"]);
    assertMatch(trace, /^[0-9a-f]{32}$/);
    assert(ms >= 0);

    // A registry that becomes nonsense changes nothing but what is said of it.
    await writeFile(registry, "nonsense\n");
    const listed = await call("remote_list_hosts", {});
    assertEquals(listed.structuredContent.hosts.length, 2);
    assertStringIncludes(listed.structuredContent.registry_problem, 'line 1: host "nonsense"');
    await hub.stderrMatch(/"level":"warn".*nonsense.*the hosts known before stay/);
    await writeFile(registry, line("three", one.url));
    assertEquals((await call("remote_ping", { host: "three" })).content[0].text, "pong");

    // Numbers, behind the token.
    const metrics = new URL("/metrics", hub.url);
    const refused = await fetch(metrics);
    assertEquals(refused.status, 401);
    await refused.body?.cancel();
    const headers = { authorization: `Bearer ${laptop.token}` };
    const answer = await fetch(metrics, { headers });
    assertMatch(answer.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
    const numbers = await answer.text();
    assertMatch(numbers, /^lmcp_calls_total\{tool="remote_shell",outcome="ok"\} 1$/m);
    assertMatch(
      numbers,
      /^lmcp_hub_calls_total\{tool="shell",host="two",via="mcp",outcome="ok"\} 1$/m,
    );
    const posted = await fetch(metrics, { method: "POST", headers, body: "" });
    assertEquals(posted.status, 405);
    await posted.body?.cancel();

    await client.close();
    assertEquals((await hub.stop()).code, 0);
    const lines = (await Deno.readTextFile(`${dir}/audit`)).trim().split("\n").map((text) =>
      JSON.parse(text)
    );
    const told = lines.map(({ who, tool, host, via, outcome }) => [who, tool, host, via, outcome]);
    assertEquals(told.slice(0, 3).sort(), [
      ["laptop", "remote_shell", "@all", undefined, "ok"],
      ["laptop", "shell", "one", "mcp", "ok"],
      ["laptop", "shell", "two", "mcp", "ok"],
    ]);
    assert(!JSON.stringify(lines).includes("echo hi"));
    assert(!hub.stderr().includes(host.token) && !hub.stderr().includes(laptop.token));
  });
});

Deno.test("lmcp hub loses no job of a host when it is restarted, and none when the host is", async () => {
  await withDir(async (dir) => {
    const state = { XDG_STATE_HOME: `${dir}/state` };
    let host = await startServer([], { env: state });
    const port = new URL(host.url).port;
    await writeFile(`${dir}/backends.conf`, `a ${host.url}\n`);
    const args = ["--backends", `${dir}/backends.conf`];
    const before = await startHub(args);
    const command = `echo begun; read -r line; echo "got $line"`;
    const [{ job_id }] = await callOn(before.url, "remote_shell_bg", { command });
    before.kill("SIGKILL");
    await before.exited;
    await before[Symbol.asyncDispose]();
    await using hub = await startHub(args);
    const call = (tool: string, args: object = {}) => callOn(hub.url, tool, { job_id, ...args });
    const statusOf = async () => (await call("remote_job_status"))[0].state;
    assertEquals(await statusOf(), "running");
    await host.stop("SIGKILL");
    await host[Symbol.asyncDispose]();
    host = await startServer(["--port", port], { env: state });
    assertEquals(await statusOf(), "running");
    await call("remote_job_input", { text: "it\n" });
    const [waited] = await call("remote_job_wait", { timeout_s: 20 });
    assertEquals(waited.state, "exited");
    assertStringIncludes(waited.output, "begun\ngot it");
    await host[Symbol.asyncDispose]();
  });
});

Deno.test("lmcp hub writes one line of a call, whatever a host says", async () => {
  await withDir(async (dir) => {
    const says = "no\nlmcp: shell on b over mcp, 1 ms, ok\r\x1b[2K";
    const serverInfo = { name: "odd", version: "1" };
    const result = { protocolVersion: "2025-06-18", capabilities: { tools: {} }, serverInfo };
    await using host = serveRaw(async (request) => {
      const { id, method } = request.method === "POST" ? await request.json() : { id: 1 };
      return method === "tools/call"
        ? Response.json({ jsonrpc: "2.0", id, error: { code: -32000, message: says } })
        : Response.json({ jsonrpc: "2.0", id, result });
    });
    await writeFile(`${dir}/backends.conf`, `a ${host.url}\n`);
    await using hub = await startHub(["--backends", `${dir}/backends.conf`]);
    await using client = await connect(hub.url);
    await client.callTool("remote_shell", { host: "a", command: "x" });
    await hub.stderrMatch(/^lmcp: shell on a [^\n]*, failed: [^\n]*lmcp: shell on b [^\n]*\n/m);
    assert(!/^lmcp: shell on b/m.test(hub.stderr()), hub.stderr());
    assert(!hub.stderr().includes("\x1b"), hub.stderr());
  });
});

Deno.test("lmcp hub --stdio serves the same over standard input and output", async () => {
  await withDir(async (dir) => {
    await using host = await startServer();
    await writeFile(`${dir}/backends.conf`, `a ${host.url}\n`);
    await using hub = await startStdio(["--backends", `${dir}/backends.conf`], {}, [
      "hub",
      "--stdio",
    ]);
    const initialize = {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "test", version: "1" },
    };
    await hub.send({ jsonrpc: "2.0", id: 1, method: "initialize", params: initialize });
    assertMatch((await hub.receive()).result.serverInfo.name, /-hub$/);
    await hub.send({ jsonrpc: "2.0", method: "notifications/initialized" });
    const params = { name: "remote_ping", arguments: { host: "a" } };
    await hub.send({ jsonrpc: "2.0", id: 2, method: "tools/call", params });
    assertEquals((await hub.receive()).result.content, [{ type: "text", text: "pong" }]);
    await hub.endInput();
    assertEquals((await hub.exited).code, 0);
  });
});

Deno.test("lmcp serve --metrics shows numbers to whoever may call", async () => {
  await using server = await startServer(["--metrics"]);
  await callTool(server, "ping");
  await callTool(server, "ping");
  const text = await (await fetch(new URL("/metrics", server.url))).text();
  assertMatch(text, /^lmcp_calls_total\{tool="ping",outcome="ok"\} 2$/m);
  assertMatch(text, /^lmcp_call_seconds_count\{tool="ping"\} 2$/m);
  const without = await startServer();
  const answer = await fetch(new URL("/metrics", without.url));
  assertEquals(answer.status, 404);
  await answer.body?.cancel();
  await without[Symbol.asyncDispose]();
});

Deno.test("lmcp hub ends what a cancelled call runs on a host", async () => {
  await withDir(async (dir) => {
    await using host = await startServer();
    await writeFile(`${dir}/backends.conf`, `a ${host.url}\n`);
    await using hub = await startHub(["--backends", `${dir}/backends.conf`]);
    const client = await connect(hub.url);
    const cancel = new AbortController();
    const command = `echo $$ >${dir}/pid; sleep 3600`;
    const call = client.callTool("remote_shell", { host: "a", command }, { signal: cancel.signal })
      .catch((error) => error);
    const read = () => Deno.readTextFile(`${dir}/pid`).catch(() => "");
    await until(async () => (await read()).endsWith("\n"), 10_000, "the command runs");
    const pid = Number(await read());
    cancel.abort();
    await call;
    await until(() => !isAlive(pid), 5_000, "the command is gone");
    await client.close();
  });
});

/** Calls a tool on host a, and gives the results. */
// deno-lint-ignore no-explicit-any -- tests look into whatever came
async function callOn(url: string, tool: string, args: object): Promise<any> {
  await using client = await connect(url);
  const { structuredContent, content } = await client.callTool(tool, { host: "a", ...args });
  assert(structuredContent !== undefined, JSON.stringify(content));
  return (structuredContent as { results: unknown }).results;
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(Deno.readTextFileSync(`/proc/${pid}/status`));
  } catch {
    return false;
  }
}
