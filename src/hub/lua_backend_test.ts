// The original of lmcp, a server in Lua, as a host: it speaks 2025-06-18, answers each POST with a
// short event stream where that is accepted, knows `shell` but no output schemas and no jobs, and
// forgets its sessions when it is restarted. This stands in for it; what it sends was written down
// from the original's library, run with Lua 5.4.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { serveRaw, startHub } from "./testing/hub_bench.ts";

const TOKEN = "godparticle";

function luaOriginal() {
  const sessions = new Set<string>();
  const seen: string[] = [];
  let number = 0;
  const backend = serveRaw(async (request) => {
    if (request.headers.get("authorization") !== `Bearer ${TOKEN}`) {
      return new Response('{"error":"unauthorized"}', { status: 401 });
    }
    if (request.method === "GET") {
      return new Response(new ReadableStream(), {
        headers: { "content-type": "text/event-stream" },
      });
    }
    if (request.method === "DELETE") return new Response(null, { status: 204 });
    const { id, method, params } = await request.json();
    seen.push(method);
    let session = request.headers.get("mcp-session-id");
    if (session !== null && !sessions.has(session)) {
      return Response.json({ error: "session not found" }, { status: 404 });
    }
    // Every POST without a session gets one.
    if (session === null) sessions.add(session = `1795268406-${++number}`);
    const headers = { "content-type": "text/event-stream", "mcp-session-id": session };
    if (id === undefined) return new Response(null, { status: 202, headers });
    const answer = { jsonrpc: "2.0", ...reply(method, params), id };
    return new Response(`event: message\ndata: ${JSON.stringify(answer)}\n\n`, { headers });
  });
  return { backend, seen, restart: () => sessions.clear() };
}

// deno-lint-ignore no-explicit-any -- whatever a client sends
function reply(method: string, params: any): object {
  switch (method) {
    case "initialize":
      return {
        result: {
          protocolVersion: "2025-06-18",
          capabilities: { tools: { listChanged: true } },
          serverInfo: { name: "pi5-tools", version: "1.1.0" },
        },
      };
    case "ping":
      return { result: {} };
    case "tools/call": {
      const { name, arguments: { command } } = params;
      if (name !== "shell") return { error: { code: -32602, message: `Tool not found: ${name}` } };
      return { result: { content: [{ type: "text", text: `ran ${command}\n` }], isError: false } };
    }
    default:
      return { error: { code: -32601, message: `Method not found: ${method}` } };
  }
}

Deno.test("createHub() takes the Lua original for a host, also after it was restarted", async () => {
  const lua = luaOriginal();
  await using backend = lua.backend;
  await using bench = await startHub(
    `lua ${backend.url} token=${TOKEN}\nwrong ${backend.url} token=no`,
  );
  const listed = await bench.call("remote_list_hosts", { force: true });
  const [first, second] = listed.structuredContent.hosts;
  assertEquals([first.state, first.problem], ["up", undefined]);
  assertEquals(second.problem, "it refuses the hub's token (HTTP 401)");
  const run = () => bench.call("remote_shell", { host: "lua", command: "uname" });
  const { content, structuredContent } = await run();
  assertEquals(content, [{ type: "text", text: "ran uname\n" }]);
  const [{ elapsed_ms: _, ...item }] = structuredContent.results;
  assertEquals(item, { host: "lua", via: "mcp", ok: true, text: "ran uname\n" });
  const missing = await bench.call("remote_job_list", { host: "lua" });
  assertStringIncludes(missing.content[0].text, "Tool not found: job_list");
  lua.restart();
  assertEquals((await run()).content[0].text, "ran uname\n");
  // The era is found once, not at each call.
  assertEquals(lua.seen.filter((method) => method === "server/discover").length, 1);
  assertEquals(bench.errors, []);
});
