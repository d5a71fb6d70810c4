// How a call ends before its time over HTTP: cancelled, left alone, out of time, or with the server.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { createHandler } from "../src/transports/http.ts";
import type { Context } from "../src/server/define.ts";
import { modernClient, openSession, statelessClient } from "./support/http_client.ts";
import { quietServer, serveHttp } from "./support/http_server.ts";
import type { Sent } from "./support/schema_check.ts";
import { until } from "./support/until.ts";

/** A tool that runs until its signal is aborted, and remembers why. */
function abortable(look: "at once" | "late" = "at once") {
  const reasons: string[] = [];
  let entered = 0;
  return {
    reasons,
    get entered() {
      return entered;
    },
    tool: {
      name: "wait",
      async run(_input: unknown, ctx: Context): Promise<string> {
        entered++;
        if (look === "late") await new Promise((resolve) => setTimeout(resolve, 150));
        if (!ctx.signal.aborted) {
          await new Promise((resolve) => ctx.signal.addEventListener("abort", resolve));
        }
        reasons.push(String(ctx.signal.reason.message));
        ctx.progress(99);
        ctx.log("emergency", "after the end");
        return "too late";
      },
    },
  };
}

const CANCELLED = { code: -32800, message: "Request cancelled" };

Deno.test("notifications/cancelled ends the held POST of a session at once", async () => {
  const { server } = quietServer();
  const wait = abortable();
  server.tool(wait.tool);
  await using http = serveHttp(server);
  const session = await openSession(http.url);
  const call = session.send("tools/call", { name: "wait" }, {
    id: 7,
    meta: { progressToken: "t" },
  });
  await until(() => wait.entered === 1, 5_000, "the call runs");
  assertEquals(await session.notify("notifications/cancelled", { requestId: 7 }), 202);
  const messages = await (await call).all();
  assertEquals(messages, [{ jsonrpc: "2.0", id: 7, error: CANCELLED }]);
  assertEquals(wait.reasons, ["The client cancelled the request"]);
});

Deno.test("notifications/cancelled means nothing for other ids, other sessions and nonsense", async () => {
  const { server } = quietServer();
  const wait = abortable();
  server.tool(wait.tool);
  await using http = serveHttp(server);
  const session = await openSession(http.url);
  const other = await openSession(http.url);
  const call = session.request("tools/call", { name: "wait" }, { id: 1 });
  await until(() => wait.entered === 1, 5_000, "the call runs");
  for (
    const params of [
      { requestId: "1" },
      { requestId: 2 },
      { requestId: null },
      { requestId: [1] },
      {},
      undefined,
    ]
  ) {
    assertEquals(await session.notify("notifications/cancelled", params), 202);
  }
  assertEquals(await other.notify("notifications/cancelled", { requestId: 1 }), 202);
  assertEquals(
    await statelessClient(http.url).notify("notifications/cancelled", { requestId: 1 }),
    202,
  );
  assertEquals(
    await modernClient(http.url).notify("notifications/cancelled", { requestId: 1 }),
    202,
  );
  assertEquals((await session.request("ping", {}, { id: 9 })).result, {});
  assertEquals(wait.reasons, []);
  await session.notify("notifications/cancelled", { requestId: 1 });
  assertEquals((await call).error, CANCELLED);
});

Deno.test("notifications/cancelled ends an answer that streams already", async () => {
  const { server } = quietServer();
  const wait = abortable();
  server.tool(wait.tool);
  await using http = serveHttp(server, { limits: { slowMs: 10 } });
  const session = await openSession(http.url);
  const reply = await session.send("tools/call", { name: "wait" }, {
    id: "a",
    meta: { progressToken: "t" },
  });
  assertEquals(reply.headers.get("content-type"), "text/event-stream");
  await session.notify("notifications/cancelled", { requestId: "a" });
  assertEquals(await reply.all(), [{ jsonrpc: "2.0", id: "a", error: CANCELLED }]);
});

Deno.test("notifications/cancelled takes one request out of a batch", async () => {
  const { server } = quietServer();
  const wait = abortable();
  server.tool(wait.tool);
  await using http = serveHttp(server);
  const session = await openSession(http.url, "2025-03-26");
  const batch = [
    { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "wait" } },
    { jsonrpc: "2.0", id: 2, method: "ping" },
  ];
  const response = fetch(http.url, {
    method: "POST",
    headers: { ...session.headers, "content-type": "application/json" },
    body: JSON.stringify(batch),
  });
  await until(() => wait.entered === 1, 5_000, "the call runs");
  await session.notify("notifications/cancelled", { requestId: 1 });
  const answers: Sent[] = await (await response).json();
  assertEquals(answers.find(({ id }) => id === 1).error, CANCELLED);
  assertEquals(answers.find(({ id }) => id === 2).result, {});
});

for (const look of ["at once", "late"] as const) {
  Deno.test(`a client of 2026-07-28 that goes away before any byte cancels, seen ${look}`, async () => {
    const { server } = quietServer();
    const wait = abortable(look);
    server.tool(wait.tool);
    await using http = serveHttp(server);
    const stop = new AbortController();
    const call = modernClient(http.url).send("tools/call", { name: "wait" }, {
      signal: stop.signal,
    }).catch(() => "gone");
    await until(() => wait.entered === 1, 5_000, "the call runs");
    stop.abort();
    assertEquals(await call, "gone");
    await until(() => wait.reasons.length === 1, 5_000, "the call is cancelled");
    assertEquals(wait.reasons, ["The client is gone"]);
  });
}

Deno.test("a client of 2026-07-28 that goes away while an answer streams cancels", async () => {
  const { server } = quietServer();
  const wait = abortable();
  server.tool(wait.tool);
  await using http = serveHttp(server, { limits: { slowMs: 10 } });
  const reply = await modernClient(http.url).send("tools/call", { name: "wait" });
  assertEquals(reply.headers.get("content-type"), "text/event-stream");
  await reply.cancel();
  await until(() => wait.reasons.length === 1, 5_000, "the call is cancelled");
  assertEquals(wait.reasons, ["The client is gone"]);
});

Deno.test("a request whose signal is aborted before its handler looks is cancelled as well", async () => {
  const { server } = quietServer();
  const wait = abortable("late");
  server.tool(wait.tool);
  const handler = createHandler(server);
  const stop = new AbortController();
  const revision = "2026-07-28";
  const answer = handler(
    new Request("http://localhost/mcp", {
      method: "POST",
      signal: stop.signal,
      headers: {
        "content-type": "application/json",
        "mcp-protocol-version": revision,
        "mcp-method": "tools/call",
        "mcp-name": "wait",
      },
      body: JSON.stringify({
        jsonrpc: "2.0",
        id: 1,
        method: "tools/call",
        params: {
          name: "wait",
          _meta: {
            "io.modelcontextprotocol/protocolVersion": revision,
            "io.modelcontextprotocol/clientCapabilities": {},
          },
        },
      }),
    }),
  );
  await until(() => wait.entered === 1, 5_000, "the call runs");
  stop.abort();
  await until(() => wait.reasons.length === 1, 5_000, "the call is cancelled");
  await (await answer).body?.cancel();
  await handler.close();
});

Deno.test("a client without a session that goes away cancels: nobody could come back", async () => {
  const { server } = quietServer();
  const wait = abortable();
  server.tool(wait.tool);
  await using http = serveHttp(server);
  const stop = new AbortController();
  const call = statelessClient(http.url).send("tools/call", { name: "wait" }, {
    signal: stop.signal,
  }).catch(() => "gone");
  await until(() => wait.entered === 1, 5_000, "the call runs");
  stop.abort();
  assertEquals(await call, "gone");
  await until(() => wait.reasons.length === 1, 5_000, "the call is cancelled");
});

Deno.test("a client of a session that goes away does not cancel while its session is listened to", async () => {
  const { server } = quietServer();
  const wait = abortable();
  server.tool(wait.tool);
  await using http = serveHttp(server, { limits: { orphanMs: 60, slowMs: 10 } });
  const session = await openSession(http.url);
  const stream = await session.listen();
  const reply = await session.send("tools/call", { name: "wait" }, { id: 5 });
  await reply.cancel();
  await new Promise((resolve) => setTimeout(resolve, 200));
  assertEquals(wait.reasons, []);
  await session.notify("notifications/cancelled", { requestId: 5 });
  assertEquals(wait.reasons, ["The client cancelled the request"]);
  await stream.cancel();
});

Deno.test("a call that nobody waits for is cancelled after its time as an orphan", async () => {
  const { server } = quietServer();
  const wait = abortable();
  server.tool(wait.tool);
  await using http = serveHttp(server, { limits: { orphanMs: 60, slowMs: 10 } });
  const session = await openSession(http.url);
  const reply = await session.send("tools/call", { name: "wait" });
  const start = performance.now();
  await reply.cancel();
  await until(() => wait.reasons.length === 1, 5_000, "the call is cancelled");
  assert(performance.now() - start > 40);
  assertEquals(wait.reasons, ["The client is gone"]);
  assertEquals((await session.request("ping")).result, {});
});

Deno.test("a call that is cancelled while it waits for its turn never runs", async () => {
  const { server } = quietServer();
  const wait = abortable();
  let ran = 0;
  server.tool(wait.tool);
  server.tool({ name: "count", run: () => void ran++ });
  await using http = serveHttp(server, { limits: { calls: 1, watchedMs: 5 } });
  const session = await openSession(http.url);
  const first = session.request("tools/call", { name: "wait" }, { id: 1 });
  await until(() => wait.entered === 1, 5_000, "the first call runs");
  const second = session.request("tools/call", { name: "count" }, { id: 2 });
  const third = modernClient(http.url).send("tools/call", { name: "count" });
  // A round trip, so that both are there before they are taken back.
  await session.request("ping");
  await session.notify("notifications/cancelled", { requestId: 2 });
  assertEquals((await second).error, CANCELLED);
  await (await third).cancel();
  await new Promise((resolve) => setTimeout(resolve, 100)); // Nothing tells that the server noticed.
  await session.notify("notifications/cancelled", { requestId: 1 });
  await first;
  await session.request("tools/call", { name: "count" });
  assertEquals(ran, 1);
});

Deno.test("a tool's time limit aborts its signal, and what it returns then still counts", async () => {
  const { server, reported } = quietServer();
  const reasons: string[] = [];
  server.tool({
    name: "obeys",
    timeoutMs: 30,
    async run(_input, ctx) {
      await new Promise((resolve) => ctx.signal.addEventListener("abort", resolve));
      reasons.push(ctx.signal.reason.message);
      return "partial";
    },
  });
  server.tool({
    name: "throws",
    timeoutMs: 30,
    run: (_input, ctx) =>
      new Promise((_resolve, reject) =>
        ctx.signal.addEventListener("abort", () => reject(ctx.signal.reason))
      ),
  });
  await using http = serveHttp(server);
  const client = modernClient(http.url);
  const obeys = (await client.request("tools/call", { name: "obeys" })).result;
  assertEquals([obeys.content[0].text, obeys.isError], ["partial", undefined]);
  assertEquals(reasons, ["The time allowed for the request is over"]);
  const throws = (await client.request("tools/call", { name: "throws" })).result;
  assertEquals([throws.content[0].text, throws.isError], [
    "The time allowed for the request is over",
    true,
  ]);
  assertEquals(reported, []); // Nobody made a mistake.
});

Deno.test("a tool that ignores its time limit is answered for some seconds later", async () => {
  const { server } = quietServer();
  const held = Promise.withResolvers<string>();
  server.tool({ name: "deaf", timeoutMs: 20, run: () => held.promise });
  await using http = serveHttp(server);
  const { result } = await modernClient(http.url).request("tools/call", { name: "deaf" });
  held.resolve("too late");
  assertEquals([result.content[0].text, result.isError], [
    "The tool took longer than its 20 ms and was stopped",
    true,
  ]);
});

Deno.test("a tool with a time limit is told why it was cancelled otherwise", async () => {
  const { server } = quietServer();
  const wait = abortable();
  server.tool({ ...wait.tool, timeoutMs: 60_000 });
  await using http = serveHttp(server, { limits: { slowMs: 10 } });
  const reply = await modernClient(http.url).send("tools/call", { name: "wait" });
  await reply.cancel();
  await until(() => wait.reasons.length === 1, 5_000, "the call is cancelled");
  assertEquals(wait.reasons, ["The client is gone"]);
});

Deno.test("close() lets calls finish within the drain time and refuses new ones", async () => {
  const { server } = quietServer();
  const go = Promise.withResolvers<void>();
  let entered = 0;
  server.tool({
    name: "finish",
    async run() {
      entered++;
      await go.promise;
      return "finished";
    },
  });
  await using http = serveHttp(server);
  const session = await openSession(http.url);
  const stream = await session.listen();
  const modern = modernClient(http.url);
  const calls = [session, modern, statelessClient(http.url)].map((client) =>
    client.request("tools/call", { name: "finish" })
  );
  await until(() => entered === 3, 5_000, "the calls run");
  const closed = http.handler.close({ drainMs: 10_000 });
  const refused = await session.send("ping");
  assertEquals([refused.status, refused.headers.get("retry-after")], [503, "1"]);
  assertEquals(
    (await refused.answer()).error.message,
    "Service unavailable: the server is ending",
  );
  assertEquals((await modern.send("server/discover")).status, 503);
  go.resolve();
  for (const call of calls) assertEquals((await call).result.content[0].text, "finished");
  await closed;
  assertEquals(await stream.all(), []);
});

Deno.test("close() aborts what is not done by then, and takes what it returns", async () => {
  const { server } = quietServer();
  const wait = abortable();
  server.tool(wait.tool);
  await using http = serveHttp(server);
  const session = await openSession(http.url);
  const calls = [session, modernClient(http.url)].map((client) =>
    client.request("tools/call", { name: "wait" })
  );
  await until(() => wait.entered === 2, 5_000, "the calls run");
  await http.handler.close({ drainMs: 20 });
  for (const call of calls) assertEquals((await call).result.content[0].text, "too late");
  assertEquals(wait.reasons, ["The server is ending", "The server is ending"]);
});

Deno.test("close() answers for handlers that never return, and leaves nothing open", async () => {
  const { server } = quietServer();
  const held = Promise.withResolvers<string>();
  let entered = 0;
  server.tool({
    name: "deaf",
    run() {
      entered++;
      return held.promise;
    },
  });
  await using http = serveHttp(server, { limits: { slowMs: 20 } });
  const session = await openSession(http.url);
  const json = { headers: { accept: "application/json" } };
  const calls = [session, modernClient(http.url), statelessClient(http.url)].flatMap((client) => [
    client.request("tools/call", { name: "deaf" }),
    client.request("tools/call", { name: "deaf" }, json),
  ]);
  await until(() => entered === 6, 5_000, "the calls run");
  await http.handler.close({ drainMs: 20 });
  for (const call of calls) {
    const { error } = await call;
    assertEquals(error.code, -32603);
    assertMatch(error.message, /server is ending/);
  }
  held.resolve("too late");
});

Deno.test("close() takes nothing that was still on its way", async () => {
  const { server } = quietServer();
  let ran = 0;
  server.tool({ name: "count", run: () => void ran++ });
  const handler = createHandler(server);
  const text = JSON.stringify({
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name: "count" },
  });
  const body = new TransformStream<Uint8Array, Uint8Array>();
  const writer = body.writable.getWriter();
  const answer = handler(
    new Request("http://localhost/mcp", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: body.readable,
    }),
  );
  await writer.write(new TextEncoder().encode(text.slice(0, 10)));
  await handler.close();
  await writer.write(new TextEncoder().encode(text.slice(10)));
  await writer.close();
  const response = await answer;
  assertEquals([response.status, ran], [503, 0]);
  await response.body?.cancel();
});

Deno.test("close() twice is the same as once", async () => {
  const handler = createHandler(quietServer().server);
  await Promise.all([handler.close(), handler.close({ drainMs: 5 })]);
  await handler.close();
});
