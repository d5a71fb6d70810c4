// deno-lint-ignore-file no-console -- it says what came
// A client: connects to any MCP server, says what it offers, and calls a tool of it. The server is at a
// URL, or the words of a command that is started.
//
//   deno run -A examples/client.ts http://127.0.0.1:8080/mcp greet '{"name":"Ada"}'
//   deno run -A examples/client.ts 'deno run -A examples/asks.ts' poem

import { command, connect } from "@lmcp/lmcp/client";
import { openRuntime } from "@lmcp/lmcp/runtime";

const [server = "http://127.0.0.1:8080/mcp", tool, args = "{}"] = Deno.args;

const target = /^https?:/.test(server) ? server : command(await openRuntime(), server.split(" "));
await using client = await connect(target, {
  onElicit: ({ message }) => {
    const name = prompt(message);
    return name === null ? { action: "cancel" } : { action: "accept", content: { name } };
  },
  onSample: () => ({
    role: "assistant",
    content: { type: "text", text: "Roses are red" },
    model: "none",
  }),
});

console.log(`${client.server?.name} speaks ${client.revision}`);
for await (const { name, description } of client.listTools()) {
  console.log(`- ${name}: ${description}`);
}

if (tool !== undefined) {
  const { content, isError } = await client.callTool(tool, JSON.parse(args), {
    timeoutMs: 30_000,
    onProgress: ({ progress, total }) => console.log(`… ${progress} of ${total ?? "?"}`),
  });
  console.log(isError === true ? "failed:" : "answered:", JSON.stringify(content));
}
