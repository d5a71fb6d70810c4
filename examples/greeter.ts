// deno-lint-ignore-file no-console -- it says where it listens
// The smallest server: one tool, over HTTP on http://127.0.0.1:8080/mcp. Also the start of your own.
//
//   deno run -A examples/greeter.ts [PORT]

import { createHandler, createServer, defineTool, text } from "@lmcp/lmcp";

const server = createServer({
  name: "greeter",
  version: "1.0.0",
  instructions: "Greets people.",
});

server.tool(defineTool({
  name: "greet",
  title: "Greet somebody",
  description: "Says hello to somebody by name.",
  input: {
    type: "object",
    properties: { name: { type: "string", description: "Who to greet" } },
    required: ["name"],
  },
  run: ({ name }) => text(`Hello, ${name}!`),
}));

const handler = createHandler(server);
const http = Deno.serve({
  hostname: "127.0.0.1",
  port: Number(Deno.args[0] ?? 8080),
  onListen: ({ port }) => console.error(`listening on http://127.0.0.1:${port}/mcp`),
}, handler);

Deno.addSignalListener("SIGTERM", async () => {
  await handler.close();
  await http.shutdown();
  Deno.exit(0);
});
