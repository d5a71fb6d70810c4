import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { extensionClient } from "../../tests/support/extension_client.ts";
import { openSession } from "../../tests/support/http_client.ts";
import { quietServer, serveHttp } from "../../tests/support/http_server.ts";
import type { Outcome } from "../protocol/call.ts";
import { createHandler } from "../transports/http.ts";
import type { Extension } from "./extension.ts";

const ID = "com.example/echo";

function echo(more: Partial<Extension> = {}): Extension {
  return {
    id: ID,
    methods: new Map([
      ["echo/say", ({ params: { text } }): Outcome => ({ kind: "complete", result: { text } })],
    ]),
    ...more,
  };
}

Deno.test("use() declares an extension with its settings, and lets its methods through", async () => {
  const { server } = quietServer();
  server.use(echo({ settings: { loud: true } }));
  const handler = createHandler(server);
  const client = extensionClient(handler, { extensions: [ID] });
  const { result } = await client.request("server/discover");
  assertEquals(result.capabilities.extensions, { [ID]: { loud: true } });
  const said = await client.request("echo/say", { text: "hi" });
  assertEquals([said.result.text, said.result.resultType], ["hi", "complete"]);
  assertEquals((await client.request("echo/shout")).error.code, -32601);
  await handler.close();
});

Deno.test("use() refuses an extension's methods to a client that did not declare it, unless told otherwise", async () => {
  for (const mustBeDeclared of [true, false]) {
    const { server } = quietServer();
    server.use(echo({ mustBeDeclared }));
    const handler = createHandler(server);
    const { status, result, error } = await extensionClient(handler).request("echo/say", {
      text: "hi",
    });
    if (mustBeDeclared) {
      assertEquals([status, error.code], [400, -32021]);
      assertEquals(error.data, { requiredCapabilities: { extensions: { [ID]: {} } } });
    } else assertEquals(result.text, "hi");
    await handler.close();
  }
});

Deno.test("use() keeps an extension from sessions unless it is made for them", async () => {
  for (const inSessions of [false, true]) {
    const { server } = quietServer();
    server.use(echo({ inSessions, mustBeDeclared: false }));
    await using http = serveHttp(server);
    const session = await openSession(http.url);
    const declared = session.opened.capabilities.extensions;
    assertEquals(declared, inSessions ? { [ID]: {} } : undefined);
    const { result, error } = await session.request("echo/say", { text: "hi" });
    assertEquals(inSessions ? result.text : error.code, inSessions ? "hi" : -32601);
  }
});

Deno.test("use() puts extensions around the calls of tools, the first outermost", async () => {
  const { server } = quietServer();
  const seen: string[] = [];
  for (const name of ["a", "b"]) {
    server.use({
      id: `com.example/${name}`,
      async around(call, tool, next) {
        seen.push(`${name} before ${tool.name}`);
        const { result } = await next(call);
        seen.push(`${name} after`);
        return { kind: "complete", result: { ...result, _meta: { by: name } } };
      },
    });
  }
  server.tool({
    name: "t",
    input: { type: "object", properties: { n: { type: "integer" } } },
    run: () => {
      seen.push("run");
    },
  });
  const handler = createHandler(server);
  const client = extensionClient(handler);
  const { result } = await client.request("tools/call", { name: "t" });
  assertEquals(result._meta.by, "a");
  assertEquals(seen, ["a before t", "b before t", "run", "b after", "a after"]);
  seen.length = 0;
  await client.request("tools/call", { name: "t", arguments: { n: "x" } });
  assertEquals(seen, []); // What is wrong already needs nobody around it.
  await handler.close();
});

Deno.test("use() ends an extension when the last transport ends, and once", async () => {
  const { server } = quietServer();
  let ended = 0;
  server.use(echo({
    end: () => {
      ended++;
      return Promise.resolve();
    },
  }));
  const [one, two] = [createHandler(server), createHandler(server)];
  await one.close();
  await one.close();
  assertEquals(ended, 0);
  await two.close();
  assertEquals(ended, 1);
});

Deno.test("use() names the rule that an extension breaks", () => {
  const { server } = quietServer();
  server.use(echo()).tool({ name: "t", run: () => "" });
  const rows: readonly (readonly [Partial<Extension>, RegExp])[] = [
    [{ id: "tasks" }, /^Cannot use extension "tasks": its id must be a name with a prefix/],
    [{ id: "com.example/" }, /its id must be a name with a prefix/],
    [{}, /^Cannot use extension "com\.example\/echo": the id is taken$/],
    [{ id: "com.example/b" }, /"com\.example\/b": the method "echo\/say" is taken$/],
    [
      {
        id: "com.example/b",
        methods: new Map([["tools/call", () => ({ kind: "complete", result: {} })]]),
      },
      /the method "tools\/call" is taken$/,
    ],
  ];
  for (const [more, text] of rows) {
    const error = assertThrows(() => server.use(echo(more)), TypeError);
    assertMatch(error.message, text);
  }
});
