// What is refused before a message is looked at: each with its status and its text, over a socket.

import { assert, assertEquals } from "@std/assert";
import { createHandler, type HandlerOptions } from "../src/transports/http.ts";
import { bearerTokens } from "../src/transports/tokens.ts";
import { postText } from "./support/http_client.ts";
import { quietServer, serveHttp } from "./support/http_server.ts";
import { rawConnect, rawFetch, type RawRequest, type RawResponse } from "./support/raw_http.ts";

const PING = `{"jsonrpc":"2.0","id":1,"method":"ping"}`;
const JSON_TYPE = { "content-type": "application/json" };
const MIB = 1024 * 1024;

/** Sends one request to a server of its own. */
async function ask(request: RawRequest, options: HandlerOptions = {}): Promise<RawResponse> {
  await using http = serveHttp(quietServer().server, options);
  return await rawFetch(http.port, {
    body: PING,
    ...request,
    headers: { ...JSON_TYPE, ...request.headers },
  });
}

/** The error that a refusal carries, which has no id. */
function errorOf(response: RawResponse): { code: number; message: string } {
  assertEquals(response.headers.get("content-type"), "application/json");
  const { id, jsonrpc, error } = JSON.parse(response.text);
  assertEquals([jsonrpc, id], ["2.0", undefined]);
  return error;
}

async function assertRefused(
  request: RawRequest,
  status: number,
  message: string,
  options?: HandlerOptions,
): Promise<RawResponse> {
  const response = await ask(request, options);
  assertEquals([response.status, errorOf(response).message], [status, message]);
  assertEquals(response.headers.get("access-control-allow-origin"), null);
  return response;
}

Deno.test("a message with too many values is refused, with its bound", async () => {
  const { server } = quietServer();
  await using http = serveHttp(server, { limits: { values: 100 } });
  const params = (count: number) => ({ arguments: { list: Array(count).fill(0) } });
  const body = (count: number) =>
    JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping", params: params(count) });
  const refused = await postText(http.url, body(100));
  assertEquals(refused.status, 400);
  assertEquals((await refused.json()).error, {
    code: -32700,
    message: "Parse error: message must hold at most 100 values",
  });
  assertEquals((await (await postText(http.url, body(90))).json()).result, {});
});

Deno.test("createHandler() answers on exactly its path, whatever the query", async () => {
  assertEquals((await ask({ path: "/mcp?x=/y" })).status, 200);
  assertEquals((await ask({ path: "/api/v1", headers: {} }, { path: "/api/v1" })).status, 200);
  for (const path of ["/", "/mcpx", "/mcp/", "/MCP", "//mcp", "/mcp/x", "/%6dcp", "/x/../mcp2"]) {
    await assertRefused({ path }, 404, `Not found: the endpoint is "/mcp": got "${path}"`);
  }
});

Deno.test("createHandler() refuses a Host that is not loopback", async () => {
  for (
    const host of [
      "evil.example",
      "evil.example:80",
      "localhost.evil.example",
      "127.0.0.1.nip.io",
      "127.0.0.1x",
      "",
      "[::2]",
      "localhost:80:80",
    ]
  ) {
    await assertRefused(
      { headers: { host } },
      403,
      `Forbidden: Host must be a loopback name or one that is allowed: got "${host}"`,
    );
  }
});

Deno.test("createHandler() takes every loopback Host, and others that are allowed", async () => {
  for (
    const host of ["localhost", "LOCALHOST:1", "127.0.0.1", "127.9.9.9:8080", "[::1]", "[::1]:80"]
  ) {
    assertEquals((await ask({ headers: { host } })).status, 200, host);
  }
  const named = { allowedHosts: ["pi.lan", "10.0.0.7:8080"] };
  for (const host of ["pi.lan", "PI.lan:8080", "10.0.0.7:8080", "localhost"]) {
    assertEquals((await ask({ headers: { host } }, named)).status, 200, host);
  }
  assertEquals((await ask({ headers: { host: "10.0.0.7:9" } }, named)).status, 403);
  assertEquals(
    (await ask({ headers: { host: "any.example" } }, { allowedHosts: "any" })).status,
    200,
  );
});

Deno.test("createHandler() refuses an Origin that is neither its own nor allowed", async () => {
  const options = { allowedOrigins: ["https://app.example"] };
  for (
    const origin of [
      "https://evil.example",
      "null",
      "http://localhost",
      "http://localhost:9999",
      "https://app.example:444",
      "https://app.example.evil.example",
      "",
    ]
  ) {
    await assertRefused(
      { headers: { host: "localhost:8080", origin } },
      403,
      `Forbidden: Origin must be one that is allowed: got "${origin}"`,
      options,
    );
  }
  for (const method of ["GET", "DELETE", "OPTIONS"]) {
    await assertRefused(
      { method, body: "", headers: { origin: "https://evil.example" } },
      403,
      `Forbidden: Origin must be one that is allowed: got "https://evil.example"`,
    );
  }
});

Deno.test("createHandler() takes its own Origin on loopback, without a CORS header", async () => {
  for (const origin of ["http://localhost:8080", "https://localhost:8080"]) {
    const response = await ask({ headers: { host: "localhost:8080", origin } });
    assertEquals(response.status, 200);
    assertEquals(response.headers.get("access-control-allow-origin"), null);
  }
});

Deno.test("createHandler() does not take an own Origin elsewhere than on loopback", async () => {
  await assertRefused(
    { headers: { host: "pi.lan", origin: "http://pi.lan" } },
    403,
    'Forbidden: Origin must be one that is allowed: got "http://pi.lan"',
    { allowedHosts: "any" },
  );
});

Deno.test("createHandler() gives CORS headers to an allowed Origin, on refusals too", async () => {
  const origin = "https://app.example";
  const options: HandlerOptions = {
    allowedOrigins: [origin],
    auth: bearerTokens([{ name: "a", token: "secret" }]),
  };
  const cases: [RawRequest, number][] = [
    [{ headers: { authorization: "Bearer secret" } }, 200],
    [{}, 401],
    [{ method: "PUT" }, 405],
    [{ headers: { authorization: "Bearer secret", "content-type": "text/plain" } }, 415],
    [{ headers: { authorization: "Bearer secret" }, body: "{" }, 400],
    [{ headers: { authorization: "Bearer secret" }, method: "DELETE", body: "" }, 400],
  ];
  for (const [request, status] of cases) {
    const response = await ask({ ...request, headers: { ...request.headers, origin } }, options);
    assertEquals(response.status, status);
    assertEquals(response.headers.get("access-control-allow-origin"), origin);
    assertEquals(response.headers.get("vary"), "Origin");
    assertEquals(
      response.headers.get("access-control-expose-headers"),
      "Mcp-Session-Id, WWW-Authenticate",
    );
  }
});

Deno.test("createHandler() answers a preflight without a token, for allowed origins", async () => {
  const origin = "https://app.example";
  const options: HandlerOptions = {
    allowedOrigins: [origin],
    auth: bearerTokens([{ name: "a", token: "secret" }]),
  };
  const response = await ask({
    method: "OPTIONS",
    body: "",
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,mcp-method,mcp-param-region,x-other",
    },
  }, options);
  assertEquals(response.status, 204);
  assertEquals(response.headers.get("access-control-allow-methods"), "GET, POST, DELETE, OPTIONS");
  assertEquals(response.headers.get("access-control-max-age"), "86400");
  const allowed = response.headers.get("access-control-allow-headers")?.toLowerCase().split(", ");
  for (
    const name of [
      "authorization",
      "content-type",
      "accept",
      "last-event-id",
      "mcp-session-id",
      "mcp-protocol-version",
      "mcp-method",
      "mcp-name",
      "mcp-param-region",
    ]
  ) assert(allowed?.includes(name), name);
  assertEquals(allowed?.includes("x-other"), false);
  const plain = await ask({ method: "OPTIONS", body: "" }, options);
  assertEquals([plain.status, plain.headers.get("allow")], [204, "GET, POST, DELETE, OPTIONS"]);
  assertEquals(plain.headers.get("access-control-allow-methods"), null);
});

Deno.test("createHandler() refuses other methods and says which there are", async () => {
  for (const method of ["PUT", "PATCH", "HEAD", "TRACE", "BREW"]) {
    const response = await ask({ method, body: "" });
    assertEquals(response.status, 405, method);
    assertEquals(response.headers.get("allow"), "GET, POST, DELETE, OPTIONS");
    if (method === "HEAD") continue;
    assertEquals(
      errorOf(response).message,
      `Method not allowed: must be one of GET, POST, DELETE, OPTIONS: got "${method}"`,
    );
  }
});

Deno.test("createHandler() refuses a missing token, and one that it does not know", async () => {
  const auth = bearerTokens([{ name: "a", token: "secret" }, {
    name: "old",
    token: "outlived",
    expiresAt: Date.now() - 1,
  }]);
  const missing = "Unauthorized: Authorization must be a bearer token: got nothing";
  const none = await assertRefused({}, 401, missing, { auth });
  assertEquals(none.headers.get("www-authenticate"), 'Bearer realm="lmcp"');
  for (
    const authorization of [
      "Bearer wrong",
      "Bearer secre",
      "Bearer secrett",
      "Bearer SECRET",
      "Bearer",
      "Bearer secret more",
      "Basic c2VjcmV0",
      "secret",
      "Bearer outlived",
    ]
  ) {
    const refused = await assertRefused(
      { headers: { authorization } },
      401,
      "Unauthorized: the token is not known",
      { auth },
    );
    assertEquals(
      refused.headers.get("www-authenticate"),
      'Bearer realm="lmcp", error="invalid_token"',
    );
  }
  for (const authorization of ["Bearer secret", "bearer  secret"]) {
    assertEquals((await ask({ headers: { authorization } }, { auth })).status, 200);
  }
  for (const method of ["GET", "DELETE"]) {
    assertEquals((await ask({ method, body: "" }, { auth })).status, 401);
  }
});

Deno.test("createHandler() refuses a POST that is not JSON by its type", async () => {
  for (
    const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "application/json-rpc",
      "text/json",
      "",
    ]
  ) {
    await assertRefused(
      { headers: { "content-type": type } },
      415,
      `Unsupported media type: Content-Type must be application/json: got "${type}"`,
    );
  }
  await using http = serveHttp(quietServer().server);
  const none = await rawFetch(http.port, { body: PING });
  assertEquals(
    [none.status, errorOf(none).message],
    [415, "Unsupported media type: Content-Type must be application/json: got nothing"],
  );
  for (
    const type of ["application/json", "Application/JSON; charset=utf-8", "application/json ;x=y"]
  ) {
    assertEquals((await ask({ headers: { "content-type": type } })).status, 200, type);
  }
});

Deno.test("createHandler() refuses a POST whose Accept allows neither form", async () => {
  for (const accept of ["text/html", "text/plain, image/*", "application/json;q=0", "*/*;q=0.0"]) {
    await assertRefused(
      { headers: { accept } },
      406,
      `Not acceptable: Accept must allow application/json or text/event-stream: got "${accept}"`,
    );
  }
});

Deno.test("createHandler() takes an Accept that is absent or allows one of the forms", async () => {
  const json = [
    "*/*",
    "application/json",
    "application/*",
    "text/html, */*;q=0.1",
    "APPLICATION/JSON",
  ];
  for (const accept of json) {
    const response = await ask({ headers: { accept } });
    assertEquals([response.status, response.headers.get("content-type")], [
      200,
      "application/json",
    ]);
  }
  await using http = serveHttp(quietServer().server);
  const absent = await rawFetch(http.port, { body: PING, headers: JSON_TYPE });
  assertEquals([absent.status, absent.headers.get("content-type")], [200, "application/json"]);
});

Deno.test("createHandler() refuses a body larger than its bound, declared or not", async () => {
  const body = new Uint8Array(9 * MIB).fill(0x20);
  await assertRefused(
    { body },
    413,
    `Content too large: a body has at most ${8 * MIB} bytes: got ${9 * MIB}`,
  );
  await assertRefused(
    { body, chunked: 256 * 1024 },
    413,
    `Content too large: a body has at most ${8 * MIB} bytes`,
  );
});

Deno.test("createHandler() takes a body of exactly its bound, declared or not", async () => {
  const limits = { body: PING.length };
  assertEquals((await ask({}, { limits })).status, 200);
  assertEquals((await ask({ chunked: 7 }, { limits })).status, 200);
  assertEquals((await ask({ body: `${PING} ` }, { limits })).status, 413);
  assertEquals((await ask({ body: `${PING} `, chunked: 7 }, { limits })).status, 413);
});

Deno.test("createHandler() counts a body that says less of itself than it has", async () => {
  const handler = createHandler(quietServer().server, { limits: { body: 64 } });
  const body = `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":"${"x".repeat(64)}"}}`;
  for (const length of ["5", "x", "-1", "1e0", ""]) {
    const response = await handler(
      new Request("http://localhost/mcp", {
        method: "POST",
        headers: { ...JSON_TYPE, "content-length": length },
        body,
      }),
    );
    assertEquals(response.status, 413, length);
  }
  await handler.close();
});

Deno.test("createHandler() refuses headers larger than its bound", async () => {
  const limits = { headers: 1024 };
  const big = { "x-big": "x".repeat(1024) };
  await assertRefused({ headers: big }, 431, "Headers too large: at most 1024 bytes are read", {
    limits,
  });
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`x-${i}`, "12345"]));
  assertEquals((await ask({ headers: many }, { limits })).status, 431);
  assertEquals((await ask({ headers: { "x-big": "x".repeat(512) } }, { limits })).status, 200);
});

Deno.test("createHandler() takes headers of nearly 64 KiB and none of more", async () => {
  assertEquals((await ask({ headers: { "x-big": "x".repeat(60_000) } })).status, 200);
  // A runtime may have a bound of its own, and then answers 400 before anybody is asked.
  const { status } = await ask({ headers: { "x-big": "x".repeat(66_000) } });
  assert(status === 431 || status === 400, `got ${status}`);
});

Deno.test("createHandler() outlives a client that goes away inside its body", async () => {
  const { server, reported } = quietServer();
  await using http = serveHttp(server);
  const connection = await rawConnect(http.port, { body: PING, headers: JSON_TYPE, cutBody: 10 });
  connection.close();
  const chunked = await rawConnect(http.port, {
    body: PING,
    headers: JSON_TYPE,
    chunked: 5,
    cutBody: 10,
  });
  chunked.close();
  const after = await rawFetch(http.port, { body: PING, headers: JSON_TYPE });
  assertEquals(after.status, 200);
  assertEquals(reported, []);
});

Deno.test("createHandler() refuses options that cannot be, saying what would do", () => {
  const { server } = quietServer();
  const cases: [HandlerOptions, string][] = [
    [{ path: "mcp" }, 'Cannot make handler: path must start with "/": got "mcp"'],
    [{ path: "/a b" }, 'Cannot make handler: path must start with "/": got "/a b"'],
    [{ limits: { body: 0 } }, 'Limit "body" must be a positive integer: got 0'],
    [{ limits: { body: 1.5 } }, 'Limit "body" must be a positive integer: got 1.5'],
    [{ stateKey: "short" }, "Cannot seal state: stateKey must have at least 16 characters: got 5"],
  ];
  for (const [options, message] of cases) {
    let thrown = "";
    try {
      serveHttp(server, options);
    } catch (error) {
      thrown = error instanceof TypeError ? error.message : String(error);
    }
    assertEquals(thrown, message);
  }
  try {
    serveHttp(server, { limits: { nothing: 5 } as never });
    throw new Error("It was taken");
  } catch (error) {
    assert(
      error instanceof TypeError &&
        error.message.startsWith('Unknown limit "nothing": known are body, '),
    );
  }
});
