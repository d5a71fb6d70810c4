// deno-lint-ignore-file no-import-prefix -- what deno.json names, `deno task` downloads for everybody
// A server by the official SDK 1.x with what the tests of the client ask for, over standard streams or,
// with `--http`, on a port that is said on standard error. Run as a program by `outside_servers.ts`.

import { McpServer } from "npm:@modelcontextprotocol/sdk@1.32.2/server/mcp.js";
import { StdioServerTransport } from "npm:@modelcontextprotocol/sdk@1.32.2/server/stdio.js";
import { WebStandardStreamableHTTPServerTransport } from "npm:@modelcontextprotocol/sdk@1.32.2/server/webStandardStreamableHttp.js";

function makeServer(): McpServer {
  const server = new McpServer({ name: "sdk1", version: "1.0.0" });
  server.registerTool("test_simple_text", { description: "Says something" }, () => ({
    content: [{ type: "text", text: "This is a simple text response for testing." }],
  }));
  server.registerTool(
    "test_tool_with_progress",
    { description: "Tells of progress" },
    // deno-lint-ignore no-explicit-any -- of its many forms, the SDK's own types choose none
    async (extra: any) => {
      const progressToken = extra._meta?.progressToken;
      for (const progress of [1, 2, 3]) {
        if (progressToken === undefined) break;
        await extra.sendNotification({
          method: "notifications/progress",
          params: { progressToken, progress, total: 3 },
        });
      }
      return { content: [{ type: "text", text: "done" }] };
    },
  );
  server.registerTool("test_elicitation", { description: "Asks" }, async () => {
    // Without the request that it belongs to: over HTTP it goes by the stream of the session.
    const { action } = await server.server.elicitInput({
      message: "What is your name?",
      requestedSchema: { type: "object", properties: { name: { type: "string", default: "Ada" } } },
    });
    return { content: [{ type: "text", text: action }] };
  });
  return server;
}

async function serveHttp(): Promise<void> {
  const transports = new Map<string, WebStandardStreamableHTTPServerTransport>();
  const http = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const id = request.headers.get("mcp-session-id");
    const known = transports.get(id ?? "");
    if (known !== undefined) return await known.handleRequest(request);
    if (id !== null) return new Response(null, { status: 404 });
    const transport: WebStandardStreamableHTTPServerTransport =
      new WebStandardStreamableHTTPServerTransport({
        sessionIdGenerator: () => crypto.randomUUID(),
        onsessioninitialized: (id: string) => void transports.set(id, transport),
      });
    await makeServer().connect(transport);
    return await transport.handleRequest(request);
  });
  const line = `outside: listening on port ${http.addr.port}\n`;
  await Deno.stderr.write(new TextEncoder().encode(line));
}

if (import.meta.main) {
  if (Deno.args[0] === "--http") await serveHttp();
  else await makeServer().connect(new StdioServerTransport());
}
