// The same server with the official SDK, as its documentation says to write one. Started by the
// benchmark on each runtime, from a folder that has the SDK's packages.
//
//   sdk.mjs http     prints its port as a line
//   sdk.mjs stdio

import process from "node:process";
import {
  createMcpHandler,
  fromJsonSchema,
  isLegacyRequest,
  McpServer,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";

const TOKEN = process.env.BENCH_TOKEN;
const LARGE = "x".repeat(Number(process.env.BENCH_LARGE_BYTES));
const NUMBERS = fromJsonSchema({
  type: "object",
  properties: { a: { type: "number" }, b: { type: "number" } },
  required: ["a", "b"],
  additionalProperties: false,
});
const TEXT = fromJsonSchema({
  type: "object",
  properties: { text: { type: "string" } },
  required: ["text"],
});

const said = (text) => ({ content: [{ type: "text", text }] });

function makeServer() {
  const server = new McpServer({ name: "bench", version: "1.0.0" });
  const add = ({ a, b }) => said(String(a + b));
  server.registerTool("add", { description: "Adds two numbers.", inputSchema: NUMBERS }, add);
  server.registerTool("wait", {
    description: "Adds two numbers, a turn later.",
    inputSchema: NUMBERS,
  }, async (input) => await Promise.resolve(add(input)));
  server.registerTool("length", {
    description: "Says how long a text is.",
    inputSchema: TEXT,
  }, ({ text }) => said(String(text.length)));
  server.registerTool("large", { description: "Gives a mebibyte." }, () => said(LARGE));
  server.registerTool("report", { description: "Reports progress once." }, async (ctx) => {
    const progressToken = ctx.mcpReq._meta?.progressToken;
    if (progressToken !== undefined) {
      const params = { progressToken, progress: 1, total: 2 };
      await ctx.mcpReq.notify({ method: "notifications/progress", params });
    }
    return said("done");
  });
  return server;
}

const modern = createMcpHandler(makeServer, { legacy: "reject" });
const sessions = new Map();

async function handle(request) {
  if (request.headers.get("authorization") !== `Bearer ${TOKEN}`) {
    return new Response(null, { status: 401 });
  }
  const id = request.headers.get("mcp-session-id");
  const known = id === null ? undefined : sessions.get(id);
  if (known !== undefined) return await known.handleRequest(request);
  if (!await isLegacyRequest(request)) return await modern.fetch(request);
  const transport = new WebStandardStreamableHTTPServerTransport({
    sessionIdGenerator: () => crypto.randomUUID(),
    enableJsonResponse: request.headers.get("x-bench-answers") === "json",
    onsessioninitialized: (made) => void sessions.set(made, transport),
    onsessionclosed: (gone) => void sessions.delete(gone),
  });
  await makeServer().connect(transport);
  return await transport.handleRequest(request);
}

async function serveHttp() {
  if ("Deno" in globalThis) {
    return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, handle).addr.port;
  }
  if ("Bun" in globalThis) {
    return Bun.serve({ hostname: "127.0.0.1", port: 0, idleTimeout: 0, fetch: handle }).port;
  }
  const { createServer } = await import("node:http");
  const { toNodeHandler } = await import("@modelcontextprotocol/node");
  const server = createServer(toNodeHandler({ fetch: handle }));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server.address().port;
}

if (process.argv[2] === "stdio") serveStdio(makeServer);
else process.stdout.write(`${await serveHttp()}\n`);
