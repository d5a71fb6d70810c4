// Sessions over HTTP that break: forgotten by the server, cut off in the middle of an answer, left
// while somebody waits. The servers are ours where they can be, and scripted where they must misbehave.

import { assert, assertEquals, assertInstanceOf, assertMatch } from "@std/assert";
import { quietServer, serveHttp } from "../../tests/support/http_server.ts";
import { ClientError } from "./client_error.ts";
import { connect } from "./connect.ts";
import type { ServerChange } from "./options.ts";

// deno-lint-ignore no-explicit-any -- what came is looked into
type Message = any;

const SESSION = { era: "session" } as const;

Deno.test("a session that the server forgot is begun anew, once for all that need it", async () => {
  let known = new Set<string>();
  const opened: string[] = [];
  let calls = 0;
  await using server = serve(async (request) => {
    if (request.method !== "POST") return new Response(null, { status: 405 });
    const { id, method } = await request.json();
    if (method === "initialize") {
      opened.push(`s${opened.length + 1}`);
      known = new Set([opened.at(-1)!]);
      return Response.json(initialized(id), { headers: { "mcp-session-id": opened.at(-1)! } });
    }
    const session = request.headers.get("mcp-session-id") ?? "";
    if (!known.has(session)) return Response.json(refusal, { status: 404 });
    if (method === "tools/call") calls++;
    return id === undefined
      ? new Response(null, { status: 202 })
      : Response.json({ jsonrpc: "2.0", id, result: { content: [] } });
  });
  await using client = await connect(server.url, SESSION);
  await client.callTool("x");
  known.clear();
  await Promise.all([1, 2, 3, 4].map(() => client.callTool("x")));
  assertEquals([opened, calls], [["s1", "s2"], 5]);
});

Deno.test("a session that cannot be begun anew fails the call, which was not carried out", async () => {
  let gone = false;
  await using server = serve(async (request) => {
    if (request.method !== "POST") return new Response(null, { status: 405 });
    const { id, method } = await request.json();
    if (gone) return Response.json(refusal, { status: 404 });
    if (method !== "initialize") return new Response(null, { status: 202 });
    return Response.json(initialized(id), { headers: { "mcp-session-id": "s" } });
  });
  await using client = await connect(server.url, SESSION);
  gone = true;
  const error = await failed(client.callTool("x")) as ClientError;
  assertEquals([error.code, error.sent], ["closed", false]);
  assertMatch(
    error.message,
    /forgot the session, and a new one cannot be begun: Session not found$/,
  );
});

Deno.test("an answer whose stream was cut is taken up again where it stood", async () => {
  const lastIds: (string | null)[] = [];
  const { target } = streaming((request, id) => {
    const lastId = request.headers.get("last-event-id");
    if (request.method === "POST") return "id: 1\nretry: 10\ndata:\n\n";
    lastIds.push(lastId);
    return lastIds.length === 1
      ? `id: 2\ndata: ${JSON.stringify(progress)}\n\n`
      : `data: ${JSON.stringify({ jsonrpc: "2.0", id, result: { content: [] } })}\n\n`;
  });
  await using client = await connect(target, SESSION);
  const told: unknown[] = [];
  const result = await client.callTool("x", {}, { onProgress: (one) => told.push(one) });
  assertEquals([result.content, lastIds, told], [[], ["1", "2"], [{ progress: 5 }]]);
});

Deno.test("an answer whose stream cannot be taken up again may be of a call that was carried out", async () => {
  const answers: { readonly [what: string]: (request: Request) => string | Response } = {
    "no id": () => ": nothing to come back with\n\n",
    "gone": (request) =>
      request.method === "POST"
        ? "id: 1\nretry: 10\ndata:\n\n"
        : Response.json(refusal, { status: 404 }),
    "never": () => "id: 1\nretry: 10\ndata:\n\n",
  };
  for (const [what, answer] of Object.entries(answers)) {
    const { target, opened } = streaming(answer);
    await using client = await connect(target, SESSION);
    const error = await failed(client.callTool("x"));
    assertInstanceOf(error, ClientError);
    assertEquals([what, error.code, error.sent], [what, "closed", true]);
    assertMatch(error.message, /may have been carried out/);
    assertEquals(opened(), 1); // It is not sent again in a new session.
  }
});

Deno.test("a call of a session that is given up is cancelled by a message, and the session ended", async () => {
  const said: Message[] = [];
  const { promise: came, resolve: onCame } = Promise.withResolvers<void>();
  await using server = serve(async (request) => {
    if (request.method !== "POST") {
      said.push(request.method);
      return new Response(null, { status: request.method === "GET" ? 405 : 200 });
    }
    const { id, method, params } = await request.json();
    if (method === "initialize") {
      return Response.json(initialized(id), { headers: { "mcp-session-id": "s" } });
    }
    if (id === undefined) {
      said.push([method, params?.requestId]);
      return new Response(null, { status: 202 });
    }
    onCame();
    return new Response(new ReadableStream({}), { headers: SSE });
  });
  const client = await connect(server.url, SESSION);
  const abort = new AbortController();
  const call = failed(client.callTool("x", {}, { signal: abort.signal }));
  await came;
  abort.abort();
  assertEquals((await call as ClientError).code, "cancelled");
  await client.close();
  assertEquals(said, [
    ["notifications/initialized", undefined],
    ["notifications/cancelled", 2],
    "DELETE",
  ]);
});

Deno.test("a question of a session stops the clock of its call", async () => {
  const { server } = quietServer();
  server.tool({
    name: "ask",
    run: async (_input, ctx) =>
      (await ctx.elicit({ message: "?", schema: { type: "object" } })).action,
  });
  await using http = serveHttp(server);
  await using client = await connect(http.url, {
    ...SESSION,
    onElicit: async () => {
      await new Promise((resolve) => setTimeout(resolve, 700));
      return { action: "decline" };
    },
  });
  const { content } = await client.callTool("ask", {}, { timeoutMs: 500 });
  assertEquals(content, [{ type: "text", text: "decline" }]);
});

Deno.test("questions of a session go to the call that they belong to", async () => {
  const { server } = quietServer();
  server.tool({
    name: "ask",
    run: async (_input, ctx) =>
      String((await ctx.elicit({ message: "?", schema: { type: "object" } })).content?.who),
  });
  await using http = serveHttp(server);
  await using client = await connect(http.url, { ...SESSION, capabilities: { elicitation: {} } });
  const said = await Promise.all(["ada", "bob", "eve"].map(async (who) => {
    const { content } = await client.callTool("ask", {}, {
      onQuestion: () => ({ action: "accept", content: { who } }),
    });
    return content[0]?.type === "text" ? content[0].text : "";
  }));
  assertEquals(said, ["ada", "bob", "eve"]);
  const unanswered = await client.callTool("ask");
  assertEquals(unanswered.isError, true);
});

Deno.test("the stream of a session comes back after a break, and tells of the gap", async () => {
  const streams: ReadableStreamDefaultController<Uint8Array>[] = [];
  const waiting: (() => void)[] = [];
  await using server = serve(async (request) => {
    if (request.method === "GET") {
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          streams.push(controller);
          waiting.shift()?.();
          controller.enqueue(bytes("retry: 10\n\n"));
        },
      });
      return new Response(body, { headers: SSE });
    }
    if (request.method === "DELETE") return new Response();
    const { id, method } = await request.json();
    return method === "initialize"
      ? Response.json(initialized(id, { tools: { listChanged: true } }), {
        headers: { "mcp-session-id": "s" },
      })
      : new Response(null, { status: 202 });
  });
  await using client = await connect(server.url, SESSION);
  const changes: ServerChange[] = [];
  const heard: (() => void)[] = [];
  const next = () => new Promise<void>((resolve) => heard.push(resolve));
  const subscription = await client.listen({ tools: true, prompts: true }, (change) => {
    changes.push(change);
    heard.shift()?.();
  });
  assertEquals(subscription.agreed, { tools: true });
  const first = next();
  streams[0]!.enqueue(bytes(`data: ${JSON.stringify(listChanged)}\n\n`));
  await first;
  const gap = next();
  streams[0]!.close();
  await gap;
  const second = next();
  streams[1]!.enqueue(bytes(`data: ${JSON.stringify(listChanged)}\n\n`));
  await second;
  assertEquals(changes, [{ kind: "tools" }, { kind: "gap" }, { kind: "tools" }]);
  await subscription.close();
  await subscription.ended;
  streams[1]!.enqueue(bytes(`data: ${JSON.stringify(listChanged)}\n\n`));
  assertEquals(changes.length, 3);
  assert(streams.length === 2);
});

const SSE = { "content-type": "text/event-stream" };
const refusal = { jsonrpc: "2.0", id: null, error: { code: -32001, message: "Session not found" } };
const listChanged = { jsonrpc: "2.0", method: "notifications/tools/list_changed" };
const progress = {
  jsonrpc: "2.0",
  method: "notifications/progress",
  params: { progressToken: 2, progress: 5 },
};

function initialized(id: unknown, capabilities: object = {}) {
  const serverInfo = { name: "s", version: "1" };
  return {
    jsonrpc: "2.0",
    id,
    result: { protocolVersion: "2025-11-25", capabilities, serverInfo },
  };
}

/** A server with a session whose calls are answered by streams of this text, by POST and by GET. */
function streaming(answer: (request: Request, id: unknown) => string | Response) {
  let opened = 0;
  let lastId: unknown;
  const target = async (request: Request): Promise<Response> => {
    if (request.method === "DELETE") return new Response();
    const { id, method } = request.method === "POST"
      ? await request.json()
      : { id: lastId, method: "" };
    if (method === "initialize") {
      opened++;
      return Response.json(initialized(id), { headers: { "mcp-session-id": "s" } });
    }
    if (id === undefined) return new Response(null, { status: 202 });
    lastId = id;
    const said = answer(request, id);
    return said instanceof Response ? said : new Response(said, { headers: SSE });
  };
  return { target, opened: () => opened };
}

function serve(handler: (request: Request) => Promise<Response>) {
  const http = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, handler);
  return {
    url: `http://127.0.0.1:${http.addr.port}/mcp`,
    [Symbol.asyncDispose]: () => http.shutdown(),
  };
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

async function failed(work: Promise<unknown>): Promise<Error> {
  const error = await work.then(() => "nothing failed", (error) => error);
  assertInstanceOf(error, Error, String(error));
  return error;
}
