// What a runtime can do at the most: its bare server that parses the body and answers a constant.
// Started by the benchmark on each runtime. Never checks anything.
//
//   raw.ts http [node]    prints its port as a line; GET gives a stream that stays open; `node` has
//                         node:http serve on any runtime
//   raw.ts stdio          answers each line

import process from "node:process";
import { HELD_STREAM, LARGE_BYTES, PROGRESS } from "./samples.ts";

interface Bun {
  serve(options: object): { readonly port: number };
  readonly stdout: unknown;
}
const { Bun } = globalThis as { Bun?: Bun };

const ANSWER = answer("3");
const LARGE = answer("x".repeat(LARGE_BYTES));
const JSON_INIT = { headers: { "content-type": "application/json" } };
const STREAM_INIT = { headers: { "content-type": "text/event-stream" } };
const encoder = new TextEncoder();

function answer(text: string): string {
  return JSON.stringify({ jsonrpc: "2.0", id: 1, result: { content: [{ type: "text", text }] } });
}

async function handle(request: Request): Promise<Response> {
  if (request.method === "GET") return new Response(heldStream(), STREAM_INIT);
  const { params } = JSON.parse(await request.text());
  if (params.name === "report") return new Response(twoEvents(), STREAM_INIT);
  return new Response(params.name === "large" ? LARGE : ANSWER, JSON_INIT);
}

function heldStream(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => controller.enqueue(encoder.encode(HELD_STREAM)),
  });
}

function twoEvents(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(encoder.encode(`event: message\ndata: ${PROGRESS}\n\n`));
      controller.enqueue(encoder.encode(`event: message\ndata: ${ANSWER}\n\n`));
      controller.close();
    },
  });
}

async function serveNode(): Promise<number> {
  const { createServer } = await import("node:http");
  const server = createServer((request, response) => {
    if (request.method === "GET") {
      response.writeHead(200, STREAM_INIT.headers).write(HELD_STREAM);
      return;
    }
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk) => body += chunk);
    request.on("end", () => {
      const { params } = JSON.parse(body);
      if (params.name !== "report") {
        response.writeHead(200, JSON_INIT.headers).end(params.name === "large" ? LARGE : ANSWER);
        return;
      }
      response.writeHead(200, STREAM_INIT.headers);
      response.write(`event: message\ndata: ${PROGRESS}\n\n`);
      response.end(`event: message\ndata: ${ANSWER}\n\n`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as { port: number }).port;
}

async function serveHttp(): Promise<number> {
  if ("Deno" in globalThis) {
    return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, handle).addr.port;
  }
  if (Bun !== undefined) {
    return Bun.serve({ hostname: "127.0.0.1", port: 0, idleTimeout: 0, fetch: handle }).port;
  }
  return await serveNode();
}

async function serveStdio(): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  const { stdin, write } = openStdio();
  for await (const chunk of stdin) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    let text = "";
    for (const line of lines) {
      JSON.parse(line);
      text += ANSWER + "\n";
    }
    if (text !== "") await write(text);
  }
}

function openStdio(): {
  readonly stdin: AsyncIterable<Uint8Array>;
  write(text: string): Promise<unknown>;
} {
  if (!("Deno" in globalThis)) {
    return {
      stdin: process.stdin,
      write: (text) => new Promise((resolve) => process.stdout.write(text, resolve)),
    };
  }
  const writer = Deno.stdout.writable.getWriter();
  return { stdin: Deno.stdin.readable, write: (text) => writer.write(encoder.encode(text)) };
}

/** Runs the program. */
export async function main(): Promise<void> {
  const [mode] = process.argv.slice(2);
  if (mode === "stdio") return await serveStdio();
  process.stdout.write(`${await serveHttp()}\n`);
}

if (import.meta.main) await main();
