// What comes of a request over HTTP when the server refuses, fails, lies or goes away: real sockets,
// and for what no HTTP library would send, plain TCP.

import { assert, assertEquals, assertInstanceOf, assertMatch } from "@std/assert";
import { RpcError } from "../jsonrpc/errors.ts";
import type { Client } from "./client.ts";
import { ClientError } from "./client_error.ts";
import { connect } from "./connect.ts";
import type { ConnectOptions } from "./options.ts";
import type { HttpTarget } from "./target.ts";
import type { Verdict } from "./verdict.ts";

Deno.test("a request to nobody is surely not sent", async () => {
  const { url } = await withPort((_request) => new Response());
  for (const target of [url, "http://name.invalid/mcp", "http://127.0.0.1:1/mcp"]) {
    const error = await failed(connect(target));
    assertEquals([error.code, error.sent], ["refused", false]);
    assertMatch(error.message, /^Cannot reach http/);
  }
});

Deno.test("a request whose connection breaks may have been carried out", async () => {
  const answers = {
    "nothing": "",
    "garbage": "garbage\r\n\r\n",
    "half a body":
      'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{"',
    "half a stream": "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: {",
  };
  for (const [what, answer] of Object.entries(answers)) {
    using server = rawServer(answer);
    const client = await knownClient(server.url);
    const error = await failed(client.callTool("x"));
    assertEquals([what, error.code, error.sent], [what, "closed", true]);
    await client.close();
  }
});

/** What a status or a body means for a call. */
const ANSWERS: readonly {
  readonly what: string;
  readonly response: () => Response;
  readonly code: string;
  readonly text: RegExp;
}[] = [
  {
    what: "a page",
    response: () => new Response("<html>", { headers: { "content-type": "text/html" } }),
    code: "protocol",
    text: /must answer tools\/call with application\/json or text\/event-stream: got "text\/html"/,
  },
  {
    what: "nothing",
    response: () => new Response(null, { status: 202 }),
    code: "protocol",
    text: /got status 202 without a type/,
  },
  {
    what: "no JSON",
    response: () => json("{oops"),
    code: "protocol",
    text: /must be JSON: got "{oops"/,
  },
  { what: "no message", response: () => json("[1]"), code: "protocol", text: /must be a message/ },
  {
    what: "an answer to another request",
    response: () => json('{"jsonrpc":"2.0","id":99,"result":{}}'),
    code: "protocol",
    text: /must have the id 1: got 99/,
  },
  {
    what: "too much",
    response: () => json(JSON.stringify("x".repeat(2_000))),
    code: "too_large",
    text: /passes 1000 bytes; give the client a greater maxResponseBytes/,
  },
  {
    what: "too much in pieces",
    response: () => new Response(pieces("x".repeat(300), 9), { headers: JSON_HEADERS }),
    code: "too_large",
    text: /passes 1000 bytes/,
  },
  {
    what: "too large an event",
    response: () => new Response(pieces("data: " + "x".repeat(300), 9), { headers: SSE_HEADERS }),
    code: "too_large",
    text: /passes 1000 bytes/,
  },
  {
    what: "a stream that ends early",
    response: () => new Response(": hello\n\n", { headers: SSE_HEADERS }),
    code: "closed",
    text: /ended the stream without the answer; the request may have been carried out/,
  },
  {
    what: "503",
    response: () => new Response("Be back", { status: 503, headers: { "retry-after": "7" } }),
    code: "http",
    text: /answered with status 503: Be back$/,
  },
  {
    what: "429 in JSON-RPC",
    response: () => Response.json(rpcError(-32000, "Slower"), { status: 429 }),
    code: "http",
    text: /answered with status 429: Slower$/,
  },
];

for (const { what, response, code, text } of ANSWERS) {
  Deno.test(`a call that is answered with ${what} fails as ${code}, and the next one works`, async () => {
    let answer: () => Response = response;
    await using server = serve(() => answer());
    const client = await knownClient(server.url, { maxResponseBytes: 1_000 });
    const error = await failed(client.callTool("x"));
    assertEquals([error.code, error.sent], [code, true]);
    assertMatch(error.message, text);
    answer = () => Response.json({ jsonrpc: "2.0", id: 2, result: { content: [] } });
    assertEquals((await client.callTool("x")).content, []);
    await client.close();
  });
}

Deno.test("a status says more where the server does: seconds to wait, its own error", async () => {
  let answer = new Response(null, { status: 503, headers: { "retry-after": "7" } });
  await using server = serve(() => answer);
  const client = await knownClient(server.url);
  const busy = await failed(client.callTool("x"));
  assertEquals([busy.status, busy.retryAfterS], [503, 7]);
  answer = Response.json(rpcError(-32602, "Unknown tool"), { status: 400 });
  const refused = await client.callTool("x").catch((error) => error);
  assertInstanceOf(refused, RpcError);
  assertEquals([refused.code, refused.message], [-32602, "Unknown tool"]);
  await client.close();
});

Deno.test("a 401 says what the server asks for, and leads to another token once", async () => {
  const tokens: (string | null)[] = [];
  await using server = serve((request) => {
    tokens.push(request.headers.get("authorization"));
    const header = 'Bearer resource_metadata="https://e.com/meta", error="invalid_token"';
    return tokens.at(-1) === "Bearer good"
      ? Response.json({ jsonrpc: "2.0", id: tokens.length, result: { content: [] } })
      : new Response(null, { status: 401, headers: { "www-authenticate": header } });
  });
  const client = await knownClient({ url: server.url, token: "bad" });
  const error = await failed(client.callTool("x"));
  assertEquals([error.code, error.status], ["unauthorized", 401]);
  assertEquals(error.challenge?.params.resource_metadata, "https://e.com/meta");
  assertEquals(tokens, ["Bearer bad"]);
  await client.close();

  tokens.length = 0;
  let token = "bad";
  const auth = {
    token: () => token,
    onUnauthorized: () => {
      token = token === "bad" ? "worse" : "good";
      return true;
    },
  };
  const other = await knownClient({ url: server.url, auth });
  assertEquals((await failed(other.callTool("x"))).code, "unauthorized");
  assertEquals(tokens, ["Bearer bad", "Bearer worse"]);
  await other.close();
});

Deno.test("a token is asked for each time, and must be one", async () => {
  const tokens: (string | null)[] = [];
  await using server = serve((request) => {
    tokens.push(request.headers.get("authorization"));
    return Response.json({ jsonrpc: "2.0", id: tokens.length, result: { content: [] } });
  });
  let times = 0;
  const client = await knownClient({
    url: server.url,
    token: () => Promise.resolve(`t${++times}`),
  });
  await client.callTool("x");
  await client.callTool("x");
  assertEquals(tokens, ["Bearer t1", "Bearer t2"]);
  await client.close();
  const error = await connect({ url: server.url, token: "two words" }).catch((error) => error);
  assertInstanceOf(error, TypeError);
  assert(!error.message.includes("two words"), error.message);
});

Deno.test("a redirect keeps the request whole, and what is secret with its origin", async () => {
  const reached: string[] = [];
  await using other = serve((request) => {
    reached.push(`other ${request.headers.get("authorization")}`);
    return Response.json({ jsonrpc: "2.0", id: 1, result: { content: [] } });
  });
  let status = 307;
  let to = "/there";
  await using server = serve((request) => {
    const { pathname } = new URL(request.url);
    reached.push(`${request.method} ${pathname}`);
    return pathname === "/there"
      ? Response.json({ jsonrpc: "2.0", id: 1, result: { content: [] } })
      : new Response(null, { status, headers: to === "" ? {} : { location: to } });
  });
  async function call(target: HttpTarget): Promise<string> {
    reached.length = 0;
    const client = await knownClient(target);
    const outcome = await client.callTool("x").then(() => "done", (error: Error) => error.message);
    await client.close();
    return outcome;
  }
  assertEquals(await call({ url: server.url, token: "t" }), "done");
  assertEquals(reached, ["POST /mcp", "POST /there"]);
  to = other.url;
  assertEquals(await call({ url: server.url }), "done");
  assertEquals(reached, ["POST /mcp", "other null"]);
  for (const secret of [{ token: "t" }, { headers: { "x-key": "k" } }]) {
    assertMatch(await call({ url: server.url, ...secret }), /the token and headers are for http/);
    assertEquals(reached, ["POST /mcp"]);
  }
  to = "";
  assertMatch(await call({ url: server.url }), /is not followed: it does not say where/);
  to = "/mcp";
  assertMatch(await call({ url: server.url }), /it is the 4th in a row/);
  status = 302;
  assertMatch(await call({ url: server.url }), /status 302 would change the request; connect to /);
  assertEquals(reached, ["POST /mcp"]);
});

Deno.test("a call that is aborted, or late, closes its connection", async () => {
  for (const how of ["abort", "timeout"]) {
    const { promise: gone, resolve: onGone } = Promise.withResolvers<void>();
    const { promise: came, resolve: onCame } = Promise.withResolvers<void>();
    await using server = serve((request) => {
      request.signal.addEventListener("abort", () => onGone());
      onCame();
      return new Response(new ReadableStream({ cancel: () => onGone() }), { headers: SSE_HEADERS });
    });
    const client = await knownClient(server.url);
    const abort = new AbortController();
    const call = failed(
      client.callTool("x", {}, how === "abort" ? { signal: abort.signal } : { timeoutMs: 100 }),
    );
    await came;
    if (how === "abort") abort.abort();
    assertEquals((await call).code, how === "abort" ? "cancelled" : "timeout");
    await gone;
    await client.close();
  }
});

Deno.test("a client that is closed ends its calls, and takes no more", async () => {
  const { promise: came, resolve: onCame } = Promise.withResolvers<void>();
  await using server = serve(() => {
    onCame();
    return new Response(new ReadableStream({}), { headers: SSE_HEADERS });
  });
  const client = await knownClient(server.url);
  const call = failed(client.callTool("x"));
  await came;
  await Promise.all([client.close(), client.close(), client.closed]);
  assertEquals([(await call).code, (await call).sent], ["closed", true]);
  const late = await failed(client.callTool("x"));
  assertEquals([late.code, late.sent], ["closed", false]);
});

const JSON_HEADERS = { "content-type": "application/json" };
const SSE_HEADERS = { "content-type": "text/event-stream; charset=utf-8" };

/** A client that needs not ask what the server speaks: its first request is the test's. */
async function knownClient(
  target: string | HttpTarget,
  options: ConnectOptions = {},
): Promise<Client> {
  const url = typeof target === "string" ? target : String(target.url);
  const verdict: Verdict = { era: "modern", revision: "2026-07-28", discovered: {} };
  return await connect(target, { ...options, verdicts: new Map([[url, verdict]]) });
}

function serve(
  handler: (request: Request) => Response,
): AsyncDisposable & { readonly url: string } {
  const http = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, handler);
  return {
    url: `http://127.0.0.1:${http.addr.port}/mcp`,
    [Symbol.asyncDispose]: () => http.shutdown(),
  };
}

/** The address of a server that is there no more. */
async function withPort(
  handler: (request: Request) => Response,
): Promise<{ readonly url: string }> {
  await using server = serve(handler);
  return { url: server.url };
}

/** Answers each connection with the same bytes, and closes it. */
function rawServer(answer: string): Disposable & { readonly url: string } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  (async () => {
    for await (const connection of listener) {
      await connection.read(new Uint8Array(65_536));
      await connection.write(new TextEncoder().encode(answer));
      connection.close();
    }
  })();
  return {
    url: `http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}/mcp`,
    [Symbol.dispose]: () => listener.close(),
  };
}

function pieces(piece: string, times: number): ReadableStream<Uint8Array> {
  return ReadableStream.from(Array.from({ length: times }, () => new TextEncoder().encode(piece)));
}

function json(text: string): Response {
  return new Response(text, { headers: JSON_HEADERS });
}

function rpcError(code: number, message: string) {
  return { jsonrpc: "2.0", id: 1, error: { code, message } };
}

async function failed(work: Promise<unknown>): Promise<ClientError> {
  const error = await work.then(() => "nothing failed", (error) => error);
  assertInstanceOf(error, ClientError, String(error));
  return error;
}
