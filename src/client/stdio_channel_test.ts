// Commands that end, hang, shout or say what is no message: real processes.

import { assert, assertEquals, assertInstanceOf, assertMatch, assertRejects } from "@std/assert";
import { stepsAtOnce } from "../../tests/support/at_once.ts";
import { openRuntime } from "../runtime/mod.ts";
import type { Client } from "./client.ts";
import { ClientError } from "./client_error.ts";
import { connect } from "./connect.ts";
import type { ConnectOptions } from "./options.ts";
import { command, type CommandOptions } from "./target.ts";

const runtime = await openRuntime();

/** A server that does as its tools are called; it opens a session at once. */
const SERVER = `
  import { createInterface } from "node:readline";
  const send = (message) => console.log(JSON.stringify({ jsonrpc: "2.0", ...message }));
  const input = createInterface({ input: process.stdin });
  input.on("line", (line) => {
    const { id, method, params } = JSON.parse(line);
    const text = (text) => send({ id, result: { content: [{ type: "text", text }] } });
    if (method === "initialize") {
      const serverInfo = { name: "s", version: "1" };
      send({ id, result: { protocolVersion: "2025-11-25", capabilities: {}, serverInfo } });
    } else if (method === "tools/call") {
      if (params.name === "die") { console.error("last words"); process.exit(3); }
      if (params.name === "env") text(JSON.stringify(process.env));
      if (params.name === "cwd") text(process.cwd());
      if (params.name === "shout") { console.log("hello?"); console.log("[1]"); text("ok"); }
      if (params.name === "odd") send({ id, error: { message: "no code" } });
      if (params.name === "list") send({ id, result: [1] });
      if (params.name === "long") console.log("x".repeat(3_000));
      if (params.name === "stubborn") {
        process.on("SIGTERM", () => {});
        setInterval(() => {}, 1_000);
        text(String(process.pid));
      }
    } else if (method === "notifications/cancelled") console.error("cancelled " + params.requestId);
  });
`;

Deno.test("a command that cannot be started is refused, and nothing was sent", async () => {
  const error = await failed(connect(command(runtime, ["no-such-program-anywhere"])));
  assertEquals([error.code, error.sent], ["refused", false]);
  assertMatch(error.message, /^Cannot start "no-such-program-anywhere": /);
  await assertRejects(
    () => Promise.resolve().then(() => command(runtime, [])),
    TypeError,
    "a word",
  );
});

Deno.test("a command that ends at once says how, and what it said", async () => {
  const words = ["sh", "-c", "echo no config >&2; exit 7"];
  const error = await failed(connect(command(runtime, words)));
  assertEquals(error.code, "closed");
  assertMatch(error.message, /ended with code 7; it said: no config$/);
});

Deno.test("a command that ends fails the calls it owes, and those that come", async () => {
  const client = await open();
  const both = await Promise.all([failed(client.callTool("wait")), failed(client.callTool("die"))]);
  for (const error of both) {
    assertEquals([error.code, error.sent], ["closed", true]);
    assertMatch(error.message, /ended with code 3; it said: last words$/);
  }
  await client.closed;
  const late = await failed(client.callTool("x"));
  assertEquals([late.code, late.sent], ["closed", false]);
  assertMatch(late.message, /ended with code 3/);
});

Deno.test("a command gets what it needs of the environment, and no secret", async () => {
  Deno.env.set("LMCP_TOKEN", "secret");
  try {
    await using client = await open({}, { env: { EXTRA: "1" }, cwd: "/" });
    const env = JSON.parse(await textOf(client, "env"));
    assertEquals([env.LMCP_TOKEN, env.EXTRA, env.PATH], [undefined, "1", Deno.env.get("PATH")]);
    assertEquals(await textOf(client, "cwd"), "/");
  } finally {
    Deno.env.delete("LMCP_TOKEN");
  }
});

Deno.test("a command that says what is no message is reported, and heard on", async () => {
  const errors: unknown[] = [];
  await using client = await open({ onError: (error) => errors.push(error) });
  assertEquals(await textOf(client, "shout"), "ok");
  assertEquals(errors.length, 2);
  assertMatch(
    String(errors[0]),
    /must write a message of JSON-RPC a line: got "\\"hello\?\\""|"hello\?"/,
  );
});

Deno.test("a malformed answer fails the call that it is for, at once", async () => {
  await using client = await open();
  const waiting = failed(client.callTool("wait"));
  const odd = await failed(client.callTool("odd"));
  assertEquals(odd.code, "protocol");
  assertMatch(odd.message, /must write a message of JSON-RPC a line: got .*no code/);
  assertMatch((await failed(client.callTool("list"))).message, /an object: got an array$/);
  await client.close();
  assertEquals((await waiting).code, "closed");
});

Deno.test("a command that ends at the question of the newer era is started again for the older one", async () => {
  const strict = `
    let first = true;
    process.stdin.on("data", (chunk) => {
      for (const line of String(chunk).trim().split("\\n")) {
        const { id, method, params } = JSON.parse(line);
        if (first && method !== "initialize") { console.error("no"); process.exit(1); }
        first = false;
        const { protocolVersion } = params ?? {};
        const result = method === "initialize"
          ? { protocolVersion, capabilities: {}, serverInfo: { name: "strict", version: "1" } }
          : { content: [] };
        if (id !== undefined) console.log(JSON.stringify({ jsonrpc: "2.0", id, result }));
      }
    });
  `;
  const verdicts = new Map();
  const target = command(runtime, ["node", "-e", strict]);
  for (let times = 0; times < 2; times++) {
    const said: string[] = [];
    await using client = await connect(target, { verdicts, onStderr: (line) => said.push(line) });
    assertEquals([client.server?.name, client.hasSession], ["strict", true]);
    assertEquals(await client.callTool("x"), { content: [] });
    // The second time it is known.
    assertEquals(said, times === 0 ? ["no"] : []);
  }
  const error = await failed(connect(target, { era: "modern" }));
  assertMatch(error.message, /ended with code 1; it said: no$/);
});

Deno.test("a line that is too long fails the one call that waits for it", async () => {
  await using client = await open({ maxResponseBytes: 2_000, onError: () => {} });
  const error = await failed(client.callTool("long"));
  assertEquals(error.code, "too_large");
  assertEquals(await textOf(client, "cwd"), Deno.cwd());
});

Deno.test("a call that is given up is cancelled by a message", async () => {
  const { promise: said, resolve } = Promise.withResolvers<string>();
  await using client = await open({ onStderr: resolve });
  const error = await failed(client.callTool("wait", {}, { timeoutMs: 50 }));
  assertEquals(error.code, "timeout");
  assertEquals(await said, "cancelled 3"); // After the probe and the greeting.
});

/** They wait for seconds, so they do it together. */
Deno.test("a command that does not end by itself", async (t) => {
  await stepsAtOnce(t, {
    async "can say nothing any more once it closed its output"() {
      const error = await failed(
        connect(command(runtime, ["sh", "-c", "exec >&-; exec sleep 60"])),
      );
      assertEquals(error.code, "closed");
      assertMatch(error.message, /closed its output$/);
    },
    async "is killed, and does not outlive its client"() {
      const client = await open();
      const pid = Number(await textOf(client, "stubborn"));
      const start = performance.now();
      await client.close();
      const took = performance.now() - start;
      assert(took > 3_500 && took < 15_000, `It took ${took} ms`);
      assert(!runtime.kill(pid, 0), "It is still alive");
    },
  });
});

async function open(options: ConnectOptions = {}, how: CommandOptions = {}): Promise<Client> {
  const target = command(runtime, [Deno.execPath(), "eval", "--quiet", SERVER], how);
  return await connect(target, { probeTimeoutMs: 10, ...options });
}

async function textOf(client: Client, tool: string): Promise<string> {
  const { content: [block] } = await client.callTool(tool);
  return block?.type === "text" ? block.text : "";
}

async function failed(work: Promise<unknown>): Promise<ClientError> {
  const error = await work.then(() => "nothing failed", (error) => error);
  assertInstanceOf(error, ClientError, String(error));
  return error;
}
