import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { startServer } from "../../tests/support/program.ts";
import { fixedRegistry } from "./fixed_registry.ts";
import {
  type HubBench,
  serveBackend,
  serveRaw,
  startBlackhole,
  startHub,
} from "./testing/hub_bench.ts";

/** A host whose shell only says what it was told. */
function echoHost(says = "") {
  return serveBackend((server) => {
    server.tool({
      name: "shell",
      input: { type: "object", properties: { command: { type: "string" } } },
      run: (input) => ({
        content: [{ type: "text", text: `${says}${(input as { command: string }).command}` }],
        structuredContent: {
          output: `${says}${(input as { command: string }).command}`,
          exit_code: 0,
          signal: null,
          timed_out: false,
          cancelled: false,
          truncated: false,
          duration_ms: 1,
        },
      }),
    });
    server.tool({ name: "ping", run: () => "pong" });
  });
}

async function stateOf(bench: HubBench, force = false): Promise<{ [host: string]: string }> {
  const { structuredContent } = await bench.call("remote_list_hosts", { force });
  const { hosts } = structuredContent;
  return Object.fromEntries(
    hosts.map(({ name, state }: { name: string; state: string }) => [name, state]),
  );
}

Deno.test("createHub() offers a tool for each host tool, from the same definitions, and no more", async () => {
  await using bench = await startHub("a http://127.0.0.1:1/mcp");
  const tools = await bench.client.listTools().all();
  const names = tools.map(({ name }) => name);
  assertEquals(names[0], "remote_list_hosts");
  assertEquals(names, bench.hub.toolNames);
  const shell = tools.find(({ name }) => name === "remote_shell")!;
  assertEquals(shell.title, "Run a shell command, on hosts");
  assertEquals(shell.annotations?.destructiveHint, true);
  assertEquals(shell.inputSchema.required, ["host", "command"]);
  assertEquals(Object.keys(shell.inputSchema.properties as object)[0], "host");
  assertMatch(JSON.stringify(shell.outputSchema), /"results".*"exit_code".*"elapsed_ms"/);
  // What a model pays for it, however many hosts there are.
  assert(JSON.stringify(tools).length < 24_000, `${JSON.stringify(tools).length} characters`);
});

Deno.test("createHub() calls one host and gives its answer as it is", async () => {
  await using lmcp = await startServer();
  await using bench = await startHub(`a ${lmcp.url}`);
  const result = await bench.call("remote_shell", { host: "a", command: "echo hi; exit 3" });
  assertEquals(result.content, [{ type: "text", text: "hi\n[exit code 3]" }]);
  const [item] = result.structuredContent.results;
  assertEquals([item.host, item.via, item.ok, item.exit_code], ["a", "mcp", true, 3]);
  assert(Number.isInteger(item.elapsed_ms));
  assertEquals(bench.calls.map(({ tool, host, via, outcome }) => [tool, host, via, outcome]), [
    ["shell", "a", "mcp", "ok"],
  ]);
  const wrong = await bench.call("remote_read_file", { host: "a", path: "/nowhere" });
  assertEquals(wrong.isError, true);
  assertStringIncludes(wrong.content[0].text, 'there is no "nowhere"');
  assertEquals(wrong.structuredContent.results[0].ok, false);
});

Deno.test("createHub() gives an image of a host as an image", async () => {
  await using lmcp = await startServer();
  await using bench = await startHub(`a ${lmcp.url}`);
  const dir = await Deno.makeTempDir({ prefix: "lmcp-test-" });
  const png =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  await Deno.writeFile(`${dir}/x.png`, Uint8Array.from(atob(png), (char) => char.charCodeAt(0)));
  const result = await bench.call("remote_read_file", { host: "a", path: `${dir}/x.png` });
  assertEquals([result.content[0].type, result.content[0].data], ["image", png]);
  assertEquals(result.structuredContent, undefined);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("createHub() asks several hosts at once: failures first, equal answers once", async () => {
  await using a = echoHost();
  await using b = echoHost();
  await using other = echoHost("other ");
  await using bench = await startHub(
    `a ${a.url} tags=x\nb ${b.url} tags=x\nc ${other.url} tags=x\nd http://127.0.0.1:1/mcp tags=x`,
  );
  const steps: string[] = [];
  const result = await bench.client.callTool("remote_shell", { host: "@x", command: "hi" }, {
    onProgress: ({ progress, total, message }) => steps.push(`${progress}/${total} ${message}`),
  });
  const [{ text }] = result.content as unknown as [{ text: string }];
  assertMatch(text, /^4 hosts: 3 ok, 1 failed\n\n== d: failed\nits lmcp is down: [^]*\n\n== /);
  assertStringIncludes(text, "== a, b: ok\nhi");
  assertStringIncludes(text, "== c: ok\nother hi");
  const { results } = result.structuredContent as { results: { host: string; ok: boolean }[] };
  assertEquals(results.map(({ host, ok }) => [host, ok]), [
    ["d", false],
    ["a", true],
    ["b", true],
    ["c", true],
  ]);
  assertEquals(result.isError, undefined);
  assertEquals(steps.length, 4);
  assertMatch(steps[3]!, /^4\/4 /);
});

Deno.test("createHub() lets no host that hangs, refuses or talks nonsense hurt another", async () => {
  await using good = echoHost();
  await using hole = startBlackhole();
  await using nonsense = serveRaw(() => new Response("<html>hello</html>", { status: 200 }));
  await using broken = serveRaw(() => new Response("no", { status: 500 }));
  await using bench = await startHub(
    `good ${good.url}\nhole ${hole.url}\nnonsense ${nonsense.url}\nbroken ${broken.url}\n` +
      "gone http://127.0.0.1:1/mcp",
    { budgetMs: 1_000 },
  );
  const start = performance.now();
  assertEquals(await stateOf(bench, true), {
    good: "up",
    hole: "down",
    nonsense: "down",
    broken: "down",
    gone: "down",
  });
  assert(performance.now() - start < 10_000, "none is waited for long");
  const times: number[] = [];
  for (let round = 0; round < 10; round++) {
    const from = performance.now();
    await bench.call("remote_list_hosts", {});
    times.push(performance.now() - from);
  }
  assert(Math.min(...times) < 200, "from memory");
  // Calls to the good one go on while others hang.
  const hanging = bench.call("remote_shell", { host: "hole", command: "x" });
  const result = await bench.call("remote_shell", { host: "good", command: "hi" });
  assertEquals(result.content[0].text, "hi");
  const failed = await hanging;
  assertEquals(failed.isError, true);
  assertStringIncludes(
    failed.content[0].text,
    "hole: its lmcp is down: it did not answer within 1 s",
  );
});

Deno.test("createHub() finds out at the next call that a host is back", async () => {
  let alive = false;
  await using host = echoHost();
  await using gate = serveRaw(async (request) => {
    if (!alive) return new Response("no", { status: 503 });
    const { method, headers } = request;
    const body = method === "POST" ? await request.text() : null;
    return await fetch(host.url, { method, headers, body });
  });
  await using bench = await startHub(`a ${gate.url}`);
  const down = await bench.call("remote_shell", { host: "a", command: "hi" });
  assertStringIncludes(down.content[0].text, "The hub asks it again at 20");
  assertEquals(await stateOf(bench), { a: "down" });
  alive = true;
  const up = await bench.call("remote_shell", { host: "a", command: "hi" });
  assertEquals(up.content[0].text, "hi");
  assertEquals(await stateOf(bench), { a: "up" });
});

Deno.test("createHub() reads a host's token from its file, and again when it was changed", async () => {
  const dir = await Deno.makeTempDir({ prefix: "lmcp-test-" });
  const path = `${dir}/token`;
  await Deno.writeTextFile(path, "first\n", { mode: 0o600 });
  let right = "first";
  await using host = serveBackend((server) => server.tool({ name: "ping", run: () => "pong" }), {
    auth: (token) => token === right ? { name: "hub" } : undefined,
  });
  await using bench = await startHub(`a ${host.url} token-file=${path}`);
  const text = async () => (await bench.call("remote_ping", { host: "a" })).content[0].text;
  assertEquals(await text(), "pong");
  right = "second";
  assertEquals(await text(), "a: it refuses the hub's token (HTTP 401)");
  await Deno.writeTextFile(path, "second\n");
  assertEquals(await text(), "pong");
  await Deno.chmod(path, 0o644);
  await using open = await startHub(`a ${host.url} token-file=${path}`);
  const refused = await open.call("remote_ping", { host: "a" });
  assertStringIncludes(refused.content[0].text, `"chmod 600 ${path}" mends it`);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("createHub() never forwards the caller's token, and hands on its trace alone", async () => {
  const seen: { authorization: string | null; meta: { [key: string]: unknown } }[] = [];
  await using host = serveBackend((server) =>
    server.tool({
      name: "ping",
      run: (_, ctx) => {
        seen.push({ authorization: null, meta: ctx.meta });
        return "pong";
      },
    })
  );
  await using spy = serveRaw(async (request) => {
    const authorization = request.headers.get("authorization");
    if (authorization !== null) seen.push({ authorization, meta: {} });
    const body = request.method === "POST" ? await request.text() : null;
    return await fetch(host.url, { method: request.method, headers: request.headers, body });
  });
  await using bench = await startHub(`a ${spy.url}`);
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  await bench.client.callTool("remote_ping", { host: "a" }, {
    headers: { authorization: "Bearer of-the-caller" },
    meta: { traceparent, tracestate: "v=1", own: "secret" },
  });
  const { meta } = seen[0]!;
  assertEquals([seen.length, seen[0]?.authorization], [1, null]);
  assertEquals([meta.traceparent, meta.tracestate, meta.own], [traceparent, "v=1", undefined]);
  assertEquals(bench.calls[0]?.trace, "0af7651916cd43dd8448eb211c80319c");
});

Deno.test("createHub() refuses a call of a host that is full at once, and others run on", async () => {
  const free: (() => void)[] = [];
  await using slow = serveBackend((server) =>
    server.tool({
      name: "ping",
      run: async () => {
        await new Promise<void>((resolve) => free.push(resolve));
        return "pong";
      },
    })
  );
  await using good = echoHost();
  await using bench = await startHub(`slow ${slow.url}\ngood ${good.url}`, {
    limits: { running: 1, waiting: 1 },
  });
  await bench.call("remote_list_hosts", { force: true });
  const calls = [1, 2, 3].map(() => bench.call("remote_ping", { host: "slow" }));
  const full = await Promise.race(calls);
  assertEquals(
    full.content[0].text,
    "slow: 1 calls run there and 1 wait, which is the most; try again when some have ended",
  );
  const { calls: running, waiting } = bench.hub.fleet.snapshot()[0]!;
  assertEquals([running.map(({ tool }) => tool), waiting], [["ping"], 1]);
  assertEquals((await bench.call("remote_ping", { host: "good" })).content[0].text, "pong");
  // Each that is let go makes room for the next.
  const answers = Promise.all(calls);
  const letGo = setInterval(() => free.shift()?.(), 5);
  assertEquals((await answers).filter(({ isError }) => isError !== true).length, 2);
  clearInterval(letGo);
});

Deno.test("createHub() keeps to an edited registry, and lets calls that run run on", async () => {
  let go = () => {};
  const gone = new Promise<void>((resolve) => go = resolve);
  let begun = () => {};
  const begins = new Promise<void>((resolve) => begun = resolve);
  await using slow = serveBackend((server) =>
    server.tool({
      name: "ping",
      run: async () => {
        begun();
        await gone;
        return "old";
      },
    })
  );
  await using other = echoHost();
  let registry = fixedRegistry(`a ${slow.url}\nb ${other.url}`);
  await using bench = await startHub({
    path: "test",
    problems: () => [],
    backends: () => registry.backends(),
  });
  const running = bench.call("remote_ping", { host: "a" });
  await begins;
  registry = fixedRegistry(`a ${other.url}\nc ${other.url} tags=new`);
  assertEquals((await bench.call("remote_ping", { host: "a" })).content[0].text, "pong");
  assertEquals((await bench.call("remote_ping", { host: "@new" })).content[0].text, "pong");
  const unknown = await bench.call("remote_ping", { host: "b" });
  assertStringIncludes(unknown.content[0].text, 'host must be one that there is: got "b"');
  go();
  assertEquals((await running).content[0].text, "old");
});

Deno.test("createHub() takes what a server of another kind answers for a text", async () => {
  await using odd = serveBackend((server) => {
    server.tool({ name: "shell", run: () => ({ output: 5, exit_code: "none", extra: true }) });
  });
  await using bench = await startHub(`a ${odd.url}`);
  const result = await bench.call("remote_shell", { host: "a", command: "x" });
  assertEquals(result.isError, true);
  assertStringIncludes(result.content[0].text, "Invalid arguments for shell");
  const missing = await bench.call("remote_job_list", { host: "a" });
  assertStringIncludes(missing.content[0].text, "a answered with an error: Unknown tool");
});

Deno.test("createHub() counts its calls and shows its hosts for Prometheus", async () => {
  await using host = echoHost();
  await using bench = await startHub(`a ${host.url}\nb http://127.0.0.1:1/mcp`);
  await bench.call("remote_ping", { host: "*" });
  const text = bench.hub.metrics.text();
  assertMatch(text, /^lmcp_hub_calls_total\{tool="ping",host="a",via="mcp",outcome="ok"\} 1$/m);
  assertMatch(
    text,
    /^lmcp_hub_calls_total\{tool="ping",host="b",via="none",outcome="failed"\} 1$/m,
  );
  assertMatch(text, /^lmcp_hub_call_seconds_count\{via="mcp"\} 1$/m);
  assertMatch(text, /^lmcp_hub_host_up\{host="a"\} 1$/m);
  assertMatch(text, /^lmcp_hub_host_up\{host="b"\} 0$/m);
  assertMatch(text, /^lmcp_hub_host_running\{host="a"\} 0$/m);
});
