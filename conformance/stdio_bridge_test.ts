// The bridge, with real processes behind it: it relays lines as they are, and nothing more.

import { assertEquals, assertStringIncludes } from "@std/assert";
import type { StdioFixture } from "./fixture_process.ts";
import { startStdioBridge } from "./stdio_bridge.ts";

Deno.test("startStdioBridge() serves a session by a process of its own, until DELETE", async () => {
  const bridge = startStdioBridge();
  const opened = await post(bridge.url, {
    jsonrpc: "2.0",
    id: 0,
    method: "initialize",
    params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test" } },
  });
  assertStringIncludes(await opened.text(), `"protocolVersion":"2025-11-25"`);
  const session = { "mcp-session-id": opened.headers.get("mcp-session-id") ?? "" };

  const told = { jsonrpc: "2.0", method: "notifications/initialized" };
  assertEquals((await post(bridge.url, told, session)).status, 202);
  const called = await post(bridge.url, {
    jsonrpc: "2.0",
    id: "a",
    method: "tools/call",
    params: { name: "test_tool_with_progress", _meta: { progressToken: "t" } },
  }, session);
  const events = (await called.text()).split("\n\n").filter((event) => event !== "")
    .map((event) => JSON.parse(event.replace(/^data: /, "")));
  assertEquals(events.map(({ id, method }) => id ?? method), [
    ...Array(3).fill("notifications/progress"),
    "a",
  ]);

  assertEquals((await fetch(bridge.url, { method: "DELETE", headers: session })).status, 204);
  const late = await post(bridge.url, { jsonrpc: "2.0", id: 1, method: "ping" }, session);
  assertEquals(late.status, 404);
  assertEquals(await bridge.stop(), "");
});

Deno.test("startStdioBridge() mends nothing on the way", async () => {
  const sent: string[] = [];
  const bridge = startStdioBridge(() => parrot(sent));
  const wrong = `{"id":7,"method":"x" , "params":[1]}`;
  const response = await fetch(bridge.url, { method: "POST", body: wrong });
  assertEquals(response.status, 200);
  assertEquals(
    await response.text(),
    `data: {"note":1,"method":"n"}\n\ndata: {"id":7,"oops":1}\n\n`,
  );
  assertEquals(sent, [wrong]);
  assertEquals(await bridge.stop(), "squawk\n");
});

Deno.test("startStdioBridge() ends what waits, without an answer, when the server ends", async () => {
  const { readable, writable } = new TransformStream<string, string>();
  const bridge = startStdioBridge(() => ({
    send: () => writable.close(),
    lines: readable,
    stop: () => Promise.resolve(""),
  }));
  const response = await post(bridge.url, { jsonrpc: "2.0", id: 1, method: "ping" });
  assertEquals(await response.text(), "");
  await bridge.stop();
});

/** A server that answers anything with a note and a response, neither of them right. */
function parrot(sent: string[]): StdioFixture {
  const { readable, writable } = new TransformStream<string, string>();
  const writer = writable.getWriter();
  return {
    send(line) {
      sent.push(line);
      writer.write(`{"note":1,"method":"n"}`);
      writer.write(`{"id":7,"oops":1}`);
      return Promise.resolve();
    },
    lines: readable,
    async stop() {
      await writer.close();
      return "squawk\n";
    },
  };
}

function post(url: string, message: unknown, headers: Record<string, string> = {}) {
  return fetch(url, { method: "POST", headers, body: JSON.stringify(message) });
}
