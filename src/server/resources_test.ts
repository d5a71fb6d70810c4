import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { modernClient, openSession, statelessClient } from "../../tests/support/http_client.ts";
import { quietServer, serveHttp } from "../../tests/support/http_server.ts";
import { RpcError } from "../jsonrpc/errors.ts";
import type { Resource, ResourceDefinition } from "./define_resource.ts";

const SESSIONS = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];
const ICONS = [{ src: "https://example.com/i.png", mimeType: "image/png", sizes: ["48x48"] }];

Deno.test("resources/list shows every field of a resource when the era is new, in order of registration", async () => {
  const { server } = quietServer({ cache: { ttlMs: 5_000, scope: "public" } });
  const shown = {
    uri: "test://b",
    name: "b",
    title: "B",
    description: "The b.",
    mimeType: "text/plain",
    annotations: {
      audience: ["user"],
      priority: 0.5,
      lastModified: "2025-01-12T15:00:58Z",
    },
    icons: ICONS,
    _meta: { "example.com/a": 1 },
    size: 3,
  } as const;
  server.resource({ ...shown, read: () => "abc" });
  server.resource({ uri: "test://a", name: "a", read: () => "" });
  await using http = serveHttp(server);
  const { result } = await modernClient(http.url).request("resources/list");
  assertEquals(result.resources, [shown, { uri: "test://a", name: "a" }]);
  assertEquals([result.ttlMs, result.cacheScope, result.nextCursor], [5_000, "public", undefined]);
});

Deno.test("resources/list leaves out of each older revision what it does not know", async () => {
  const { server } = quietServer();
  server.resource({
    uri: "test://a",
    name: "a",
    title: "A",
    size: 1,
    annotations: { priority: 1, lastModified: "2025-01-12T15:00:58Z" },
    icons: ICONS,
    _meta: { x: 1 },
    read: () => "a",
  });
  server.resource({
    uriTemplate: "test://{id}",
    name: "t",
    title: "T",
    icons: ICONS,
    read: () => "",
  });
  await using http = serveHttp(server);
  const seen: { [revision: string]: unknown } = {};
  for (const revision of SESSIONS) {
    const session = await openSession(http.url, revision);
    const { result } = await session.request("resources/list");
    const { annotations, ...rest } = result.resources[0];
    const templates = await session.request("resources/templates/list");
    seen[revision] = [
      Object.keys(rest).sort().join(),
      Object.keys(annotations).sort().join(),
      Object.keys(templates.result.resourceTemplates[0]).sort().join(),
    ];
  }
  const between = ["_meta,name,size,title,uri", "lastModified,priority", "name,title,uriTemplate"];
  const old = ["name,size,uri", "priority", "name,uriTemplate"];
  assertEquals(seen, {
    "2025-11-25": [
      "_meta,icons,name,size,title,uri",
      "lastModified,priority",
      "icons,name,title,uriTemplate",
    ],
    "2025-06-18": between,
    "2025-03-26": old,
    "2024-11-05": old,
  });
});

Deno.test("resources/list and templates/list come in pages when there are many", async () => {
  const { server } = quietServer({ pageSize: 2 });
  for (const id of ["1", "2", "3"]) {
    server.resource({ uri: `test://${id}`, name: id, read: () => id });
    server.resource({ uriTemplate: `test://${id}/{x}`, name: id, read: () => id });
  }
  await using http = serveHttp(server);
  const client = modernClient(http.url);
  for (const [method, list] of [["list", "resources"], ["templates/list", "resourceTemplates"]]) {
    const first = await client.request(`resources/${method}`);
    const second = await client.request(`resources/${method}`, {
      cursor: first.result.nextCursor,
    });
    const names = [...first.result[list!], ...second.result[list!]].map(({ name }) => name);
    assertEquals(names, ["1", "2", "3"]);
    assertEquals(second.result.nextCursor, undefined);
    const bad = await client.request(`resources/${method}`, { cursor: "nonsense" });
    assertEquals(bad.error.code, -32602);
    assertMatch(bad.error.message, /"cursor" must be one that this list gave out: got "nonsense"/);
  }
});

Deno.test("resources/read gives text and bytes, with the type of the definition or of the read", async () => {
  const { server } = quietServer();
  const bytes = new Uint8Array([0, 255, 1]);
  const reads: { [name: string]: [read: ResourceDefinition["read"], contents: unknown] } = {
    text: [() => "hi", [{ uri: "test://text", mimeType: "a/b", text: "hi" }]],
    bytes: [() => bytes, [{ uri: "test://bytes", mimeType: "a/b", blob: "AP8B" }]],
    later: [() => Promise.resolve("hi"), [{ uri: "test://later", mimeType: "a/b", text: "hi" }]],
    own: [
      () => ({ text: "{}", mimeType: "application/json", _meta: { x: 1 } }),
      [{ uri: "test://own", mimeType: "application/json", text: "{}", _meta: { x: 1 } }],
    ],
    base64: [() => ({ blob: "AP8B" }), [{ uri: "test://base64", mimeType: "a/b", blob: "AP8B" }]],
    blob: [() => ({ blob: bytes }), [{ uri: "test://blob", mimeType: "a/b", blob: "AP8B" }]],
    list: [
      () => ["x", { uri: "test://list/2", text: "y" }, bytes],
      [
        { uri: "test://list", mimeType: "a/b", text: "x" },
        { uri: "test://list/2", mimeType: "a/b", text: "y" },
        { uri: "test://list", mimeType: "a/b", blob: "AP8B" },
      ],
    ],
    whole: [
      () => ({ contents: ["x"] }),
      [{ uri: "test://whole", mimeType: "a/b", text: "x" }],
    ],
    empty: [() => [], []],
  };
  for (const [name, [read]] of Object.entries(reads)) {
    server.resource({ uri: `test://${name}`, name, mimeType: "a/b", read });
  }
  await using http = serveHttp(server);
  for (const client of [modernClient(http.url), await openSession(http.url)]) {
    for (const [name, [, contents]] of Object.entries(reads)) {
      const { result } = await client.request("resources/read", { uri: `test://${name}` });
      assertEquals(result.contents, contents, name);
    }
  }
});

Deno.test("resources/read keeps the _meta of the result, and that of contents where the revision has it", async () => {
  const { server } = quietServer();
  server.resource({
    uri: "test://a",
    name: "a",
    read: () => ({ contents: [{ text: "x", _meta: { in: 1 } }], _meta: { out: 1 } }),
  });
  await using http = serveHttp(server);
  const expected: { [revision: string]: unknown } = {
    "2025-11-25": { in: 1 },
    "2025-06-18": { in: 1 },
    "2025-03-26": undefined,
    "2024-11-05": undefined,
  };
  for (const revision of SESSIONS) {
    const session = await openSession(http.url, revision);
    const { result } = await session.request("resources/read", { uri: "test://a" });
    assertEquals(result._meta, { out: 1 }, revision);
    assertEquals(result.contents[0]._meta, expected[revision], revision);
  }
});

Deno.test("resources/read hints how long to cache: as the resource says, else as the server", async () => {
  const { server } = quietServer({ cache: { ttlMs: 7, scope: "public" } });
  server.resource({ uri: "test://a", name: "a", read: () => "" });
  server.resource({
    uri: "test://b",
    name: "b",
    cache: { ttlMs: 60_000, scope: "private" },
    read: () => "",
  });
  await using http = serveHttp(server);
  const hints = [];
  for (const uri of ["test://a", "test://b"]) {
    const { result } = await modernClient(http.url).request("resources/read", { uri });
    hints.push([result.ttlMs, result.cacheScope]);
  }
  assertEquals(hints, [[7, "public"], [60_000, "private"]]);
  const old = await (await openSession(http.url)).request("resources/read", { uri: "test://b" });
  assertEquals(old.result, { contents: [{ uri: "test://b", text: "" }] });
});

Deno.test("resources/read asks the client in the middle of a read, and lets nobody cache what it then gives", async () => {
  const { server } = quietServer();
  server.resource({
    uri: "test://a",
    name: "a",
    cache: { ttlMs: 60_000, scope: "public" },
    async read(_uri, ctx) {
      const { action } = await ctx.elicit({
        key: "sure",
        message: "Sure?",
        schema: { type: "object", properties: {} },
      });
      return action;
    },
  });
  await using http = serveHttp(server);
  const meta = { "io.modelcontextprotocol/clientCapabilities": { elicitation: {} } };
  const client = modernClient(http.url);
  const first = (await client.request("resources/read", { uri: "test://a" }, { meta })).result;
  assertEquals([first.resultType, first.ttlMs], ["input_required", undefined]);
  const { result } = await client.request("resources/read", {
    uri: "test://a",
    requestState: first.requestState,
    inputResponses: { sure: { action: "decline" } },
  }, { meta });
  assertEquals(result.contents, [{ uri: "test://a", text: "decline" }]);
  assertEquals([result.ttlMs, result.cacheScope], [0, "private"]);
});

Deno.test("resources/read gives a template its variables, and prefers what came first", async () => {
  const { server } = quietServer();
  server.resource({
    uriTemplate: "test://{id}/data{?v}",
    name: "first",
    read: (uri, { id, v }, ctx) => `${uri} ${id} ${v} ${ctx.client.info?.name}`,
  });
  server.resource({ uriTemplate: "test://{+rest}", name: "second", read: () => "second" });
  server.resource({ uri: "test://7/data", name: "fixed", read: () => "fixed" });
  await using http = serveHttp(server);
  for (const client of [modernClient(http.url), await openSession(http.url)]) {
    const read = async (uri: string) =>
      (await client.request("resources/read", { uri })).result.contents[0].text;
    assertEquals(
      await read("test://a%20b/data?v=2"),
      "test://a%20b/data?v=2 a b 2 test-client",
    );
    assertEquals(await read("test://7/data"), "fixed");
    assertEquals(await read("test://7/other"), "second");
  }
});

Deno.test("resources/read says which URI there is none of: -32602 in the new era, -32002 before", async () => {
  const { server, reported } = quietServer();
  server.resource({ uriTemplate: "test://{id}", name: "t", read: () => undefined });
  server.resource({
    uriTemplate: "other://{id}",
    name: "own",
    read: (uri) => {
      throw new RpcError(-32602, "No such thing", { uri });
    },
  });
  await using http = serveHttp(server);
  const old = [statelessClient(http.url)];
  for (const revision of SESSIONS) old.push(await openSession(http.url, revision));
  for (const uri of ["test://nothing", "other://nothing", "none://x"]) {
    const { error } = await modernClient(http.url).request("resources/read", { uri });
    assertEquals([error.code, error.data], [-32602, { uri }]);
    for (const client of old) {
      const { error } = await client.request("resources/read", { uri });
      assertEquals([error.code, error.data], [-32002, { uri }]);
    }
  }
  assertEquals(reported, []);
});

Deno.test("resources/read keeps -32602 for parameters that are wrong, in both eras", async () => {
  const { server } = quietServer({ capabilities: { resources: true } });
  await using http = serveHttp(server);
  for (const client of [modernClient(http.url), await openSession(http.url)]) {
    const missing = await client.request("resources/read", {});
    assertEquals(
      [missing.error.code, missing.error.message],
      [-32602, '"uri" must be a string: got nothing'],
    );
    const long = await client.request("resources/read", { uri: `a:${"x".repeat(8_191)}` });
    assertEquals(
      [long.error.code, long.error.message],
      [-32602, '"uri" must have at most 8192 characters: got 8193'],
    );
  }
});

Deno.test("resources/read tells onError of a handler's bug, and the client only that it failed", async () => {
  const { server, reported } = quietServer();
  const bug = new Error("secret path /etc/thing");
  server.resource({
    uri: "test://throws",
    name: "throws",
    read: () => {
      throw bug;
    },
  });
  server.resource({ uri: "test://odd", name: "odd", read: () => ({ text: 5 }) as never });
  server.resource({
    uri: "test://refuses",
    name: "refuses",
    read: () => Promise.reject(new RpcError(-32000, "Not today", { until: "noon" })),
  });
  await using http = serveHttp(server);
  for (const client of [modernClient(http.url), await openSession(http.url)]) {
    reported.length = 0;
    for (const uri of ["test://throws", "test://odd"]) {
      const { error } = await client.request("resources/read", { uri });
      assertEquals(error, {
        code: -32603,
        message: "Internal error: the resource could not be read",
      });
    }
    const { error } = await client.request("resources/read", { uri: "test://refuses" });
    assertEquals(error, { code: -32000, message: "Not today", data: { until: "noon" } });
    assertEquals(reported.length, 2);
    assertEquals(reported[0], bug);
    assertMatch(
      (reported[1] as Error).message,
      /Resource "test:\/\/odd" must hold strings, bytes, or objects with "text" or "blob"/,
    );
  }
});

Deno.test("removeResource() takes away a resource or a template, and says whether there was one", async () => {
  const { server } = quietServer();
  server.resource({ uri: "test://a", name: "a", read: () => "" });
  server.resource({ uriTemplate: "test://{id}/x", name: "t", read: () => "" });
  assertEquals(
    [server.removeResource("test://a"), server.removeResource("test://{id}/x")],
    [true, true],
  );
  assertEquals(server.removeResource("test://a"), false);
  await using http = serveHttp(server);
  const client = modernClient(http.url);
  assertEquals((await client.request("resources/list")).result.resources, []);
  assertEquals((await client.request("resources/templates/list")).result.resourceTemplates, []);
  const { error } = await client.request("resources/read", { uri: "test://1/x" });
  assertEquals(error.code, -32602);
});

Deno.test("resource() names the rule that a definition breaks", () => {
  const { server } = quietServer();
  const read = () => "";
  server.resource({ uri: "test://a", name: "a", read });
  server.resource({ uriTemplate: "test://{id}", name: "t", read });
  const rows: readonly (readonly [definition: object, rule: string])[] = [
    [{ name: "x", read }, "Cannot register resource nothing: uri or uriTemplate must be a text"],
    [{ uri: "", name: "x", read }, "uri must be a text that is not empty"],
    [{ uri: "a b:c", name: "x", read }, 'uri must have " " percent-encoded'],
    [{ uri: "no-scheme", name: "x", read }, "uri must start with a scheme"],
    [{ uri: "test://a", name: "x", read }, 'Cannot register resource "test://a": the URI is taken'],
    [{ uriTemplate: "test://{id}", name: "x", read }, "the template is taken"],
    [{ uriTemplate: "test://{id", name: "x", read }, 'must close each "{"'],
    [{ uriTemplate: "test://x", name: "x", read }, "must have a variable"],
    [{ uri: "test://b", read }, "name must be a text that is not empty: got nothing"],
    [{ uri: "test://b", name: "b" }, "read must be a function: got nothing"],
    [{ uri: "test://b", name: "b", size: -1, read }, "size must be an integer of 0 or more"],
    [
      { uri: "test://b", name: "b", cache: { ttlMs: -1, scope: "public" }, read },
      'cache must have a "ttlMs" that is an integer of 0 or more: got -1',
    ],
    [
      { uri: "test://b", name: "b", cache: { ttlMs: 1, scope: "all" }, read },
      'cache must have a "scope" of public or private: got "all"',
    ],
    [
      { uriTemplate: "test://{a}/{b}", name: "b", complete: { c: () => [] }, read },
      'complete must name variables of the template (a, b): got "c"',
    ],
    [
      { uriTemplate: "test://{a}/{b}", name: "b", complete: { a: [] }, read },
      'complete of "a" must be a function: got an array',
    ],
  ];
  for (const [definition, rule] of rows) {
    assertThrows(() => server.resource(definition as Resource), TypeError, rule);
  }
});

Deno.test("resources/read gives a resource the signal and the progress of its request", async () => {
  const { server } = quietServer();
  server.resource({
    uri: "test://slow",
    name: "slow",
    read(_uri, ctx) {
      ctx.progress(1, 2, "half");
      return String(ctx.signal.aborted);
    },
  });
  await using http = serveHttp(server);
  for (const client of [modernClient(http.url), await openSession(http.url)]) {
    const reply = await client.send("resources/read", { uri: "test://slow" }, {
      meta: { progressToken: "t" },
    });
    const [note, answer] = await reply.all();
    assertEquals(note.params, { progressToken: "t", progress: 1, total: 2, message: "half" });
    assert(answer.result !== undefined);
    assertEquals(answer.result.contents[0].text, "false");
  }
});
