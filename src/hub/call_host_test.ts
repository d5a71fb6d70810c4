// Which way a call goes, and that it never goes two where the first may have got there.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { until } from "../../tests/support/until.ts";
import {
  type Backend,
  serveBackend,
  serveRaw,
  startBlackhole,
  startHub,
} from "./testing/hub_bench.ts";

/** An ssh that writes down that it was started, and does what it is told on this machine. */
async function fakeSsh(): Promise<
  AsyncDisposable & { readonly command: readonly string[]; times(): Promise<number> }
> {
  const dir = await Deno.makeTempDir({ prefix: "lmcp-test-" });
  await Deno.writeTextFile(
    `${dir}/ssh`,
    `#!/bin/bash\nprintf '%s\\n' "$*" >>${dir}/started\nexec bash -s\n`,
    { mode: 0o755 },
  );
  return {
    command: [`${dir}/ssh`],
    async times() {
      const text = await Deno.readTextFile(`${dir}/started`).catch(() => "");
      return text.split("\n").length - 1;
    },
    [Symbol.asyncDispose]: () => Deno.remove(dir, { recursive: true }),
  };
}

/** A host in front of one that works: `tamper` has its way with each call of a tool. */
function tampered(
  tamper: (request: Request, forward: () => Promise<Response>) => Response | Promise<Response>,
): Backend & { readonly ran: () => number } {
  let ran = 0;
  const inner = serveBackend((server) => {
    server.tool({ name: "shell", input: { type: "object" }, run: () => `ran ${++ran}` });
    server.tool({ name: "edit_file", input: { type: "object" }, run: () => "edited" });
  });
  const outer = serveRaw(async (request) => {
    const body = request.method === "POST" ? await request.text() : null;
    const { method, headers } = request;
    const forward = () => fetch(inner.url, { method, headers, body });
    return body?.includes('"tools/call"') ? await tamper(request, forward) : await forward();
  });
  return {
    ...outer,
    ran: () => ran,
    async [Symbol.asyncDispose]() {
      await outer[Symbol.asyncDispose]();
      await inner[Symbol.asyncDispose]();
    },
  };
}

Deno.test("callHost() goes over ssh where a host surely has not seen the call", async () => {
  await using ssh = await fakeSsh();
  await using hole = startBlackhole();
  await using bench = await startHub(
    `gone http://127.0.0.1:1/mcp ssh=gone.test\nhole ${hole.url} ssh=hole.test\nonly - ssh=only.test`,
    { ssh: { command: ssh.command }, budgetMs: 300 },
  );
  for (const host of ["gone", "hole", "only"]) {
    const { structuredContent } = await bench.call("remote_shell", {
      host,
      command: "echo $((6*7))",
    });
    const [{ via, ok, output }] = structuredContent.results;
    assertEquals([via, ok, output], ["ssh", true, "42\n"]);
  }
  assertEquals(await ssh.times(), 3);
  assertEquals(bench.calls.map(({ via, outcome }) => [via, outcome]), [
    ["ssh", "ok"],
    ["ssh", "ok"],
    ["ssh", "ok"],
  ]);
  const { structuredContent } = await bench.call("remote_list_hosts", {});
  assertEquals(
    structuredContent.hosts.map((
      { name, state }: { name: string; state: string },
    ) => [name, state]),
    [["gone", "down"], ["hole", "down"], ["only", "ssh_only"]],
  );
});

Deno.test("callHost() never sends a call over ssh that the host may have begun", async () => {
  await using ssh = await fakeSsh();
  const ways: { [name: string]: Parameters<typeof tampered>[0] } = {
    "reset after it ran": async (_, forward) => {
      await (await forward()).text();
      return new Response(
        new ReadableStream({ pull: (controller) => controller.error(new Error("reset")) }),
        { headers: { "content-type": "application/json" } },
      );
    },
    "garbage": async (_, forward) => {
      await (await forward()).text();
      return new Response("{", { headers: { "content-type": "application/json" } });
    },
    "500": async (_, forward) => {
      await (await forward()).text();
      return new Response("oops", { status: 500 });
    },
    "401": () => new Response("no", { status: 401 }),
    "another type": async (_, forward) => {
      await (await forward()).text();
      return new Response("<html>");
    },
  };
  for (const [name, tamper] of Object.entries(ways)) {
    await using host = tampered(tamper);
    await using bench = await startHub(`a ${host.url} ssh=a.test`, {
      ssh: { command: ssh.command },
    });
    const result = await bench.call("remote_shell", { host: "a", command: "echo twice" });
    assertEquals(result.isError, true, name);
    assertEquals(await ssh.times(), 0, name);
    assert(host.ran() <= 1, name);
    if (name !== "401") assertStringIncludes(result.content[0].text, "was not sent again", name);
    assertEquals(bench.calls.map(({ outcome, via }) => [outcome, via]), [["failed", "mcp"]], name);
  }
});

Deno.test("callHost() ends a call that hangs when it is cancelled, and the next one works", async () => {
  await using ssh = await fakeSsh();
  let hangs = true;
  await using host = tampered((request, forward) =>
    hangs
      ? new Promise((resolve) => {
        request.signal.addEventListener("abort", () => resolve(new Response(null)));
      })
      : forward()
  );
  await using bench = await startHub(`a ${host.url} ssh=a.test`, { ssh: { command: ssh.command } });
  await bench.call("remote_list_hosts", { force: true });
  const start = performance.now();
  const cancel = new AbortController();
  const call = bench.client.callTool("remote_shell", { host: "a", command: "x" }, {
    signal: cancel.signal,
  }).catch((error) => error);
  await until(() => bench.hub.fleet.snapshot()[0]!.calls.length === 1, 5_000, "the call runs");
  cancel.abort();
  await call;
  await until(() => bench.calls.length === 1, 5_000, "the call is over");
  assertEquals(bench.calls[0]!.outcome, "cancelled");
  assert(performance.now() - start < 10_000);
  hangs = false;
  const { content } = await bench.call("remote_shell", { host: "a", command: "x" });
  assertEquals([content[0].text, await ssh.times()], ["ran 1", 0]);
});

Deno.test("callHost() never sends edits and jobs over ssh, and says what would do", async () => {
  await using ssh = await fakeSsh();
  await using bench = await startHub("a http://127.0.0.1:1/mcp ssh=a.test\nb - ssh=b.test", {
    ssh: { command: ssh.command },
  });
  for (
    const [tool, args] of [
      ["edit_file", { path: "/x", old_string: "a", new_string: "b" }],
      ["shell_bg", { command: "true" }],
      ["job_list", {}],
      ["systeminfo", {}],
    ] as const
  ) {
    const down = await bench.call(`remote_${tool}`, { host: "a", ...args });
    assertStringIncludes(down.content[0].text, `a: its lmcp is down: `);
    assertStringIncludes(
      down.content[0].text,
      `${tool} does not go over ssh. The hub asks it again`,
    );
    const only = await bench.call(`remote_${tool}`, { host: "b", ...args });
    assertEquals(
      only.content[0].text,
      `b: it is reached over ssh only, and ${tool} does not go over ssh`,
    );
  }
  assertEquals(await ssh.times(), 0);
});

Deno.test("callHost() cancels the call of a host when its caller cancels, or leaves", async () => {
  let cancelled = 0;
  let begun = 0;
  const register: Parameters<typeof serveBackend>[0] = (server) =>
    server.tool({
      name: "shell",
      input: { type: "object" },
      run: async (_, ctx) => {
        begun++;
        await new Promise<void>((resolve) => ctx.signal.addEventListener("abort", () => resolve()));
        cancelled++;
      },
    });
  await using modern = serveBackend(register);
  await using session = serveBackend(register, { era: "session" });
  await using bench = await startHub(`m ${modern.url}\ns ${session.url}`);
  let times = 0;
  for (const era of ["modern", "session"] as const) {
    for (const host of ["m", "s"]) {
      const client = await bench.connect({ era });
      const cancel = new AbortController();
      const call = client.callTool("remote_shell", { host, command: "x" }, {
        signal: cancel.signal,
      })
        .catch((error) => error);
      times++;
      await until(() => begun === times, 5_000, "the call runs");
      cancel.abort();
      await call;
      await until(() => cancelled === times, 5_000, `the call of ${host} is cancelled (${era})`);
    }
  }
});

Deno.test("callHost() passes on progress and log lines of the one host that is called", async () => {
  const register: Parameters<typeof serveBackend>[0] = (server) =>
    server.tool({
      name: "shell",
      input: { type: "object" },
      run: (_, ctx) => {
        ctx.progress(1, 2, "half");
        ctx.progress(2, 2, "done");
        ctx.log("warning", { so: "it is" });
        return "ok";
      },
    });
  for (const hostEra of ["modern", "session"] as const) {
    for (const era of ["modern", "session"] as const) {
      await using backend = serveBackend(register, { era: hostEra });
      await using bench = await startHub(`a ${backend.url}`);
      const client = await bench.connect({ era });
      const steps: unknown[] = [];
      const lines: unknown[] = [];
      await client.callTool("remote_shell", { host: "a", command: "x" }, {
        onProgress: (progress) => steps.push(progress),
        onLog: (line) => lines.push(line),
        logLevel: "info",
      });
      const what = `${era} caller, ${hostEra} host`;
      assertEquals(steps, [
        { progress: 1, total: 2, message: "half" },
        { progress: 2, total: 2, message: "done" },
      ], what);
      assertEquals(lines, [{ level: "warning", data: { so: "it is" }, logger: "a" }], what);
    }
  }
});
