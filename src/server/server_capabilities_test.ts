import { assertEquals } from "@std/assert";
import { modernClient, openSession, type TestClient } from "../../tests/support/http_client.ts";
import { quietServer, serveHttp } from "../../tests/support/http_server.ts";
import type { Server } from "./server.ts";

const METHODS = {
  tools: ["tools/list", "tools/call"],
  resources: ["resources/list", "resources/templates/list", "resources/read"],
  prompts: ["prompts/list", "prompts/get"],
  completions: ["completion/complete"],
} as const;

const LOGGING = { logging: {} };
const TOOLS = { tools: { listChanged: true } };
const RESOURCES = { resources: { listChanged: true, subscribe: true } };
const PROMPTS = { prompts: { listChanged: true } };
const COMPLETIONS = { completions: {} };

async function discovered(client: TestClient): Promise<unknown> {
  return (await client.request("server/discover")).result.capabilities;
}

Deno.test("capabilities declare what is registered, and what was asked for, in both eras", async () => {
  const rows: readonly (readonly [
    options: Parameters<typeof quietServer>[0],
    register: (server: Server) => unknown,
    capabilities: object,
  ])[] = [
    [{}, () => {}, LOGGING],
    [{ capabilities: { logging: false } }, () => {}, {}],
    [{}, (server) => server.tool({ name: "t", run: () => "" }), { ...TOOLS, ...LOGGING }],
    [
      { capabilities: { tools: false } },
      (server) => server.tool({ name: "t", run: () => "" }),
      { ...TOOLS, ...LOGGING },
    ],
    [
      {},
      (server) => server.resource({ uri: "a:b", name: "r", read: () => "" }),
      { ...RESOURCES, ...LOGGING },
    ],
    [
      {},
      (server) =>
        server.resource({
          uriTemplate: "a:{b}",
          name: "r",
          complete: { b: () => [] },
          read: () => "",
        }),
      { ...RESOURCES, ...COMPLETIONS, ...LOGGING },
    ],
    [
      {},
      (server) => server.prompt({ name: "p", arguments: [{ name: "a" }], run: () => "" }),
      { ...PROMPTS, ...LOGGING },
    ],
    [
      {},
      (server) =>
        server.prompt({ name: "p", arguments: [{ name: "a", complete: () => [] }], run: () => "" }),
      { ...PROMPTS, ...COMPLETIONS, ...LOGGING },
    ],
    [
      { capabilities: { tools: true, resources: true, prompts: true, completions: true } },
      () => {},
      { ...TOOLS, ...RESOURCES, ...PROMPTS, ...COMPLETIONS, ...LOGGING },
    ],
    [
      {},
      (server) => {
        server.tool({ name: "t", run: () => "" });
        server.removeTool("t");
      },
      { ...TOOLS, ...LOGGING },
    ],
  ];
  for (const [options, register, capabilities] of rows) {
    const { server } = quietServer(options);
    register(server);
    await using http = serveHttp(server);
    assertEquals(await discovered(modernClient(http.url)), capabilities);
    assertEquals((await openSession(http.url)).opened.capabilities, capabilities);
  }
});

Deno.test("capabilities leave completions out for the revision that did not know them yet", async () => {
  const { server } = quietServer({ capabilities: { completions: true } });
  await using http = serveHttp(server);
  const at = async (revision: string) =>
    (await openSession(http.url, revision)).opened.capabilities;
  assertEquals(await at("2024-11-05"), LOGGING);
  assertEquals(await at("2025-03-26"), { ...COMPLETIONS, ...LOGGING });
});

Deno.test("methods of a capability that is not declared are not found, in both eras", async () => {
  for (const [capability, methods] of Object.entries(METHODS)) {
    const { server } = quietServer();
    await using http = serveHttp(server);
    const session = await openSession(http.url);
    for (const client of [modernClient(http.url), session]) {
      for (const method of methods) {
        const { error } = await client.request(method, {});
        assertEquals(error, { code: -32601, message: `Method not found: got "${method}"` });
      }
    }
    const { server: asked } = quietServer({ capabilities: { [capability]: true } });
    await using other = serveHttp(asked);
    for (const client of [modernClient(other.url), await openSession(other.url)]) {
      for (const method of methods) {
        const { error } = await client.request(method, {});
        assertEquals(error?.code, error === undefined ? undefined : -32602, method);
      }
    }
  }
});

Deno.test("capabilities without logging send no log lines, and know no level", async () => {
  for (const logging of [true, false]) {
    const { server } = quietServer({ capabilities: { logging } });
    server.tool({
      name: "loud",
      run(_input, ctx) {
        ctx.log("error", "boo");
        ctx.progress(1);
      },
    });
    await using http = serveHttp(server);
    const session = await openSession(http.url);
    const set = await session.request("logging/setLevel", { level: "error" });
    assertEquals(set.error?.code, logging ? undefined : -32601);
    const level = { "io.modelcontextprotocol/logLevel": "debug" };
    for (const client of [modernClient(http.url), session]) {
      const reply = await client.send("tools/call", { name: "loud" }, {
        meta: { ...level, progressToken: 1 },
      });
      const methods = (await reply.all()).map((message) => message.method ?? "answer");
      const expected = ["notifications/message", "notifications/progress", "answer"];
      assertEquals(methods, logging ? expected : expected.slice(1));
    }
  }
});

Deno.test("resources/subscribe is not found where there are no resources, or no sessions", async () => {
  const { server } = quietServer();
  await using http = serveHttp(server);
  const session = await openSession(http.url);
  const { error } = await session.request("resources/subscribe", { uri: "a:b" });
  assertEquals(error.code, -32601);
  server.resource({ uri: "a:b", name: "b", read: () => "" });
  assertEquals((await session.request("resources/subscribe", { uri: "a:b" })).result, {});
  const modern = await modernClient(http.url).request("resources/subscribe", { uri: "a:b" });
  assertEquals(modern.error.code, -32601);
});
