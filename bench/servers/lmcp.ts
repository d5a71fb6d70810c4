// lmcp as a user of the library serves it, all checks on: what the benchmark measures.
// Started by the benchmark on each runtime.
//
//   lmcp.ts http [TOOLS]    prints its port as a line; TOOLS more tools are registered
//   lmcp.ts stdio

import process from "node:process";
import { bearerTokens, createHandler, createServer, type Server } from "../../mod.ts";
import { openRuntime } from "../../src/runtime/open_runtime.ts";
import { serveStdio } from "../../src/transports/stdio.ts";
import { LARGE_BYTES, TOKEN } from "./samples.ts";

const LARGE = "x".repeat(LARGE_BYTES);

function makeServer(more: number): Server {
  const server = createServer({ name: "bench", version: "1.0.0" });
  server.tool({
    name: "add",
    description: "Adds two numbers.",
    input: {
      type: "object",
      properties: { a: { type: "number" }, b: { type: "number" } },
      required: ["a", "b"],
      additionalProperties: false,
    },
    run: ({ a, b }) => String(a + b),
  });
  server.tool({
    name: "wait",
    description: "Adds two numbers, a turn later.",
    input: {
      type: "object",
      properties: { a: { type: "number" }, b: { type: "number" } },
      required: ["a", "b"],
    },
    run: async ({ a, b }) => await Promise.resolve(String(a + b)),
  });
  server.tool({
    name: "length",
    description: "Says how long a text is.",
    input: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
    run: ({ text }) => String(text.length),
  });
  server.tool({ name: "large", description: "Gives a mebibyte.", run: () => LARGE });
  server.tool({
    name: "report",
    description: "Reports progress once.",
    run: (_input, ctx) => {
      ctx.progress(1, 2);
      return "done";
    },
  });
  for (let number = 0; number < more; number++) {
    server.tool({ name: `tool_${number}`, description: "One of many.", run: () => "done" });
  }
  return server;
}

/** Runs the program. */
export async function main(): Promise<void> {
  const [mode, more = "0"] = process.argv.slice(2);
  const runtime = await openRuntime();
  const server = makeServer(Number(more));
  if (mode === "stdio") {
    const { stdin, stdout } = runtime.stdio();
    return await serveStdio(server, { readable: stdin, writable: stdout });
  }
  const handler = createHandler(server, {
    auth: bearerTokens([{ name: "bench", token: TOKEN }]),
    limits: { sessionOpenMs: 3_600_000 },
  });
  const { url } = await runtime.serve(handler, {
    hostname: "127.0.0.1",
    port: 0,
    onError: (error) => runtime.stderr(String(error)),
  });
  runtime.print(`${new URL(url).port}\n`);
}

if (import.meta.main) await main();
