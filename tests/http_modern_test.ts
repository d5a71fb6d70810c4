// 2026-07-28 over HTTP: the envelope of a request, its headers, and what every result says.

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { modernClient, postText } from "./support/http_client.ts";
import { quietServer, serveHttp } from "./support/http_server.ts";
import { rawFetch } from "./support/raw_http.ts";
import { checkSent, type Sent } from "./support/schema_check.ts";

const REVISION = "2026-07-28";
const VERSION = "io.modelcontextprotocol/protocolVersion";
const CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";
const CLIENT = "io.modelcontextprotocol/clientInfo";
const LEVEL = "io.modelcontextprotocol/logLevel";
const ENVELOPE = { [VERSION]: REVISION, [CAPABILITIES]: {} };
const SUPPORTED = ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

function toolServer() {
  const made = quietServer({ instructions: "Use it." });
  made.server.tool({
    name: "echo",
    input: { type: "object" },
    run: (input) => JSON.stringify(input),
  });
  made.server.tool({ name: "grüße".normalize().replace(/[^a-z]/g, "-"), run: () => "" });
  return made;
}

/** Sends any message with any headers, by the rules unless told otherwise. */
async function send(
  url: string,
  message: Sent,
  headers: Record<string, string> = {},
): Promise<{ status: number; message: Sent }> {
  const name = message.params?.name ?? message.params?.uri;
  const response = await postText(url, JSON.stringify({ jsonrpc: "2.0", id: 1, ...message }), {
    "mcp-protocol-version": REVISION,
    "mcp-method": message.method,
    ...(typeof name === "string" ? { "mcp-name": name } : {}),
    ...headers,
  });
  const text = await response.text();
  const answer = text === "" ? undefined : JSON.parse(text);
  if (answer !== undefined) checkSent(REVISION, answer, message.method);
  return { status: response.status, message: answer };
}

Deno.test("a request without its envelope is refused with 400 and -32602, naming what is missing", async () => {
  await using http = serveHttp(toolServer().server);
  const noMeta = '"params._meta" must be an object with the version and capabilities of the client';
  const cases: [Sent, string][] = [
    [undefined, `${noMeta}: got nothing`],
    [{}, `${noMeta}: got nothing`],
    [{ _meta: null }, `${noMeta}: got null`],
    [{ _meta: [] }, `${noMeta}: got an array`],
    [{ _meta: {} }, `"params._meta" must have "${VERSION}", a string: got nothing`],
    [
      { _meta: { [VERSION]: REVISION } },
      `"params._meta" must have "${CAPABILITIES}", an object: got nothing`,
    ],
    [
      { _meta: { [VERSION]: REVISION, [CAPABILITIES]: [] } },
      `"params._meta" must have "${CAPABILITIES}", an object: got an array`,
    ],
    [
      { _meta: { ...ENVELOPE, [CLIENT]: "me" } },
      `"${CLIENT}" in "params._meta" must be an object with a name: got a string`,
    ],
    [
      { _meta: { ...ENVELOPE, [CLIENT]: {} } },
      `"${CLIENT}" in "params._meta" must be an object with a name: got an object`,
    ],
    [
      { _meta: { ...ENVELOPE, [LEVEL]: "loud" } },
      `"${LEVEL}" must be one of debug, info, notice, warning, error, critical, alert, emergency: got "loud"`,
    ],
    [
      { _meta: { ...ENVELOPE, progressToken: {} } },
      '"progressToken" must be a string or a safe integer: got an object',
    ],
  ];
  for (const [params, detail] of cases) {
    const { status, message } = await send(http.url, { method: "tools/list", params });
    assertEquals([status, message.id], [400, 1]);
    assertEquals(message.error, { code: -32602, message: `Invalid params: ${detail}` });
  }
});

Deno.test("a request needs no clientInfo", async () => {
  await using http = serveHttp(toolServer().server);
  const { status } = await send(http.url, { method: "tools/list", params: { _meta: ENVELOPE } });
  assertEquals(status, 200);
});

Deno.test("a revision that there is none of is refused with 400, -32022 and what there is", async () => {
  await using http = serveHttp(toolServer().server);
  for (const version of ["1900-01-01", "2099-12-31", "latest", ""]) {
    const params = { _meta: { ...ENVELOPE, [VERSION]: version } };
    const response = await postText(
      http.url,
      JSON.stringify({ jsonrpc: "2.0", id: 1, method: "server/discover", params }),
      // A header without a value is left out by the test client, so a blank stands for it.
      { "mcp-protocol-version": version === "" ? " " : version, "mcp-method": "server/discover" },
    );
    const message = await response.json();
    checkSent(REVISION, message, "server/discover");
    assertEquals(response.status, 400);
    assertEquals(message.error.code, -32022);
    assertEquals(message.error.data, { supported: SUPPORTED, requested: version });
    assertStringIncludes(message.error.message, JSON.stringify(version));
  }
});

Deno.test("a revision that opens with initialize is refused without naming it as supported", async () => {
  await using http = serveHttp(toolServer().server);
  for (const version of SUPPORTED.slice(1)) {
    const params = { _meta: { ...ENVELOPE, [VERSION]: version } };
    const { status, message } = await send(http.url, { method: "tools/list", params }, {
      "mcp-protocol-version": version,
    });
    assertEquals([status, message.error.code], [400, -32022]);
    assertEquals(message.error.data, { supported: [REVISION], requested: version });
  }
});

Deno.test("a claim in the body alone, or in the header alone, makes a request of this revision", async () => {
  await using http = serveHttp(toolServer().server);
  const inBody = await send(http.url, { method: "server/discover", params: { _meta: ENVELOPE } }, {
    "mcp-protocol-version": "",
  });
  assertEquals([inBody.status, inBody.message.error], [400, {
    code: -32020,
    message: "Header mismatch: MCP-Protocol-Version is required: got nothing",
  }]);
  const inHeader = await send(http.url, { method: "server/discover" });
  assertEquals([inHeader.status, inHeader.message.error.code], [400, -32602]);
});

Deno.test("headers that do not repeat the body are refused with 400 and -32020", async () => {
  await using http = serveHttp(toolServer().server);
  const call = { method: "tools/call", params: { name: "echo", _meta: ENVELOPE } };
  const cases: [Record<string, string>, string][] = [
    [
      { "mcp-protocol-version": "2025-11-25" },
      `MCP-Protocol-Version must be the body's "2026-07-28": got "2025-11-25"`,
    ],
    [{ "mcp-method": "" }, `Mcp-Method must be the body's "tools/call": got nothing`],
    [
      { "mcp-method": "tools/list" },
      `Mcp-Method must be the body's "tools/call": got "tools/list"`,
    ],
    [
      { "mcp-method": "Tools/Call" },
      `Mcp-Method must be the body's "tools/call": got "Tools/Call"`,
    ],
    [{ "mcp-name": "" }, `Mcp-Name must be the body's "echo": got nothing`],
    [{ "mcp-name": "Echo" }, `Mcp-Name must be the body's "echo": got "Echo"`],
    [{ "mcp-name": "echo, echo" }, `Mcp-Name must be the body's "echo": got "echo, echo"`],
    [{ "mcp-name": "=?base64?ZWNobw=?=" }, 'Mcp-Name must hold valid base64: got "ZWNobw="'],
    [{ "mcp-name": "=?base64?ZWNobw?=" }, 'Mcp-Name must hold valid base64: got "ZWNobw"'],
    [{ "mcp-name": "=?base64?ZWN obw==?=" }, 'Mcp-Name must hold valid base64: got "ZWN obw=="'],
    [{ "mcp-name": "=?base64?ZWNobw-_?=" }, 'Mcp-Name must hold valid base64: got "ZWNobw-_"'],
    [{ "mcp-name": "=?base64?/w==?=" }, 'Mcp-Name must hold base64 of UTF-8: got "/w=="'],
    [
      { "mcp-name": "=?BASE64?ZWNobw==?=" },
      `Mcp-Name must be the body's "echo": got "=?BASE64?ZWNobw==?="`,
    ],
    [{ "mcp-name": "=?base64??=" }, `Mcp-Name must be the body's "echo": got ""`],
  ];
  for (const [headers, detail] of cases) {
    const { status, message } = await send(http.url, call, headers);
    assertEquals([status, message.id, message.error], [400, 1, {
      code: -32020,
      message: `Header mismatch: ${detail}`,
    }]);
  }
});

Deno.test("Mcp-Name may be in base64, and must be where it is no plain ASCII", async () => {
  await using http = serveHttp(toolServer().server);
  const ofText = (text: string) => {
    const bytes = new TextEncoder().encode(text);
    return `=?base64?${btoa(String.fromCharCode(...bytes))}?=`;
  };
  const echo = { method: "tools/call", params: { name: "echo", _meta: ENVELOPE } };
  assertEquals((await send(http.url, echo, { "mcp-name": ofText("echo") })).status, 200);
  for (const name of ["grüße 世界", " padded ", "a\nb", "=?base64?literal?="]) {
    const call = { method: "tools/call", params: { name, _meta: ENVELOPE } };
    const { status, message } = await send(http.url, call, { "mcp-name": ofText(name) });
    // The header is right; there is just no such tool.
    assertEquals([status, message.error.code], [200, -32602], name);
  }
  const raw = await rawFetch(http.port, {
    headers: {
      "content-type": "application/json",
      "mcp-protocol-version": REVISION,
      "mcp-method": "tools/call",
      "mcp-name": "gr\u00fc\u00dfe",
    },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name: "gr\u00fc\u00dfe", _meta: ENVELOPE },
    }),
  });
  assertEquals(raw.status, 400);
});

Deno.test("Mcp-Name is asked for where a request names something, and nowhere else", async () => {
  await using http = serveHttp(toolServer().server);
  const list = { method: "tools/list", params: { name: "x", _meta: ENVELOPE } };
  assertEquals((await send(http.url, list, { "mcp-name": "" })).status, 200);
  assertEquals((await send(http.url, list, { "mcp-name": "other" })).status, 200);
  const nameless = { method: "tools/call", params: { _meta: ENVELOPE } };
  const { status, message } = await send(http.url, nameless);
  assertEquals([status, message.error.code], [200, -32602]);
  for (const method of ["prompts/get", "resources/read"]) {
    const key = method === "prompts/get" ? "name" : "uri";
    const asked = { method, params: { [key]: "a:b", _meta: ENVELOPE } };
    assertEquals((await send(http.url, asked, { "mcp-name": "" })).message.error.code, -32020);
  }
});

Deno.test("arguments that travel in headers must be there, and be the same", async () => {
  const { server } = quietServer();
  server.tool({
    name: "sql",
    input: {
      type: "object",
      properties: {
        region: { type: "string", "x-mcp-header": "Region" },
        limit: { type: "integer", "x-mcp-header": "Limit" },
        dry: { type: "boolean", "x-mcp-header": "Dry" },
        deep: {
          type: "object",
          properties: { a: { type: "string", "x-mcp-header": "Deep-A" } },
        },
      },
    },
    run: () => "ran",
  });
  await using http = serveHttp(server);
  const call = (args: Sent, headers: Record<string, string>) =>
    send(http.url, {
      method: "tools/call",
      params: { name: "sql", arguments: args, _meta: ENVELOPE },
    }, headers);
  const good: [Sent, Record<string, string>][] = [
    [{}, {}],
    [{ region: null }, {}],
    [{ region: "us-west1" }, { "mcp-param-region": "us-west1" }],
    [{ region: "us-west1" }, { "MCP-PARAM-REGION": "us-west1" }],
    [{ region: "us-west1" }, { "mcp-param-region": "=?base64?dXMtd2VzdDE=?=" }],
    [{ region: "Hello, 世界" }, { "mcp-param-region": "=?base64?SGVsbG8sIOS4lueVjA==?=" }],
    [{ region: "=?base64?literal?=" }, {
      "mcp-param-region": "=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?=",
    }],
    [{ region: " padded " }, { "mcp-param-region": "=?base64?IHBhZGRlZCA=?=" }],
    [{ region: "\ufeffmark" }, { "mcp-param-region": `=?base64?${btoa("\xef\xbb\xbfmark")}?=` }],
    [{ limit: 42 }, { "mcp-param-limit": "42" }],
    [{ limit: 42 }, { "mcp-param-limit": "42.0" }],
    [{ limit: 42 }, { "mcp-param-limit": "4.2e1" }],
    [{ limit: -7 }, { "mcp-param-limit": "-7" }],
    [{ dry: true }, { "mcp-param-dry": "true" }],
    [{ deep: { a: "x" } }, { "mcp-param-deep-a": "x" }],
    [{}, { "mcp-param-unknown": "ignored" }],
  ];
  for (const [args, headers] of good) {
    const { status, message } = await call(args, headers);
    assertEquals([status, message.error], [200, undefined], JSON.stringify([args, headers]));
  }
  const bad: [Sent, Record<string, string>, string][] = [
    [{ region: "a" }, {}, `Mcp-Param-region must be the body's "a": got nothing`],
    [
      { region: "a" },
      { "mcp-param-region": "b" },
      `Mcp-Param-region must be the body's "a": got "b"`,
    ],
    [
      { region: "a" },
      { "mcp-param-region": "A" },
      `Mcp-Param-region must be the body's "a": got "A"`,
    ],
    [
      {},
      { "mcp-param-region": "a" },
      `Mcp-Param-region must be absent, as the body has no value: got "a"`,
    ],
    [
      { region: null },
      { "mcp-param-region": "null" },
      `Mcp-Param-region must be absent, as the body has no value: got "null"`,
    ],
    [{ limit: 42 }, { "mcp-param-limit": "43" }, `Mcp-Param-limit must be the body's 42: got "43"`],
    [
      { limit: 42 },
      { "mcp-param-limit": "0x2a" },
      `Mcp-Param-limit must be the body's 42: got "0x2a"`,
    ],
    [
      { limit: 42 },
      { "mcp-param-limit": "42abc" },
      `Mcp-Param-limit must be the body's 42: got "42abc"`,
    ],
    [
      { dry: true },
      { "mcp-param-dry": "True" },
      `Mcp-Param-dry must be the body's true: got "True"`,
    ],
    [{ dry: true }, { "mcp-param-dry": "1" }, `Mcp-Param-dry must be the body's true: got "1"`],
    [{ deep: { a: "x" } }, {}, `Mcp-Param-deep-a must be the body's "x": got nothing`],
    [
      { region: "a" },
      { "mcp-param-region": "=?base64?YQ?=" },
      'Mcp-Param-region must hold valid base64: got "YQ"',
    ],
  ];
  for (const [args, headers, detail] of bad) {
    const { status, message } = await call(args, headers);
    assertEquals([status, message.error], [400, {
      code: -32020,
      message: `Header mismatch: ${detail}`,
    }], JSON.stringify([args, headers]));
  }
});

Deno.test("a method that this revision lacks, or the server, is answered with 404 and -32601", async () => {
  await using http = serveHttp(toolServer().server);
  const methods = [
    "initialize",
    "ping",
    "logging/setLevel",
    "resources/subscribe",
    "resources/unsubscribe",
    "prompts/list",
    "nobody/knows",
    "__proto__",
  ];
  for (const method of methods) {
    const { status, message } = await send(http.url, { method, params: { _meta: ENVELOPE } });
    assertEquals([status, message.error], [404, {
      code: -32601,
      message: `Method not found: got "${method}"`,
    }]);
  }
  const streamOnly = await send(http.url, { method: "ping", params: { _meta: ENVELOPE } }, {
    accept: "text/event-stream",
  });
  assertEquals(streamOnly.status, 404);
});

Deno.test("a session id means nothing here, and none is made", async () => {
  await using http = serveHttp(toolServer().server, { limits: { sessions: 1 } });
  const reply = await modernClient(http.url).send("tools/list", {}, {
    headers: { "mcp-session-id": "none of ours", "last-event-id": "1_1" },
  });
  assertEquals([reply.status, reply.headers.get("mcp-session-id")], [200, null]);
  await reply.all();
});

Deno.test("a response is refused with 400, a notification taken with 202", async () => {
  await using http = serveHttp(toolServer().server);
  const headers = { "mcp-protocol-version": REVISION };
  const response = await postText(http.url, '{"jsonrpc":"2.0","id":1,"result":{}}', headers);
  assertEquals(response.status, 400);
  assertEquals(
    (await response.json()).error.message,
    "Invalid request: a response must not be sent to this server",
  );
  const notification = await postText(
    http.url,
    '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}',
    headers,
  );
  assertEquals([notification.status, await notification.text()], [202, ""]);
});

Deno.test("server/discover says what is spoken, what is offered, and by whom", async () => {
  await using http = serveHttp(toolServer().server);
  const { result } = await modernClient(http.url).request("server/discover");
  assertEquals(result, {
    resultType: "complete",
    supportedVersions: SUPPORTED,
    capabilities: { tools: { listChanged: true }, logging: {} },
    instructions: "Use it.",
    ttlMs: 0,
    cacheScope: "private",
    _meta: { "io.modelcontextprotocol/serverInfo": { name: "test", version: "1.0.0" } },
  });
});

Deno.test("every result says its type and who made it; lists say how long they may be kept", async () => {
  const { server } = quietServer({ cache: { ttlMs: 5_000, scope: "public" } });
  server.tool({ name: "t", run: () => ({ content: [], _meta: { "example.com/own": 1 } }) });
  await using http = serveHttp(server);
  const client = modernClient(http.url);
  const info = { "io.modelcontextprotocol/serverInfo": { name: "test", version: "1.0.0" } };
  for (const method of ["tools/list", "server/discover"]) {
    const { result } = await client.request(method);
    assertEquals([result.resultType, result.ttlMs, result.cacheScope, result._meta], [
      "complete",
      5_000,
      "public",
      info,
    ]);
  }
  const { result } = await client.request("tools/call", { name: "t" });
  assertEquals(result, {
    resultType: "complete",
    content: [],
    _meta: { "example.com/own": 1, ...info },
  });
});

Deno.test("log lines come for a request that asks for them, from its level up", async () => {
  const { server } = quietServer();
  server.tool({
    name: "logs",
    run(_input, ctx) {
      for (const level of ["debug", "warning", "emergency"] as const) {
        ctx.log(level, level, "tests");
      }
      ctx.log("emergency", undefined);
      return "done";
    },
  });
  await using http = serveHttp(server);
  const client = modernClient(http.url);
  const heard = async (meta: Record<string, unknown>) => {
    const messages = await (await client.send("tools/call", { name: "logs" }, { meta })).all();
    return messages.slice(0, -1).map(({ params }) => params);
  };
  assertEquals(await heard({}), []);
  assertEquals(await heard({ [LEVEL]: "warning" }), [
    { level: "warning", data: "warning", logger: "tests" },
    { level: "emergency", data: "emergency", logger: "tests" },
    { level: "emergency", data: null },
  ]);
  assertEquals((await heard({ [LEVEL]: "debug" })).length, 4);
});

Deno.test("progress comes under the request's token, grows, and ends with the answer", async () => {
  const { server } = quietServer();
  let late: (() => void) | undefined;
  server.tool({
    name: "steps",
    run(_input, ctx) {
      late = () => ctx.progress(100);
      for (const step of [-1, 1, 1, 0.5, 2, 1.9, 3]) ctx.progress(step, 3, `step ${step}`);
      for (const wrong of [[NaN], [Infinity], [4, Infinity], [4, NaN]]) {
        try {
          ctx.progress(wrong[0]!, wrong[1]);
          throw new Error("It was taken");
        } catch (error) {
          if (!(error instanceof TypeError)) throw error;
        }
      }
      return String(ctx.wantsProgress);
    },
  });
  await using http = serveHttp(server);
  const client = modernClient(http.url);
  for (const token of ["t", 0, ""]) {
    const reply = await client.send("tools/call", { name: "steps" }, {
      meta: { progressToken: token },
    });
    const messages = await reply.all();
    late?.();
    assertEquals(
      messages.slice(0, -1).map(({ params }) => [params.progressToken, params.progress]),
      [
        [token, -1],
        [token, 1],
        [token, 2],
        [token, 3],
      ],
    );
    assertEquals(messages.at(-1).result.content[0].text, "true");
  }
  const silent = await client.send("tools/call", { name: "steps" });
  assertEquals(silent.headers.get("content-type"), "application/json");
  const [answer] = await silent.all();
  assertEquals(answer.result.content[0].text, "false");
});

Deno.test("a handler is told who calls and what the client says of itself", async () => {
  const { server } = quietServer();
  let seen: Sent;
  server.tool({
    name: "who",
    run(_input, ctx) {
      const { id, auth, meta, client, session } = ctx;
      seen = { id, auth, meta, client, session };
    },
  });
  await using http = serveHttp(server, {
    auth: (token) => token === "secret" ? { name: "me", scopes: ["read"] } : undefined,
  });
  const client = modernClient(http.url, { authorization: "Bearer secret" });
  await client.request("tools/call", { name: "who" }, {
    id: "the id",
    meta: { "example.com/trace": "abc", [CAPABILITIES]: { roots: {} } },
  });
  assertEquals([seen.id, seen.auth, seen.session], [
    "the id",
    { name: "me", scopes: ["read"] },
    undefined,
  ]);
  assertEquals(seen.client, {
    info: { name: "test-client", version: "1.0.0" },
    capabilities: { roots: {} },
  });
  assertEquals(seen.meta["example.com/trace"], "abc");
  assertMatch(seen.meta[VERSION], /^2026/);
});

Deno.test("createHandler() has POST only in 2026-07-28, whatever session is named", async () => {
  await using http = serveHttp(toolServer().server);
  for (const method of ["GET", "DELETE"]) {
    for (const session of [{}, { "mcp-session-id": "no-such-session" }]) {
      const response = await fetch(http.url, {
        method,
        headers: { accept: "text/event-stream", "mcp-protocol-version": REVISION, ...session },
      });
      assertEquals([response.status, response.headers.get("allow")], [405, "POST, OPTIONS"]);
      assertEquals(
        (await response.json()).error.message,
        `Method not allowed: must be POST in revision ${REVISION}: got "${method}"`,
      );
    }
  }
});
