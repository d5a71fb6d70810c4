// Answers that stream: when they begin, what keeps them alive, and clients that do not read.

import { assert, assertEquals, assertLess } from "@std/assert";
import { modernClient, openSession } from "./support/http_client.ts";
import { quietServer, serveHttp } from "./support/http_server.ts";
import { rawConnect, type RawConnection } from "./support/raw_http.ts";
import { until } from "./support/until.ts";

const HEADERS = {
  "content-type": "text/event-stream",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
};

/** A server with a tool that runs until it is let go. */
function heldServer() {
  const made = quietServer();
  const gate = Promise.withResolvers<void>();
  made.server.tool({
    name: "held",
    async run() {
      await gate.promise;
      return "done";
    },
  });
  return { ...made, gate };
}

/** Sends a call of a tool and leaves its answer unread. */
function callUnread(
  port: number,
  name: string,
  headers: Record<string, string> = {},
): Promise<RawConnection> {
  const session = headers["mcp-session-id"] !== undefined;
  const meta = {
    progressToken: "t",
    ...(session ? {} : {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientCapabilities": {},
    }),
  };
  return rawConnect(port, {
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...(session ? {} : {
        "mcp-protocol-version": "2026-07-28",
        "mcp-method": "tools/call",
        "mcp-name": name,
      }),
      ...headers,
    },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name, _meta: meta },
    }),
  });
}

Deno.test("a call that takes long turns into a stream, which begins with a comment", async () => {
  for (const open of [modernClient, openSession]) {
    const { server, gate } = heldServer();
    await using http = serveHttp(server, { limits: { slowMs: 30, watchedMs: 30 } });
    const client = await open(http.url);
    const start = performance.now();
    const reply = await client.send("tools/call", { name: "held" });
    assert(performance.now() - start >= 25);
    for (const [name, value] of Object.entries(HEADERS)) {
      assertEquals(reply.headers.get(name), value);
    }
    assertEquals(reply.headers.get("content-length"), null);
    setTimeout(gate.resolve, 20);
    const messages = await reply.all();
    assertEquals(messages.map(({ result }) => result.content[0].text), ["done"]);
    assertEquals(reply.comments, 1);
  }
});

Deno.test("a stream is kept alive with comments while nothing else is said", async () => {
  const { server, gate } = heldServer();
  await using http = serveHttp(server, { limits: { slowMs: 5, watchedMs: 5, keepAliveMs: 20 } });
  const reply = await modernClient(http.url).send("tools/call", { name: "held" });
  const messages = reply.messages();
  const answer = messages.next();
  await until(() => reply.comments >= 4, 5_000, "four comments came");
  gate.resolve();
  assertEquals((await answer).value.result.content[0].text, "done");
  const session = await openSession(http.url);
  const stream = await session.listen();
  const nothing = stream.messages().next();
  await until(() => stream.comments >= 3, 5_000, "three comments came");
  await session.end();
  assertEquals((await nothing).done, true);
});

Deno.test("a quick call is no stream, unless it says something first", async () => {
  const { server } = quietServer();
  server.tool({ name: "quick", run: () => "done" });
  server.tool({
    name: "says",
    run(_input, ctx) {
      ctx.progress(1);
      return "done";
    },
  });
  await using http = serveHttp(server);
  const client = modernClient(http.url);
  const quick = await client.send("tools/call", { name: "quick" }, { meta: { progressToken: 1 } });
  assertEquals(quick.headers.get("content-type"), "application/json");
  assertEquals((await quick.all()).length, 1);
  const says = await client.send("tools/call", { name: "says" }, { meta: { progressToken: 1 } });
  assertEquals(says.headers.get("content-type"), "text/event-stream");
  assertEquals((await says.all()).length, 2);
});

Deno.test("a reader that is too slow misses the oldest notifications, and they are counted", async () => {
  const { server, reported } = quietServer();
  const steps = 5_000;
  server.tool({
    name: "flood",
    run(_input, ctx) {
      for (let i = 1; i <= steps; i++) ctx.progress(i, steps);
      return "done";
    },
  });
  await using http = serveHttp(server, { limits: { notifications: 50 } });
  const reply = await modernClient(http.url).send("tools/call", { name: "flood" }, {
    meta: { progressToken: 1 },
  });
  const messages = await reply.all();
  assertEquals(messages.at(-1).result.content[0].text, "done");
  const seen = messages.slice(0, -1).map(({ params }) => params.progress);
  assertEquals(seen.at(-1), steps); // The newest are there.
  assertEquals(seen, seen.toSorted((a, b) => a - b));
  assertLess(seen.length, 200);
  assertEquals(reported.map(String), [
    `Error: ${steps - seen.length} notifications dropped: the client reads too slowly`,
  ]);
});

Deno.test("a large answer arrives whole after more notifications than may wait", async () => {
  const { server } = quietServer();
  const large = "x".repeat(5 << 20);
  server.tool({
    name: "large",
    run(_input, ctx) {
      for (let i = 1; i <= 300; i++) ctx.progress(i);
      return large;
    },
  });
  await using http = serveHttp(server, { limits: { streamBytes: 64 * 1024 } });
  const session = await openSession(http.url);
  for (const client of [modernClient(http.url), session]) {
    const reply = await client.send("tools/call", { name: "large" }, {
      meta: { progressToken: 1 },
    });
    const messages = await reply.all();
    assertEquals(messages.at(-1).result.content[0].text.length, large.length);
  }
});

Deno.test("a client of 2026-07-28 that reads nothing is cut off, and its call cancelled", async () => {
  const { server } = quietServer();
  const ended = Promise.withResolvers<string>();
  server.tool({
    name: "pour",
    async run(_input, ctx) {
      const message = "x".repeat(100_000);
      for (let i = 1; !ctx.signal.aborted; i++) {
        ctx.progress(i, undefined, message);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      ended.resolve(ctx.signal.reason.message);
    },
  });
  await using http = serveHttp(server);
  using _unread = await callUnread(http.port, "pour");
  assertEquals(await ended.promise, "The client is gone");
});

Deno.test("a client of a session that reads nothing loses its stream, not its call", async () => {
  const { server } = quietServer();
  const filled = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  let cancelled = false;
  server.tool({
    name: "pour",
    async run(_input, ctx) {
      ctx.signal.addEventListener("abort", () => cancelled = true);
      const message = "x".repeat(100_000);
      for (let i = 1; i < 300; i++) {
        ctx.progress(i, undefined, message);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      filled.resolve();
      await gate.promise;
      return "done";
    },
  });
  await using http = serveHttp(server);
  const session = await openSession(http.url);
  using _unread = await callUnread(http.port, "pour", session.headers);
  await filled.promise;
  assertEquals(cancelled, false);
  const inUse = await session.request("ping", {}, { id: 1 });
  assertEquals(inUse.error.code, -32600);
  gate.resolve();
  await until(
    async () => {
      const answer = await session.request("ping", {}, { id: 1 });
      return answer.error === undefined;
    },
    5_000,
    "the call is over",
  );
});

Deno.test("a session has so many streams; the next answer comes in one piece", async () => {
  const { server } = quietServer();
  const gate = Promise.withResolvers<void>();
  server.tool({
    name: "says",
    async run(_input, ctx) {
      ctx.progress(1);
      await gate.promise;
      return "done";
    },
  });
  await using http = serveHttp(server, { limits: { streams: 2 } });
  const session = await openSession(http.url);
  const meta = { progressToken: 1 };
  const first = await session.send("tools/call", { name: "says" }, { meta });
  const second = await session.send("tools/call", { name: "says" }, { meta });
  const third = session.send("tools/call", { name: "says" }, { meta });
  await session.request("ping");
  gate.resolve();
  assertEquals((await third).headers.get("content-type"), "application/json");
  assertEquals((await (await third).all()).length, 1);
  for (const reply of [first, second]) assertEquals((await reply.all()).length, 2);
  const after = await session.send("tools/call", { name: "says" }, { meta });
  assertEquals((await after.all()).length, 2);
});

Deno.test("one client that reads nothing does not hold up another", async () => {
  const { server } = quietServer();
  server.tool({
    name: "pour",
    run(_input, ctx) {
      for (let i = 1; i <= 90; i++) ctx.progress(i, undefined, "x".repeat(10_000));
      return new Promise(() => {});
    },
  });
  server.tool({ name: "quick", run: () => "done" });
  await using http = serveHttp(server);
  const unread = await Promise.all(Array.from({ length: 20 }, () => callUnread(http.port, "pour")));
  const start = performance.now();
  for (let i = 0; i < 20; i++) {
    const { result } = await modernClient(http.url).request("tools/call", { name: "quick" });
    assertEquals(result.content[0].text, "done");
  }
  assertLess(performance.now() - start, 5_000);
  for (const connection of unread) connection.close();
});

Deno.test("the same change told twice waits once for a reader that is slow", async () => {
  const { server, reported } = quietServer();
  await using http = serveHttp(server);
  const session = await openSession(http.url);
  const stream = await session.listen();
  for (let i = 0; i < 1_000; i++) server.tool({ name: `t${i}`, run: () => "" });
  await session.request("ping");
  await session.end();
  const told = await stream.all();
  assert(told.length >= 1 && told.length < 20, `${told.length} came`);
  assertEquals(reported, []);
});

Deno.test("changes that a session's stream had no room for are counted", async () => {
  const { server, reported } = quietServer();
  await using http = serveHttp(server, { limits: { notifications: 1 } });
  const session = await openSession(http.url);
  const stream = await session.listen();
  server.tool({ name: "a", run: () => "" });
  server.resource({ uri: "a:b", name: "b", read: () => "" });
  server.prompt({ name: "c", run: () => "" });
  await session.end();
  const told = (await stream.all()).map(({ method }) => method);
  assertEquals(told.at(-1), "notifications/prompts/list_changed");
  assertEquals(reported.map(String), [
    `Error: ${3 - told.length} notifications dropped: the client reads too slowly`,
  ]);
});
