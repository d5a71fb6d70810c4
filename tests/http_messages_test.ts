// What is in the body of a POST, right or wrong: JSON, its depth and its traps, messages, batches.

import { assert, assertEquals } from "@std/assert";
import { postText, type Reply, statelessClient } from "./support/http_client.ts";
import { quietServer, serveHttp } from "./support/http_server.ts";
import { checkSent, type Sent } from "./support/schema_check.ts";

/** A server with a tool that gives back what it was given, and what it says to `text`. */
function echoServer() {
  const made = quietServer();
  made.server.tool({
    name: "echo",
    input: { type: "object" },
    run: (input) => JSON.stringify(input),
  });
  made.server.tool({ name: "keys", input: { type: "object" }, run: (input) => Object.keys(input) });
  return made;
}

async function post(url: string, body: string): Promise<{ status: number; message: Sent }> {
  const response = await postText(url, body);
  const text = await response.text();
  const message = text === "" ? undefined : JSON.parse(text);
  for (const each of Array.isArray(message) ? message : message === undefined ? [] : [message]) {
    checkSent("2025-03-26", each, "tools/call");
  }
  return { status: response.status, message };
}

const call = (args: string, id = "1") =>
  `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"echo","arguments":${args}}}`;

Deno.test("createHandler() takes JSON nested 64 deep and refuses 65", async () => {
  await using http = serveHttp(echoServer().server);
  // The message, its params and the arguments are three levels; each array is one more.
  const nested = (levels: number) => call(`{"a":${"[".repeat(levels)}${"]".repeat(levels)}}`);
  const fits = await post(http.url, nested(61));
  assertEquals(fits.status, 200);
  assertEquals(fits.message.result.content[0].text, `{"a":${"[".repeat(61)}${"]".repeat(61)}}`);
  const tooDeep = await post(http.url, nested(62));
  assertEquals(tooDeep.status, 400);
  assertEquals(tooDeep.message.error, {
    code: -32700,
    message: "Parse error: message must not nest deeper than 64 levels",
  });
  const objects = `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`;
  assertEquals((await post(http.url, objects)).message.error.code, -32700);
  const wide = `{"a":[${"[],".repeat(1000)}[]]}`;
  assertEquals((await post(http.url, call(wide))).status, 200);
});

Deno.test("createHandler() answers what is not JSON with a parse error and no id", async () => {
  await using http = serveHttp(echoServer().server);
  for (
    const body of ["", " ", "{", "{'a':1}", '{"id":1,}', "\u0000", "NaN", '{"a":"\u0001"}', "{}{}"]
  ) {
    const { status, message } = await post(http.url, body);
    assertEquals([status, message.error.code, message.id], [400, -32700, undefined], body);
    assert(message.error.message.startsWith("Parse error: message must be JSON: "), body);
  }
});

Deno.test("createHandler() takes a byte order mark before JSON", async () => {
  await using http = serveHttp(echoServer().server);
  assertEquals((await post(http.url, "\ufeff" + call("{}"))).status, 200);
});

Deno.test("createHandler() answers what is no message with its id, where that can be read", async () => {
  await using http = serveHttp(echoServer().server);
  const cases: [string, number, string | number | undefined][] = [
    ["null", -32600, undefined],
    ["5", -32600, undefined],
    ['"ping"', -32600, undefined],
    ["{}", -32600, undefined],
    ['{"jsonrpc":"2.0","id":7}', -32600, 7],
    ['{"jsonrpc":"2.0","id":7,"Method":"ping"}', -32600, 7],
    ['{"jsonrpc":"2.0","id":"x","method":5}', -32600, "x"],
    ['{"jsonrpc":"1.0","id":7,"method":"ping"}', -32600, 7],
    ['{"jsonrpc":"2.0","id":null,"method":"ping"}', -32600, undefined],
    ['{"jsonrpc":"2.0","id":1.5,"method":"ping"}', -32600, undefined],
    ['{"jsonrpc":"2.0","id":[1],"method":"ping"}', -32600, undefined],
    ['{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}', -32600, undefined],
    ['{"jsonrpc":"2.0","id":7,"method":"ping","params":[]}', -32602, 7],
  ];
  for (const [body, code, id] of cases) {
    const { status, message } = await post(http.url, body);
    assertEquals([status, message.error.code, message.id], [400, code, id], body);
  }
});

Deno.test("createHandler() answers under the id as it came", async () => {
  await using http = serveHttp(echoServer().server);
  for (
    const id of ["0", "-1", "9007199254740991", '""', '"1"', '"\\ud83d\\ude00"', '"__proto__"']
  ) {
    const { message } = await post(http.url, call("{}", id));
    assertEquals(message.id, JSON.parse(id));
  }
});

Deno.test("createHandler() takes the last of doubled keys, as JSON.parse does", async () => {
  await using http = serveHttp(echoServer().server);
  const { message } = await post(
    http.url,
    '{"jsonrpc":"2.0","id":1,"id":2,"method":"tools/call","params":{"name":"nope","name":"echo","arguments":{"a":1,"a":2}}}',
  );
  assertEquals([message.id, message.result.content[0].text], [2, '{"a":2}']);
});

Deno.test("createHandler() gives a handler strings and numbers as they came", async () => {
  await using http = serveHttp(echoServer().server);
  for (
    const args of [
      '{"a":"\\ud800"}',
      '{"a":"\\u0000"}',
      '{"a":"\\u2028\\u2029"}',
      '{"a":1e308}',
      '{"a":-0}',
      '{"a":0.1}',
      '{"":1}',
    ]
  ) {
    const { status, message } = await post(http.url, call(args));
    assertEquals(status, 200);
    assertEquals(JSON.parse(message.result.content[0].text), JSON.parse(args), args);
  }
  // Beyond what a number holds, JavaScript's JSON says Infinity, which JSON cannot say back.
  const huge = await post(http.url, call('{"a":1e999}'));
  assertEquals(huge.message.result.content[0].text, '{"a":null}');
});

Deno.test("createHandler() takes members named like parts of objects for what they are", async () => {
  await using http = serveHttp(echoServer().server);
  const args = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}';
  const { message } = await post(http.url, call(args));
  assertEquals(message.result.content[0].text, args);
  assertEquals(({} as { polluted?: boolean }).polluted, undefined);
  const inParams =
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"keys","arguments":{"__proto__":1},"__proto__":{"name":"echo"}}}';
  assertEquals((await post(http.url, inParams)).message.result.content[0].text, '["__proto__"]');
  const ofMessage = '{"jsonrpc":"2.0","id":1,"__proto__":{"method":"ping"}}';
  assertEquals((await post(http.url, ofMessage)).status, 400);
});

Deno.test("createHandler() does not know methods named like parts of objects", async () => {
  await using http = serveHttp(echoServer().server);
  for (
    const method of ["__proto__", "constructor", "toString", "hasOwnProperty", "", "tools/call "]
  ) {
    const { status, message } = await post(
      http.url,
      JSON.stringify({ jsonrpc: "2.0", id: 1, method }),
    );
    assertEquals([status, message.error.code], [200, -32601]);
    assertEquals(message.error.message, `Method not found: got "${method}"`);
  }
});

Deno.test("createHandler() takes notifications and responses with 202 and nothing else", async () => {
  await using http = serveHttp(echoServer().server);
  for (
    const body of [
      '{"jsonrpc":"2.0","method":"notifications/initialized"}',
      '{"jsonrpc":"2.0","method":"notifications/nobody/knows","params":{"x":1}}',
      '{"jsonrpc":"2.0","method":"initialize","params":{}}',
      '{"jsonrpc":"2.0","id":1,"result":{}}',
      '{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"no"}}',
      '{"jsonrpc":"2.0","error":{"code":1,"message":"no"}}',
    ]
  ) {
    const response = await postText(http.url, body);
    assertEquals([response.status, await response.text()], [202, ""], body);
    assertEquals(response.headers.get("mcp-session-id"), null);
  }
});

Deno.test("createHandler() answers a batch, where batches are, in one list", async () => {
  await using http = serveHttp(echoServer().server);
  const batch = [
    { jsonrpc: "2.0", id: 1, method: "ping" },
    { jsonrpc: "2.0", method: "notifications/initialized" },
    {
      jsonrpc: "2.0",
      id: "1",
      method: "tools/call",
      params: { name: "echo", arguments: { a: 1 } },
    },
    { jsonrpc: "2.0", id: 2, method: "nope" },
    { jsonrpc: "2.0", id: 3, method: "initialize", params: {} },
    { jsonrpc: "2.0", id: 9, result: {} },
    5,
    [],
  ];
  const response = await postText(http.url, JSON.stringify(batch));
  assertEquals(response.status, 200);
  const answers: Sent[] = await response.json();
  const byId = new Map(answers.map((answer) => [answer.id, answer]));
  assertEquals(answers.length, 6);
  checkSent("2025-03-26", byId.get(1), "ping");
  checkSent("2025-03-26", byId.get("1"), "tools/call");
  assertEquals(byId.get(1).result, {});
  assertEquals(byId.get("1").result.content[0].text, '{"a":1}');
  assertEquals(byId.get(2).error.code, -32601);
  assertEquals(byId.get(3).error, {
    code: -32600,
    message: 'Invalid request: "initialize" must not be in a batch',
  });
  assertEquals(answers.filter((answer) => answer.id === undefined).map((a) => a.error.message), [
    "Invalid request: message must be an object: got a number",
    "Invalid request: message must be an object: got an array",
  ]);
});

Deno.test("createHandler() takes a batch without requests with 202", async () => {
  await using http = serveHttp(echoServer().server);
  const notification = '{"jsonrpc":"2.0","method":"notifications/initialized"}';
  const response = await postText(http.url, `[${notification},${notification}]`);
  assertEquals([response.status, await response.text()], [202, ""]);
});

Deno.test("createHandler() refuses a batch that is empty, too long, or of another revision", async () => {
  await using http = serveHttp(echoServer().server, { limits: { batch: 3 } });
  const ping = { jsonrpc: "2.0", id: 1, method: "ping" };
  const cases: [unknown[], Record<string, string>, string][] = [
    [[], {}, "Invalid request: a batch must not be empty"],
    [
      [ping, ping, ping, ping],
      {},
      "Invalid request: a batch must have at most 3 messages: got 4",
    ],
    ...["2024-11-05", "2025-06-18", "2025-11-25", "2026-07-28", "1999-01-01"].map((version) =>
      [
        [ping],
        { "mcp-protocol-version": version },
        "Invalid request: a batch is not allowed in this protocol version; send each message by itself",
      ] as [unknown[], Record<string, string>, string]
    ),
  ];
  for (const [batch, headers, text] of cases) {
    const response = await postText(http.url, JSON.stringify(batch), headers);
    assertEquals(response.status, 400);
    const { id, error } = await response.json();
    assertEquals([id, error], [undefined, { code: -32600, message: text }]);
  }
  const named = await postText(http.url, JSON.stringify([ping]), {
    "mcp-protocol-version": "2025-03-26",
  });
  assertEquals(named.status, 200);
  await named.body?.cancel();
});

Deno.test("createHandler() keeps 200 concurrent requests with the same id apart", async () => {
  const { server } = quietServer();
  server.tool({
    name: "nonce",
    input: { type: "object", properties: { nonce: { type: "string" } }, required: ["nonce"] },
    run: async ({ nonce }) => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
      return nonce;
    },
  });
  await using http = serveHttp(server);
  const client = statelessClient(http.url);
  await Promise.all(Array.from({ length: 200 }, async () => {
    const nonce = crypto.randomUUID();
    const params = { name: "nonce", arguments: { nonce } };
    const answer = await client.request("tools/call", params, { id: 1 });
    assertEquals([answer.id, answer.result.content[0].text], [1, nonce]);
  }));
});

Deno.test("createHandler() streams to a client that takes only streams, and not to one that takes none", async () => {
  const { server } = quietServer();
  server.tool({
    name: "steps",
    async run(_input, ctx) {
      ctx.progress(1);
      await new Promise((resolve) => setTimeout(resolve, 60));
      return "done";
    },
  });
  await using http = serveHttp(server, { limits: { slowMs: 20 } });
  const client = statelessClient(http.url);
  const params = { name: "steps" };
  const ask = (accept: string): Promise<Reply> =>
    client.send("tools/call", params, { headers: { accept }, meta: { progressToken: "t" } });
  const json = await ask("application/json");
  assertEquals(json.headers.get("content-type"), "application/json");
  assertEquals((await json.all()).length, 1);
  const stream = await ask("text/event-stream");
  assertEquals(stream.headers.get("content-type"), "text/event-stream");
  assertEquals((await stream.all()).map((message) => message.method), [
    "notifications/progress",
    undefined,
  ]);
  const quick = await client.send("ping", {}, { headers: { accept: "text/event-stream" } });
  assertEquals(quick.headers.get("content-type"), "text/event-stream");
  assertEquals((await quick.answer()).result, {});
});
