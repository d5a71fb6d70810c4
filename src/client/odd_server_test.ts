// Servers that keep a client waiting, or whose answers are not what their methods give: what a user of
// the client gets is an error in time, and never a value that its type does not allow.

import { assert, assertEquals, assertInstanceOf, assertMatch } from "@std/assert";
import type { Client } from "./client.ts";
import { ClientError } from "./client_error.ts";
import { connect } from "./connect.ts";

// deno-lint-ignore no-explicit-any -- what came is looked into
type Message = any;
type Answer = (message: Message, request: Request) => Response | Promise<Response>;

/** Far beyond what anything here takes. */
const LONG_MS = 20_000;

Deno.test("connect() ends in time when nothing answers that the session is open", async () => {
  await using server = serve((message) =>
    message.method === "initialize" ? greeted(message) : hang()
  );
  const options = { era: "session", connectTimeoutMs: 200 } as const;
  const error = await failed(soon(connect(server.url, options)));
  assertEquals(error.code, "timeout");
  assertMatch(error.message, /^Connecting to http.* got no answer within 200 ms/);
});

Deno.test("a notification that nothing answers ends in time, and close() does not wait for it", async () => {
  const reported: unknown[] = [];
  await using server = session((message) =>
    message === undefined ? new Response(null, { status: 405 }) : hang()
  );
  const client = await connect(server.url, {
    era: "session",
    timeoutMs: 100,
    onError: (error) => reported.push(error),
  });
  assertEquals((await failed(soon(client.notify("notifications/x")))).code, "timeout");
  // Its cancellation hangs as well.
  assertEquals((await failed(soon(client.callTool("x")))).code, "timeout");
  await soon(client.close());
  assertEquals(reported, []);
});

Deno.test("a request ends in time when its body, its handler or its token never comes", async () => {
  const endless = () =>
    new Response(new ReadableStream({ start: (body) => body.enqueue(new Uint8Array([123])) }), {
      headers: { "content-type": "application/json" },
    });
  let tokens = 0;
  const handler = async (request: Request) => {
    const message = await request.json();
    return message.method === "server/discover" ? discovered(message) : endless();
  };
  const slow = {
    url: "http://localhost/mcp",
    fetch: (url: string, init: RequestInit) => handler(new Request(url, init)),
    token: () => ++tokens === 1 ? "t" : new Promise<string>(() => {}),
  };
  for (const target of [handler, slow]) {
    await using client = await connect(target);
    const error = await failed(soon(client.callTool("x", {}, { timeoutMs: 50 })));
    assertEquals(error.code, "timeout");
  }
});

Deno.test("what is not the answer of a method is an error of the server, not a value", async () => {
  const asks: { readonly [what: string]: (client: Client) => Promise<unknown> } = {
    call: (client) => client.callTool("x"),
    read: (client) => client.readResource("x:y"),
    prompt: (client) => client.getPrompt("x"),
    tools: (client) => client.listTools().all(),
    resources: (client) => client.listResources().all(),
    templates: (client) => client.listResourceTemplates().all(),
    prompts: (client) => client.listPrompts().all(),
  };
  const member: { readonly [what: string]: string } = {
    call: "content",
    read: "contents",
    prompt: "messages",
    templates: "resourceTemplates",
  };
  let result: unknown;
  await using server = modern((message) => answer(message, result));
  await using client = await connect(server.url);
  for (const [what, ask] of Object.entries(asks)) {
    const name = member[what] ?? what;
    for (result of [["x"], "x", 5, { [name]: "x" }, { [name]: null }, { [name]: { 0: {} } }]) {
      const error = await failed(ask(client));
      assertEquals([what, result, error.code], [what, result, "protocol"]);
      assertMatch(error.message, /must (answer with an object|have a list as "\w+"): got /);
    }
  }
  result = { content: [null] };
  assertMatch((await failed(client.callTool("x"))).message, /objects in "content": got null$/);
  result = {};
  assertEquals(await client.callTool("x"), { content: [] });
  assertMatch((await failed(client.listTools().all())).message, /a list as "tools": got nothing$/);
});

Deno.test("an entry of a list without its name is left out and reported", async () => {
  const reported: string[] = [];
  const good = { name: "good", inputSchema: { type: "object" } };
  await using server = modern((message) =>
    answer(message, { tools: [null, good, { name: 5 }, [1], "x"] })
  );
  await using client = await connect(server.url, {
    onError: (error) => reported.push((error as Error).message),
  });
  assertEquals(await client.listTools().all(), [good]);
  assertEquals(reported.length, 4);
  assertMatch(reported[1]!, /^The answer to tools\/list must have a "name" .*: got 5$/);
});

Deno.test("a malformed answer on a stream that stays open fails its request at once", async () => {
  const reported: unknown[] = [];
  await using server = modern(({ id }) => {
    const events = [{ jsonrpc: "2.0", id: 77, error: 1 }, { jsonrpc: "2.0", id, error: "no" }];
    const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("");
    const body = new ReadableStream({
      start: (body) => body.enqueue(new TextEncoder().encode(text)),
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  });
  await using client = await connect(server.url, { onError: (error) => reported.push(error) });
  const error = await failed(soon(client.callTool("x")));
  assertEquals([error.code, reported.length], ["protocol", 1]);
  assertMatch(error.message, /must be a message of JSON-RPC: .*"error" must be an object/);
});

Deno.test("a list that never ends, or goes in circles, ends with an error", async () => {
  let pages = 0;
  let cursorOf = () => `p${pages}`;
  // In this process: so many pages take a while over a socket.
  await using client = await connect(async (request) => {
    const message = await request.json();
    if (message.method === "server/discover") return discovered(message);
    pages++;
    return answer(message, { tools: [], nextCursor: cursorOf() });
  });
  assertMatch((await failed(client.listTools().all())).message, /got more than 10000 pages$/);
  assertEquals(pages, 10_001);
  cursorOf = () => `p${pages % 3}`;
  assertMatch((await failed(client.listTools().all())).message, /a page that was there before$/);
  assert(pages < 10_010);
});

Deno.test("a redirect to another origin does not get the id of a session", async () => {
  const leaked: (string | null)[] = [];
  await using other = serve((message, request) => {
    leaked.push(request.headers.get("mcp-session-id"));
    return answer(message, { content: [] });
  });
  await using server = session((message) =>
    message === undefined ? new Response(null, { status: 405 }) : Response.redirect(other.url, 307)
  );
  await using client = await connect(server.url, { era: "session" });
  const error = await failed(client.callTool("x"));
  assertMatch(
    error.message,
    /is not followed: the token and headers are for http:\S+ only; connect to /,
  );
  assertEquals(leaked, []);
});

/** A server with sessions, that is greeted; the rest is the test's. */
function session(rest: Answer) {
  return serve((message, request) =>
    message?.method === "initialize"
      ? greeted(message)
      : message?.method === "notifications/initialized"
      ? new Response(null, { status: 202 })
      : rest(message, request)
  );
}

/** A server without sessions, that is discovered; the rest is the test's. */
function modern(rest: Answer) {
  return serve((message, request) =>
    message.method === "server/discover" ? discovered(message) : rest(message, request)
  );
}

function serve(own: Answer) {
  const stop = new AbortController();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, signal: stop.signal, onListen() {} },
    async (request) => own(request.method === "POST" ? await request.json() : undefined, request),
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}/mcp`,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await server.finished;
    },
  };
}

function answer({ id }: Message, result: unknown, headers: HeadersInit = {}): Response {
  return Response.json({ jsonrpc: "2.0", id, result }, { headers });
}

function discovered(message: Message): Response {
  const result = { supportedVersions: ["2026-07-28"], capabilities: {}, resultType: "complete" };
  return answer(message, result);
}

function greeted(message: Message): Response {
  const serverInfo = { name: "odd", version: "1" };
  const result = { protocolVersion: "2025-11-25", capabilities: {}, serverInfo };
  return answer(message, result, { "mcp-session-id": "secret" });
}

function hang(): Promise<Response> {
  return new Promise(() => {});
}

/** Fails where a promise would hold the test for ever. */
async function soon<T>(promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) =>
    timer = setTimeout(() => reject(new Error("not done in time")), LONG_MS)
  );
  return await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function failed(promise: Promise<unknown>): Promise<ClientError> {
  const error = await promise.then(() => undefined, (error) => error);
  assertInstanceOf(error, ClientError);
  return error;
}
