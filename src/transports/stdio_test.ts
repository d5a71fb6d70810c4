import { assert, assertEquals, assertRejects } from "@std/assert";
import { quietServer } from "../../tests/support/http_server.ts";
import { checkSent, type Sent } from "../../tests/support/schema_check.ts";
import { until } from "../../tests/support/until.ts";
import type { Context } from "../server/define.ts";
import type { Server } from "../server/server.ts";
import { serveStdio, type StdioOptions } from "./stdio.ts";

const encoder = new TextEncoder();
const VERSION = "io.modelcontextprotocol/protocolVersion";

/** A server on a pair of streams, with the client's ends of them. */
function start(server: Server, options: Partial<StdioOptions> = {}) {
  const input = new TransformStream<Uint8Array, Uint8Array>();
  const output = new TransformStream<Uint8Array, Uint8Array>();
  const writer = input.writable.getWriter();
  const sink = output.writable.getWriter();
  const done = serveStdio(server, {
    readable: input.readable,
    writable: new WritableStream({ write: (chunk) => sink.write(chunk) }),
    ...options,
  });
  const methods = new Map<unknown, string>();
  let revision = "2025-03-26";

  async function* readMessages(): AsyncGenerator<Sent> {
    let waiting = "";
    for await (const text of output.readable.pipeThrough(new TextDecoderStream())) {
      waiting += text;
      const lines = waiting.split("\n");
      waiting = lines.pop() ?? "";
      for (const line of lines) yield check(JSON.parse(line));
    }
    assertEquals(waiting, "");
  }

  function check(message: Sent): Sent {
    for (const each of Array.isArray(message) ? message : [message]) {
      const modern = each.result?.resultType !== undefined || each.error?.code === -32022;
      if (each.result?.protocolVersion !== undefined) revision = each.result.protocolVersion;
      checkSent(modern ? "2026-07-28" : revision, each, methods.get(each.id));
    }
    return message;
  }

  const messages = readMessages();
  return {
    done,
    /** Writes bytes or text as they are. */
    write: (data: string | Uint8Array) =>
      writer.write(typeof data === "string" ? encoder.encode(data) : data),
    /** Writes a message as a line. */
    send(message: Sent): Promise<void> {
      for (const each of Array.isArray(message) ? message : [message]) {
        methods.set(each.id, each.method);
      }
      return writer.write(encoder.encode(JSON.stringify(message) + "\n"));
    },
    /** The next message; undefined at the end. */
    async receive(): Promise<Sent> {
      return (await messages.next()).value;
    },
    /** Ends the input and gives all that still comes. */
    async finish(): Promise<Sent[]> {
      await writer.close();
      const rest: Sent[] = [];
      done.then(() => sink.close(), (reason) => sink.abort(reason));
      for await (const message of messages) rest.push(message);
      await done;
      return rest;
    },
    /** Breaks the output. */
    cancel: (reason: Error) => output.readable.cancel(reason),
    writer,
  };
}

const request = (id: unknown, method: string, params?: Sent) => ({
  jsonrpc: "2.0",
  id,
  method,
  params,
});
const modernRequest = (id: unknown, method: string, params: Sent = {}) =>
  request(id, method, {
    ...params,
    _meta: {
      [VERSION]: "2026-07-28",
      "io.modelcontextprotocol/clientCapabilities": {},
      ...params._meta,
    },
  });
const INITIALIZE = request("init", "initialize", {
  protocolVersion: "2025-11-25",
  capabilities: {},
  clientInfo: { name: "c", version: "1" },
});
const INITIALIZED = { jsonrpc: "2.0", method: "notifications/initialized" };

/** A server with tools that wait and that obey. */
function toolServer() {
  const made = quietServer();
  const gate = Promise.withResolvers<void>();
  const reasons: string[] = [];
  let entered = 0;
  made.server.tool({
    name: "echo",
    input: { type: "object" },
    run: (input) => JSON.stringify(input),
  });
  made.server.tool({
    name: "hold",
    async run() {
      entered++;
      await gate.promise;
      return "held";
    },
  });
  made.server.tool({
    name: "wait",
    async run(_input: unknown, ctx: Context) {
      entered++;
      await new Promise((resolve) => ctx.signal.addEventListener("abort", resolve));
      reasons.push(ctx.signal.reason.message);
      ctx.progress(1);
      ctx.log("emergency", "after the end");
      return "too late";
    },
  });
  return { ...made, gate, reasons, entered: () => entered };
}

Deno.test("serveStdio() speaks both eras on one pair of streams", async () => {
  const stdio = start(toolServer().server);
  await stdio.send(modernRequest(1, "server/discover"));
  const discovered = (await stdio.receive()).result;
  assertEquals(discovered.supportedVersions[0], "2026-07-28");
  assertEquals(discovered._meta["io.modelcontextprotocol/serverInfo"].name, "test");
  await stdio.send(INITIALIZE);
  assertEquals((await stdio.receive()).result.protocolVersion, "2025-11-25");
  await stdio.send(INITIALIZED);
  await stdio.send(modernRequest(2, "tools/call", { name: "echo", arguments: { a: 1 } }));
  assertEquals((await stdio.receive()).result.resultType, "complete");
  await stdio.send(request(3, "tools/call", { name: "echo", arguments: { a: 1 } }));
  const old = (await stdio.receive()).result;
  assertEquals([old.resultType, old.content[0].text], [undefined, '{"a":1}']);
  await stdio.send(request(4, "ping"));
  assertEquals((await stdio.receive()).result, {});
  await stdio.send(modernRequest(5, "ping"));
  assertEquals((await stdio.receive()).error.code, -32601);
  assertEquals(await stdio.finish(), []);
});

Deno.test("serveStdio() refuses a second initialize and versions that there are none of", async () => {
  const stdio = start(toolServer().server);
  await stdio.send(INITIALIZE);
  await stdio.receive();
  await stdio.send({ ...INITIALIZE, id: "again" });
  assertEquals((await stdio.receive()).error, {
    code: -32600,
    message: "Invalid request: the session is initialized already",
  });
  await stdio.send(request(1, "tools/list", { _meta: { [VERSION]: "1999-01-01" } }));
  const { error } = await stdio.receive();
  assertEquals([error.code, error.data.requested], [-32022, "1999-01-01"]);
  await stdio.finish();
});

Deno.test("serveStdio() answers a client that never says initialize", async () => {
  const stdio = start(toolServer().server);
  await stdio.send(request(1, "ping"));
  assertEquals((await stdio.receive()).result, {});
  await stdio.send(request(2, "server/discover"));
  assertEquals((await stdio.receive()).error.code, -32601);
  await stdio.finish();
});

Deno.test("serveStdio() reads lines however they come", async () => {
  const stdio = start(toolServer().server);
  const line = encoder.encode(
    JSON.stringify(request(1, "tools/call", { name: "echo", arguments: { a: "grüße 👋" } })) +
      "\r\n",
  );
  for (const byte of line) await stdio.write(Uint8Array.of(byte));
  assertEquals((await stdio.receive()).result.content[0].text, '{"a":"grüße 👋"}');
  await stdio.write("\n\r\n   \n");
  await stdio.write(
    `${JSON.stringify(request(2, "ping"))}\n${JSON.stringify(request(3, "ping"))}\n`,
  );
  assertEquals([(await stdio.receive()).id, (await stdio.receive()).id], [2, 3]);
  await stdio.write(JSON.stringify(request(4, "ping"))); // Without a newline, then the end.
  assertEquals((await stdio.finish()).map(({ id }) => id), [4]);
});

Deno.test("serveStdio() answers lines that are no message, and reads on", async () => {
  const stdio = start(toolServer().server, { limits: { line: 200, depth: 8 } });
  const cases: [string, number, Sent][] = [
    ["{", -32700, undefined],
    ["hello", -32700, undefined],
    ["x".repeat(201), -32700, undefined],
    [`{"id":1,"a":${"[".repeat(8)}${"]".repeat(8)}}`, -32700, undefined],
    ["5", -32600, undefined],
    ['{"jsonrpc":"2.0","id":7}', -32600, 7],
    ['{"jsonrpc":"2.0","id":7,"method":"nope"}', -32601, 7],
    ["[]", -32600, undefined],
  ];
  for (const [line, code, id] of cases) {
    await stdio.write(line + "\n");
    const answer = await stdio.receive();
    assertEquals([answer.error.code, answer.id], [code, id], line);
  }
  await stdio.write("x".repeat(1000) + "\n" + JSON.stringify(request(8, "ping")) + "\n");
  assertEquals(
    (await stdio.receive()).error.message,
    "Parse error: a line must have at most 200 bytes",
  );
  assertEquals((await stdio.receive()).id, 8);
  await stdio.finish();
});

Deno.test("serveStdio() says nothing to notifications and to responses", async () => {
  const stdio = start(toolServer().server);
  await stdio.send({ jsonrpc: "2.0", method: "notifications/initialized" });
  await stdio.send({ jsonrpc: "2.0", method: "notifications/nobody/knows" });
  await stdio.send({
    jsonrpc: "2.0",
    method: "notifications/cancelled",
    params: { requestId: 99 },
  });
  await stdio.send({ jsonrpc: "2.0", method: "notifications/cancelled", params: [1] });
  await stdio.send({ jsonrpc: "2.0", id: 5, result: {} });
  await stdio.send({ jsonrpc: "2.0", id: 5, error: { code: 1, message: "no" } });
  await stdio.send(request(1, "ping"));
  assertEquals((await stdio.receive()).id, 1);
  assertEquals(await stdio.finish(), []);
});

Deno.test("serveStdio() takes batches where the session's revision has them", async () => {
  for (const [revision, taken] of [["2025-03-26", true], ["2025-06-18", false]] as const) {
    const stdio = start(toolServer().server);
    await stdio.send(
      request("init", "initialize", { ...INITIALIZE.params, protocolVersion: revision }),
    );
    await stdio.receive();
    await stdio.send([request(1, "ping"), INITIALIZED, request(2, "nope"), 5]);
    const answer = await stdio.receive();
    if (taken) {
      assertEquals(answer.length, 3);
      assertEquals(answer.find(({ id }: Sent) => id === 1).result, {});
    } else assertEquals(answer.error.code, -32600);
    await stdio.finish();
  }
});

Deno.test("serveStdio() refuses a batch of the newest revision, also where a session has batches", async () => {
  const call = { ...request(7, "tools/list"), params: { _meta: { [VERSION]: "2026-07-28" } } };
  const stdio = start(toolServer().server);
  await stdio.send([call]);
  assertEquals((await stdio.receive()).error.code, -32600);
  await stdio.send(
    request("init", "initialize", { ...INITIALIZE.params, protocolVersion: "2025-03-26" }),
  );
  await stdio.receive();
  await stdio.send([request(1, "ping"), call]);
  assertEquals((await stdio.receive()).error.code, -32600);
  await stdio.finish();
});

Deno.test("serveStdio() reads on while calls run, and answers them as they end", async () => {
  const { server, gate, entered } = toolServer();
  const stdio = start(server);
  await stdio.send(request(1, "tools/call", { name: "hold" }));
  await stdio.send(request(2, "ping"));
  assertEquals((await stdio.receive()).id, 2);
  await until(() => entered() === 1, 5_000, "the call runs");
  await stdio.send(request(1, "ping"));
  assertEquals((await stdio.receive()).error, {
    code: -32600,
    message: "Invalid request: id 1 is in use by a request that still runs",
  });
  await stdio.send(request("1", "ping"));
  assertEquals((await stdio.receive()).id, "1");
  gate.resolve();
  const held = await stdio.receive();
  assertEquals([held.id, held.result.content[0].text], [1, "held"]);
  await stdio.send(request(1, "ping"));
  assertEquals((await stdio.receive()).result, {});
  await stdio.finish();
});

Deno.test("serveStdio() says nothing more of a call that was cancelled", async () => {
  const { server, reasons, entered } = toolServer();
  const stdio = start(server);
  await stdio.send(modernRequest(1, "tools/call", { name: "wait", _meta: { progressToken: 1 } }));
  await until(() => entered() === 1, 5_000, "the call runs");
  await stdio.send({
    jsonrpc: "2.0",
    method: "notifications/cancelled",
    params: { requestId: "1" },
  });
  await stdio.send(request(2, "ping"));
  assertEquals((await stdio.receive()).id, 2);
  assertEquals(reasons, []);
  await stdio.send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } });
  await until(() => reasons.length === 1, 5_000, "the call is cancelled");
  assertEquals(reasons, ["The client cancelled the request"]);
  await stdio.send(request(3, "ping"));
  assertEquals((await stdio.receive()).id, 3);
  assertEquals(await stdio.finish(), []);
});

Deno.test("serveStdio() leaves a cancelled call out of the answer to its batch", async () => {
  const { server, entered } = toolServer();
  const stdio = start(server);
  await stdio.send([request(1, "tools/call", { name: "wait" }), request(2, "ping")]);
  await until(() => entered() === 1, 5_000, "the call runs");
  await stdio.send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } });
  assertEquals((await stdio.receive()).map(({ id }: Sent) => id), [2]);
  assertEquals(await stdio.finish(), []);
});

Deno.test("serveStdio() lets calls finish when the input ends", async () => {
  const { server, gate, entered } = toolServer();
  const stdio = start(server, { drainMs: 10_000 });
  await stdio.send(request(1, "tools/call", { name: "hold" }));
  await until(() => entered() === 1, 5_000, "the call runs");
  const finished = stdio.finish();
  gate.resolve();
  assertEquals((await finished).map(({ id, result }) => [id, result.content[0].text]), [[
    1,
    "held",
  ]]);
});

Deno.test("serveStdio() aborts what is not done by then, and writes what it returns", async () => {
  const { server, reasons } = toolServer();
  const stdio = start(server, { drainMs: 10 });
  await stdio.send(request(1, "tools/call", { name: "wait" }));
  const answer = (await stdio.finish()).at(-1);
  assertEquals(answer.result.content[0].text, "too late");
  assertEquals(reasons, ["The server is ending"]);
});

Deno.test("serveStdio() answers for a handler that never returns, and ends", async () => {
  const { server, gate } = toolServer();
  const stdio = start(server, { drainMs: 10 });
  await stdio.send(request(1, "tools/call", { name: "hold" }));
  const [answer] = await stdio.finish();
  assertEquals(answer.error, {
    code: -32603,
    message: "Internal error: the server is ending, and the call did not end in time",
  });
  gate.resolve();
});

Deno.test("serveStdio() ends by its signal as by the end of input", async () => {
  const { server, gate } = toolServer();
  const stop = new AbortController();
  const stdio = start(server, { signal: stop.signal, drainMs: 10_000 });
  await stdio.send(request(1, "tools/call", { name: "hold" }));
  await stdio.send(request(2, "ping"));
  assertEquals((await stdio.receive()).id, 2);
  stop.abort();
  gate.resolve();
  assertEquals((await stdio.receive()).id, 1);
  await stdio.done;
  const before = new AbortController();
  before.abort();
  await start(toolServer().server, { signal: before.signal }).done;
});

Deno.test("serveStdio() ends when its output breaks, and aborts what runs", async () => {
  const { server, reasons, entered } = toolServer();
  const stdio = start(server, { drainMs: 60_000 });
  await stdio.send(request(1, "tools/call", { name: "wait" }));
  await until(() => entered() === 1, 5_000, "the call runs");
  await stdio.cancel(new Error("Broken pipe"));
  await stdio.send(request(2, "ping")); // A pipe says that it is broken when it is written to.
  await stdio.done;
  assertEquals(reasons, ["The server is ending"]);
});

Deno.test("serveStdio() ends when its input breaks, tells of it, and answers what runs", async () => {
  const { server, gate, reported, entered } = toolServer();
  const stdio = start(server, { drainMs: 10_000 });
  await stdio.send(request(1, "tools/call", { name: "hold" }));
  await until(() => entered() === 1, 5_000, "the call runs");
  const broken = new Error("Input/output error");
  await stdio.writer.abort(broken);
  gate.resolve();
  assertEquals((await stdio.receive()).id, 1);
  await stdio.done;
  assertEquals(reported, [broken]);
});

Deno.test("serveStdio() does not wait for ever for a client that reads nothing", async () => {
  const { server } = toolServer();
  const stuck = new WritableStream({ write: () => new Promise(() => {}) });
  const stdio = start(server, { writable: stuck, drainMs: 50 });
  await stdio.send(request(1, "ping"));
  await stdio.writer.close();
  await stdio.done;
});

Deno.test("serveStdio() drops notifications, not answers, for a client that reads too slowly", async () => {
  const { server, reported } = quietServer();
  server.tool({
    name: "flood",
    run(_input, ctx) {
      for (let i = 1; i <= 200; i++) ctx.progress(i, 200, "x".repeat(1000));
      return "y".repeat(50_000);
    },
  });
  const stdio = start(server, { limits: { streamBytes: 20_000 } });
  await stdio.send(request(1, "tools/call", { name: "flood", _meta: { progressToken: 1 } }));
  const all = await stdio.finish();
  const answer = all.at(-1);
  assertEquals(answer.result.content[0].text.length, 50_000);
  const steps = all.slice(0, -1).map((message) => message.params.progress);
  assert(steps.length > 5 && steps.length < 100, `${steps.length} came`);
  assertEquals(reported.map(String), [
    `Error: ${200 - steps.length} notifications dropped: the client reads too slowly`,
  ]);
});

Deno.test("serveStdio() tells a session of changes once it is initialized", async () => {
  const { server } = toolServer();
  const stdio = start(server);
  server.tool({ name: "early", run: () => "" });
  await stdio.send(INITIALIZE);
  await stdio.receive();
  server.tool({ name: "too_early", run: () => "" });
  await stdio.send(INITIALIZED);
  await stdio.send(request(1, "ping"));
  assertEquals((await stdio.receive()).id, 1);
  server.tool({ name: "late", run: () => "" });
  assertEquals((await stdio.receive()).method, "notifications/tools/list_changed");
  assertEquals(await stdio.finish(), []);
});

Deno.test("serveStdio() keeps nothing of what it has read", async () => {
  const chunks = 400;
  let left = chunks;
  const readable = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (left-- === 0) return controller.close();
      controller.enqueue(new Uint8Array(1 << 20).fill(0x20)); // One line that is too long.
    },
  }, { highWaterMark: 0 });
  const before = Deno.memoryUsage();
  await serveStdio(quietServer().server, { readable, writable: new WritableStream() });
  const after = Deno.memoryUsage();
  const grown = after.external + after.heapUsed - before.external - before.heapUsed;
  assert(grown < 200 << 20, `${grown >> 20} MiB of ${chunks} are still held`);
});

Deno.test("serveStdio() refuses limits that there are none of", async () => {
  await assertRejects(
    () => start(quietServer().server, { limits: { line: 0 } }).done,
    TypeError,
    'Limit "line" must be a positive integer: got 0',
  );
});
