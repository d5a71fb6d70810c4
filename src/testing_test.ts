import { assertEquals, assertRejects } from "@std/assert";
import { ClientError } from "./client/mod.ts";
import { createServer } from "./server/server.ts";
import { testClient } from "./testing.ts";
import { bearerTokens } from "./transports/tokens.ts";

Deno.test("testClient() connects to a server as it is served, in any revision", async () => {
  const server = createServer({ name: "greeter", version: "1.0.0" });
  server.tool({ name: "who", run: (_input, ctx) => ctx.auth?.name ?? "nobody" });
  const auth = bearerTokens([{ name: "ada", token: "secret" }]);
  for (const revision of ["2026-07-28", "2025-11-25"]) {
    const handler = { auth, path: "/deep/mcp" };
    await using client = await testClient(server, { revision, handler, token: "secret" });
    assertEquals((await client.callTool("who")).content, [{ type: "text", text: "ada" }]);
  }
  const error = await assertRejects(() => testClient(server, { handler: { auth } }), ClientError);
  assertEquals(error.code, "unauthorized");
});
