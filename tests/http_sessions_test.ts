// Sessions over HTTP: how they begin, whose they are, their own stream, how they end.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { bearerTokens } from "../src/transports/tokens.ts";
import { openSession, postText, type Reply, statelessClient } from "./support/http_client.ts";
import { quietServer, serveHttp } from "./support/http_server.ts";
import type { Sent } from "./support/schema_check.ts";
import { until } from "./support/until.ts";

const REVISIONS = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];
const UNKNOWN = "Session not found: it ended or never was; send initialize for a new one";

/** A tool that runs until `release` is called; `entered` counts its calls. */
function heldTool() {
  const waiting: (() => void)[] = [];
  let entered = 0;
  return {
    tool: {
      name: "held",
      run: () => {
        entered++;
        return new Promise<string>((resolve) => waiting.push(() => resolve("released")));
      },
    },
    get entered() {
      return entered;
    },
    release: () => waiting.splice(0).forEach((go) => go()),
  };
}

async function errorOf(response: Response): Promise<Sent> {
  return (await response.json()).error;
}

Deno.test("initialize opens a session of the revision that the client asks for", async () => {
  await using http = serveHttp(quietServer().server);
  const ids = new Set<string>();
  for (const revision of REVISIONS) {
    const session = await openSession(http.url, revision);
    assertEquals(session.opened.protocolVersion, revision);
    assertEquals(session.opened.serverInfo, { name: "test", version: "1.0.0" });
    assertMatch(session.id, /^[\x21-\x7e]{32,}$/);
    ids.add(session.id);
    const pong = await session.request("ping");
    assertEquals(pong.result, {});
  }
  assertEquals(ids.size, REVISIONS.length);
});

Deno.test("initialize offers the newest revision with sessions to a client that asks for another", async () => {
  await using http = serveHttp(quietServer().server);
  for (const protocolVersion of ["1.0.0", "2099-01-01", "2026-07-28", ""]) {
    const answer = await statelessClient(http.url).request("initialize", {
      protocolVersion,
      capabilities: {},
      clientInfo: { name: "c", version: "1" },
    });
    assertEquals(answer.result.protocolVersion, "2025-11-25");
  }
});

Deno.test("initialize refuses parameters that are not its own", async () => {
  await using http = serveHttp(quietServer().server);
  const cases: [Sent, string][] = [
    [{}, 'Invalid params: "protocolVersion" must be a string: got nothing'],
    [{ protocolVersion: 5 }, 'Invalid params: "protocolVersion" must be a string: got a number'],
    [
      { protocolVersion: "2025-11-25", capabilities: [] },
      'Invalid params: "capabilities" must be an object: got an array',
    ],
    [
      { protocolVersion: "2025-11-25", clientInfo: "me" },
      'Invalid params: "clientInfo" must be an object: got a string',
    ],
  ];
  for (const [params, message] of cases) {
    const reply = await statelessClient(http.url).send("initialize", params);
    assertEquals([reply.status, reply.headers.get("mcp-session-id")], [400, null]);
    assertEquals((await reply.answer()).error, { code: -32602, message });
  }
});

Deno.test("initialize within a session is refused", async () => {
  await using http = serveHttp(quietServer().server);
  const session = await openSession(http.url);
  const reply = await session.send("initialize", { protocolVersion: "2025-11-25" });
  assertEquals(reply.status, 400);
  assertEquals((await reply.answer()).error, {
    code: -32600,
    message: "Invalid request: the session is initialized already",
  });
});

Deno.test("a session that is not there is refused with 404, whatever is asked", async () => {
  await using http = serveHttp(quietServer().server);
  const headers = {
    "mcp-session-id": crypto.randomUUID(),
    accept: "text/event-stream, application/json",
  };
  const ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
  const responses = [
    await postText(http.url, ping, headers),
    await postText(http.url, `[${ping}]`, headers),
    await postText(http.url, '{"jsonrpc":"2.0","method":"notifications/initialized"}', headers),
    await fetch(http.url, { headers }),
    await fetch(http.url, { method: "DELETE", headers }),
  ];
  for (const response of responses) {
    assertEquals(response.status, 404);
    assertEquals(await errorOf(response), { code: -32600, message: UNKNOWN });
  }
});

Deno.test("a session belongs to the token that opened it", async () => {
  const auth = bearerTokens([{ name: "a", token: "ta" }, { name: "b", token: "tb" }, {
    name: "a",
    token: "ta2",
  }]);
  await using http = serveHttp(quietServer().server, { auth });
  const session = await openSession(http.url, "2025-11-25", {
    headers: { authorization: "Bearer ta" },
  });
  const other = { ...session.headers, authorization: "Bearer tb" };
  const ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
  const cancel = '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}';
  for (const body of [ping, cancel]) {
    const response = await postText(http.url, body, other);
    assertEquals([response.status, (await errorOf(response)).message], [404, UNKNOWN]);
  }
  for (const method of ["GET", "DELETE"]) {
    const response = await fetch(http.url, { method, headers: other });
    assertEquals(response.status, 404);
    await response.body?.cancel();
  }
  assertEquals((await session.request("ping")).result, {});
  // Another token of the same name is the same principal.
  const same = await postText(http.url, ping, { ...session.headers, authorization: "Bearer ta2" });
  assertEquals(same.status, 200);
  await same.body?.cancel();
});

Deno.test("DELETE ends a session: 204, then 404; without an id 400", async () => {
  await using http = serveHttp(quietServer().server);
  const session = await openSession(http.url);
  assertEquals(await session.end(), 204);
  assertEquals(await session.end(), 404);
  assertEquals((await session.send("ping")).status, 404);
  const nameless = await fetch(http.url, { method: "DELETE" });
  assertEquals(nameless.status, 400);
  assertEquals(await errorOf(nameless), {
    code: -32600,
    message: "Bad request: Mcp-Session-Id is required: got nothing",
  });
});

Deno.test("DELETE answers what runs as cancelled and ends the session's stream", async () => {
  const { server } = quietServer();
  const entered = Promise.withResolvers<void>();
  let reason = "";
  server.tool({
    name: "wait",
    run: (_input, ctx) =>
      new Promise((_resolve, reject) => {
        entered.resolve();
        ctx.signal.addEventListener("abort", () => {
          reason = String(ctx.signal.reason.message);
          reject(ctx.signal.reason);
        });
      }),
  });
  await using http = serveHttp(server);
  const session = await openSession(http.url);
  const stream = await session.listen();
  const call = session.request("tools/call", { name: "wait" });
  await entered.promise;
  assertEquals(await session.end(), 204);
  assertEquals((await call).error, { code: -32800, message: "Request cancelled" });
  assertEquals(reason, "The session of the request ended");
  assertEquals(await stream.all(), []);
});

Deno.test("DELETE answers a call that streams already before its stream ends", async () => {
  const { server } = quietServer();
  server.tool({ name: "wait", run: () => new Promise(() => {}) });
  await using http = serveHttp(server, { limits: { slowMs: 10 } });
  const session = await openSession(http.url);
  const reply = await session.send("tools/call", { name: "wait" }, { id: "a" });
  assertEquals(reply.headers.get("content-type"), "text/event-stream");
  assertEquals(await session.end(), 204);
  const error = { code: -32800, message: "Request cancelled" };
  assertEquals(await reply.all(), [{ jsonrpc: "2.0", id: "a", error }]);
});

Deno.test("GET without a session is refused with 405, without text/event-stream with 406", async () => {
  await using http = serveHttp(quietServer().server);
  const session = await openSession(http.url);
  const nameless = await fetch(http.url, { headers: { accept: "text/event-stream" } });
  assertEquals([nameless.status, nameless.headers.get("allow")], [405, "POST, OPTIONS"]);
  assertEquals(
    (await errorOf(nameless)).message,
    "Method not allowed: GET is for a session, named in Mcp-Session-Id",
  );
  const json = await fetch(http.url, {
    headers: { ...session.headers, accept: "application/json" },
  });
  assertEquals(json.status, 406);
  assertEquals(
    (await errorOf(json)).message,
    'Not acceptable: Accept must allow text/event-stream: got "application/json"',
  );
});

Deno.test("GET and DELETE of a session refuse a revision that there is none of", async () => {
  await using http = serveHttp(quietServer().server);
  const session = await openSession(http.url);
  for (const method of ["GET", "DELETE"]) {
    const response = await fetch(http.url, {
      method,
      headers: {
        ...session.headers,
        accept: "text/event-stream",
        "mcp-protocol-version": "1999-01-01",
      },
    });
    assertEquals(response.status, 400);
    assertEquals(
      (await errorOf(response)).message,
      `Bad request: MCP-Protocol-Version must be the session's: got "1999-01-01"`,
    );
  }
  assertEquals((await session.request("ping")).result, {});
});

Deno.test("GET streams what concerns no request, with headers that no proxy holds back", async () => {
  const { server } = quietServer();
  server.tool({ name: "first", run: () => "" });
  await using http = serveHttp(server);
  const session = await openSession(http.url);
  const stream = await session.listen();
  assertEquals(stream.status, 200);
  assertEquals(stream.headers.get("content-type"), "text/event-stream");
  assertEquals(stream.headers.get("cache-control"), "no-cache, no-transform");
  assertEquals(stream.headers.get("x-accel-buffering"), "no");
  assertEquals(stream.headers.get("mcp-session-id"), session.id);
  const messages = stream.messages();
  server.tool({ name: "second", run: () => "" });
  assertEquals((await messages.next()).value.method, "notifications/tools/list_changed");
  server.removeTool("second");
  assertEquals((await messages.next()).value.method, "notifications/tools/list_changed");
  await session.end();
  assertEquals((await messages.next()).done, true);
});

Deno.test("GET twice: the newest stream wins, the older ends", async () => {
  const { server } = quietServer();
  await using http = serveHttp(server);
  const session = await openSession(http.url);
  const older = await session.listen();
  const newer = await session.listen();
  assertEquals(await older.all(), []);
  const messages = newer.messages();
  server.tool({ name: "late", run: () => "" });
  assertEquals((await messages.next()).value.method, "notifications/tools/list_changed");
  await newer.cancel().catch(() => messages.return(undefined));
});

Deno.test("a change of the tools is told to sessions of every revision", async () => {
  const { server } = quietServer();
  await using http = serveHttp(server);
  const streams: Reply[] = [];
  for (const revision of REVISIONS) {
    streams.push(await (await openSession(http.url, revision)).listen());
  }
  const next = streams.map((stream) => stream.messages().next());
  server.tool({ name: "late", run: () => "" });
  for (const { value } of await Promise.all(next)) {
    assertEquals(value.method, "notifications/tools/list_changed");
  }
});

Deno.test("initialize is refused with 503 while all sessions are taken", async () => {
  await using http = serveHttp(quietServer().server, { limits: { sessions: 2 } });
  const first = await openSession(http.url);
  await openSession(http.url);
  const reply = await statelessClient(http.url).send("initialize", {
    protocolVersion: "2025-11-25",
  });
  assertEquals([reply.status, reply.headers.get("retry-after")], [503, "60"]);
  assertEquals(
    (await reply.answer()).error.message,
    "Service unavailable: 2 sessions are open, which is the most",
  );
  assertEquals(await first.end(), 204);
  await openSession(http.url);
});

Deno.test("a session without initialized ends after its time, whatever it does", async () => {
  await using http = serveHttp(quietServer().server, { limits: { sessionOpenMs: 60 } });
  const session = await openSession(http.url, "2025-11-25", { initialized: false });
  const stream = await session.listen();
  assertEquals((await session.request("ping")).result, {});
  assertEquals(await stream.all(), []); // It ends with the session.
  assertEquals((await session.send("ping")).status, 404);
});

Deno.test("a session that idles ends; a request gives it its whole time again", async () => {
  await using http = serveHttp(quietServer().server, {
    limits: { sessionIdleMs: 150, sessionOpenMs: 50 },
  });
  const session = await openSession(http.url);
  const start = performance.now();
  while (performance.now() - start < 300) {
    assertEquals((await session.request("ping")).result, {});
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
  const reply = await session.send("ping");
  assertEquals([reply.status, (await reply.answer()).error.message], [404, UNKNOWN]);
});

Deno.test("a session with a stream does not idle; it ends some time after the stream", async () => {
  await using http = serveHttp(quietServer().server, { limits: { sessionIdleMs: 60 } });
  const session = await openSession(http.url);
  const stop = new AbortController();
  const response = await fetch(http.url, {
    headers: { ...session.headers, accept: "text/event-stream" },
    signal: stop.signal,
  });
  await new Promise((resolve) => setTimeout(resolve, 200));
  assertEquals((await session.request("ping")).result, {});
  stop.abort();
  await response.body?.cancel().catch(() => undefined);
  await until(
    async () => {
      // Looking is a request, which is time again: so look seldom.
      await new Promise((resolve) => setTimeout(resolve, 150));
      return (await session.send("ping")).status === 404;
    },
    5_000,
    "the session ended",
  );
});

Deno.test("a session whose handler never returns still ends when nobody is there", async () => {
  const { server } = quietServer();
  const held = heldTool();
  server.tool(held.tool);
  await using http = serveHttp(server, {
    limits: { slowMs: 10, orphanMs: 30, sessionIdleMs: 60, sessions: 1 },
  });
  const session = await openSession(http.url);
  const stop = new AbortController();
  session.send("tools/call", { name: "held" }, { signal: stop.signal }).catch(() => undefined);
  await until(() => held.entered === 1, 5_000, "the call runs");
  stop.abort();
  await until(
    async () => {
      const reply = await statelessClient(http.url).send("initialize", {
        protocolVersion: "2025-11-25",
      });
      await reply.cancel();
      return reply.status === 200;
    },
    5_000,
    "there is room for another session",
  );
  held.release();
});

Deno.test('an id is in use until its request is over; 1 and "1" differ', async () => {
  const { server } = quietServer();
  const held = heldTool();
  server.tool(held.tool);
  await using http = serveHttp(server);
  const session = await openSession(http.url);
  const other = await openSession(http.url);
  const first = session.request("tools/call", { name: "held" }, { id: 1 });
  await until(() => held.entered === 1, 5_000, "the call runs");
  const again = await session.request("ping", {}, { id: 1 });
  assertEquals(again.error, {
    code: -32600,
    message: "Invalid request: id 1 is in use by a request that still runs",
  });
  assertEquals((await session.request("ping", {}, { id: "1" })).result, {});
  assertEquals((await other.request("ping", {}, { id: 1 })).result, {});
  held.release();
  assertEquals((await first).result.content[0].text, "released");
  assertEquals((await session.request("ping", {}, { id: 1 })).result, {});
});

Deno.test("200 sessions get their own answers to requests with the same ids", async () => {
  const { server } = quietServer();
  server.tool({
    name: "nonce",
    input: { type: "object", properties: { nonce: { type: "string" } }, required: ["nonce"] },
    async run({ nonce }, ctx) {
      ctx.progress(1, 1, nonce);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
      return `${nonce} ${ctx.session?.id}`;
    },
  });
  await using http = serveHttp(server);
  const sessions = await Promise.all(
    Array.from({ length: 200 }, () => openSession(http.url)),
  );
  assertEquals(new Set(sessions.map((session) => session.id)).size, 200);
  await Promise.all(sessions.map(async (session) => {
    const nonce = crypto.randomUUID();
    const reply = await session.send("tools/call", { name: "nonce", arguments: { nonce } }, {
      id: 1,
      meta: { progressToken: 1 },
    });
    const [progress, answer] = await reply.all();
    assertEquals(progress.params.message, nonce);
    assertEquals(answer.result.content[0].text, `${nonce} ${session.id}`);
  }));
});

Deno.test("logging/setLevel decides what a session hears; warning until then", async () => {
  const { server } = quietServer();
  server.tool({
    name: "logs",
    run(_input, ctx) {
      for (const level of ["debug", "info", "warning", "emergency"] as const) {
        ctx.log(level, { said: level }, "tests");
      }
      return "done";
    },
  });
  await using http = serveHttp(server);
  const session = await openSession(http.url);
  const levels = async () => {
    const messages = await (await session.send("tools/call", { name: "logs" })).all();
    return messages.slice(0, -1).map((message) => message.params.level);
  };
  assertEquals(await levels(), ["warning", "emergency"]);
  assertEquals((await session.request("logging/setLevel", { level: "debug" })).result, {});
  assertEquals(await levels(), ["debug", "info", "warning", "emergency"]);
  await session.request("logging/setLevel", { level: "emergency" });
  assertEquals(await levels(), ["emergency"]);
  const wrong = await session.request("logging/setLevel", { level: "loud" });
  assertEquals(wrong.error, {
    code: -32602,
    message:
      'Invalid params: "level" must be one of debug, info, notice, warning, error, critical, alert, emergency: got "loud"',
  });
  const other = await openSession(http.url);
  const heard = await (await other.send("tools/call", { name: "logs" })).all();
  assertEquals(heard.length, 3);
});

Deno.test("a batch in a session is taken in 2025-03-26 and refused in every other revision", async () => {
  await using http = serveHttp(quietServer().server);
  for (const revision of REVISIONS) {
    const session = await openSession(http.url, revision);
    const response = await postText(
      http.url,
      '[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","id":1,"method":"ping"}]',
      session.headers,
    );
    const body = await response.json();
    if (revision === "2025-03-26") {
      assertEquals(response.status, 200);
      assertEquals(body.length, 2);
      assertEquals(response.headers.get("mcp-session-id"), null); // Only where it is made.
    } else {
      assertEquals([response.status, body.error.code], [400, -32600], revision);
    }
  }
});

Deno.test("a request without a session is answered as 2025-03-26 and makes none", async () => {
  const { server } = quietServer();
  server.tool({
    name: "who",
    title: "Who",
    output: { type: "object" },
    run: (_input, ctx) => ({ session: ctx.session ?? "none" }),
  });
  await using http = serveHttp(server, { limits: { sessions: 1 } });
  const client = statelessClient(http.url);
  for (let i = 0; i < 3; i++) {
    const reply = await client.send("tools/call", { name: "who" });
    assertEquals(reply.headers.get("mcp-session-id"), null);
    const { result } = await reply.answer();
    assertEquals(result.content[0].text, '{"session":"none"}');
    assertEquals(result.structuredContent, undefined);
  }
  const [tool] = (await client.request("tools/list")).result.tools;
  assertEquals([tool.title, tool.outputSchema], [undefined, undefined]);
  assertEquals((await client.request("logging/setLevel", { level: "debug" })).result, {});
  assert((await openSession(http.url)).id !== "");
});
