// A server behind Hono on Node: lmcp's handler takes the requests of one route, Hono has the others.
//
//   npm install @lmcp/lmcp hono @hono/node-server
//   node examples/hono_node.mjs [PORT]

import { serve } from "@hono/node-server";
import { createHandler, createServer } from "@lmcp/lmcp";
import { Hono } from "hono";

const server = createServer({ name: "behind-hono", version: "1.0.0" });
server.tool({
  name: "add",
  description: "Adds two numbers.",
  input: {
    type: "object",
    properties: { a: { type: "number" }, b: { type: "number" } },
    required: ["a", "b"],
  },
  run: ({ a, b }) => a + b,
});

const handler = createHandler(server);
const app = new Hono();
app.get("/", (c) => c.text("The MCP endpoint is /mcp"));
app.all("/mcp", (c) => handler(c.req.raw));

serve({
  fetch: app.fetch,
  hostname: "127.0.0.1",
  port: Number(process.argv[2] ?? 8080),
}, ({ port }) => console.error(`listening on http://127.0.0.1:${port}/mcp`));
