import { assertEquals, assertInstanceOf, assertMatch } from "@std/assert";
import { ClientError } from "./client_error.ts";
import { connect } from "./connect.ts";

Deno.test("callTool() holds what a tool returns to its output schema, where that is wanted", async () => {
  let returned: object = {};
  const outputSchema = {
    type: "object",
    properties: { n: { type: "integer" } },
    required: ["n"],
  };
  const target = async (request: Request) => {
    const { id, method } = await request.json();
    const result = method === "server/discover"
      ? { supportedVersions: ["2026-07-28"], capabilities: {} }
      : method === "tools/list"
      ? { tools: [{ name: "count", inputSchema: {}, outputSchema }] }
      : { content: [], ...returned };
    return Response.json({ jsonrpc: "2.0", id, result });
  };
  const trusting = await connect(target);
  await trusting.listTools().all();
  assertEquals((await trusting.callTool("count")).content, []);
  await trusting.close();

  await using client = await connect(target, { checkOutput: true });
  assertEquals((await client.callTool("count")).content, []); // It was not listed yet.
  await client.listTools().all();
  for (const [bad, why] of [[{}, /no structuredContent/], [{ n: "1" }, /n/]] as const) {
    returned = Object.keys(bad).length === 0 ? {} : { structuredContent: bad };
    const error = await client.callTool("count").catch((error) => error);
    assertInstanceOf(error, ClientError);
    assertEquals(error.code, "protocol");
    assertMatch(error.message, /^Tool "count" must return what its output schema says: /);
    assertMatch(error.message, why);
  }
  returned = { structuredContent: { n: 1 } };
  assertEquals((await client.callTool("count")).structuredContent, { n: 1 });
  returned = { isError: true };
  assertEquals((await client.callTool("count")).isError, true);
});
