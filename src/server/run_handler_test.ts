import { assert, assertEquals } from "@std/assert";
import type { JsonObject } from "../jsonrpc/message.ts";
import { createHandler } from "../transports/http.ts";
import type { Tool } from "./define.ts";
import { createServer } from "./server.ts";

/** Calls a tool through a handler without a session. */
async function call(tool: Tool, meta?: JsonObject): Promise<{ result: JsonObject; text: string }> {
  const handler = createHandler(createServer({ name: "t", version: "1" }).tool(tool));
  const response = await handler(
    new Request("http://localhost/mcp", {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
      },
      body: JSON.stringify({
        jsonrpc: "2.0",
        id: 1,
        method: "tools/call",
        params: { name: tool.name, _meta: meta },
      }),
    }),
  );
  const text = await response.text();
  await handler.close();
  const last = text.split("\n").filter((line) => line.includes('"result"')).at(-1) ?? "{}";
  return { result: JSON.parse(last.replace(/^data: /, "")).result, text };
}

Deno.test("runHandler() gives the whole context to a tool that has a time limit", async () => {
  const { result, text } = await call({
    name: "all",
    timeoutMs: 60_000,
    run(_input, ctx) {
      ctx.progress(1);
      return [ctx.id, ctx.auth ?? null, ctx.session ?? null, ctx.client, ctx.signal.aborted];
    },
  }, { progressToken: "p" });
  assertEquals(result.structuredContent, undefined); // The revision without it: the text says it.
  assertEquals(result.content, [{
    type: "text",
    text: '[1,null,null,{"capabilities":{}},false]',
  }]);
  assert(text.includes("notifications/progress"), text);
});

Deno.test("runHandler() aborts the signal of a tool whose time is over", async () => {
  const { result } = await call({
    name: "slow",
    timeoutMs: 10,
    run: (_input, ctx) =>
      new Promise((resolve) =>
        ctx.signal.addEventListener("abort", () => resolve(String(ctx.signal.reason.message)))
      ),
  });
  assertEquals(result, {
    content: [{ type: "text", text: "The time allowed for the request is over" }],
  });
});
