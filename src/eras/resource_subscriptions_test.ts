import { assertEquals } from "@std/assert";
import { modernClient, openSession, statelessClient } from "../../tests/support/http_client.ts";
import { quietServer, serveHttp } from "../../tests/support/http_server.ts";
import type { Server } from "../server/server.ts";
import { serveStdio } from "../transports/stdio.ts";

function watched(): Server {
  const { server } = quietServer();
  server.resource({ uri: "test://a", name: "a", read: () => "" });
  server.resource({ uri: "test://b", name: "b", read: () => "" });
  return server;
}

Deno.test("a session hears of the resources that it subscribed to, until it no longer is", async () => {
  const server = watched();
  await using http = serveHttp(server);
  for (const revision of ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"]) {
    const session = await openSession(http.url, revision);
    const stream = await session.listen();
    const messages = stream.messages();
    for (const uri of ["test://a", "test://later", "test://a"]) {
      assertEquals((await session.request("resources/subscribe", { uri })).result, {});
    }
    server.resourceUpdated("test://b");
    server.resourceUpdated("test://a");
    server.resourceUpdated("test://later");
    assertEquals((await session.request("resources/unsubscribe", { uri: "test://a" })).result, {});
    server.resourceUpdated("test://a");
    server.removeTool("none");
    server.resource({ uri: `test://${revision}`, name: "new", read: () => "" });
    const heard = [];
    for (let count = 0; count < 3; count++) {
      const { method, params } = (await messages.next()).value;
      heard.push([method, params?.uri]);
    }
    assertEquals(heard, [
      ["notifications/resources/updated", "test://a"],
      ["notifications/resources/updated", "test://later"],
      ["notifications/resources/list_changed", undefined],
    ]);
    await messages.return(undefined);
  }
});

Deno.test("a session does not hear of what another session subscribed to", async () => {
  const server = watched();
  await using http = serveHttp(server);
  const [one, two] = [await openSession(http.url), await openSession(http.url)];
  await one.request("resources/subscribe", { uri: "test://a" });
  await two.request("resources/subscribe", { uri: "test://b" });
  const stream = await two.listen();
  server.resourceUpdated("test://a");
  server.resourceUpdated("test://b");
  const messages = stream.messages();
  assertEquals((await messages.next()).value.params, { uri: "test://b" });
  await messages.return(undefined);
});

Deno.test("a session may subscribe to 1,000 resources, and is told of the limit", async () => {
  const server = watched();
  await using http = serveHttp(server);
  const session = await openSession(http.url, "2025-03-26");
  for (let start = 0; start < 1_000; start += 100) {
    const batch = Array.from({ length: 100 }, (_, at) => ({
      jsonrpc: "2.0",
      id: start + at,
      method: "resources/subscribe",
      params: { uri: `test://${start + at}` },
    }));
    const response = await fetch(session.url, {
      method: "POST",
      headers: { ...session.headers, "content-type": "application/json" },
      body: JSON.stringify(batch),
    });
    const answers: { result?: unknown }[] = await response.json();
    assertEquals(answers.filter(({ result }) => result !== undefined).length, 100);
  }
  const again = await session.request("resources/subscribe", { uri: "test://0" });
  assertEquals(again.result, {});
  const { error } = await session.request("resources/subscribe", { uri: "test://x" });
  assertEquals(error, {
    code: -32600,
    message: "Too many subscriptions: a session has at most 1000; unsubscribe from one first",
  });
  await session.request("resources/unsubscribe", { uri: "test://7" });
  assertEquals((await session.request("resources/subscribe", { uri: "test://x" })).result, {});
});

Deno.test("resources/subscribe names what is wrong, and needs a session", async () => {
  await using http = serveHttp(watched());
  const session = await openSession(http.url);
  for (const method of ["resources/subscribe", "resources/unsubscribe"]) {
    const missing = await session.request(method, {});
    assertEquals(missing.error, {
      code: -32602,
      message: 'Invalid params: "uri" must be a string: got nothing',
    });
    const long = await session.request(method, { uri: "a".repeat(8_193) });
    assertEquals(long.error, {
      code: -32602,
      message: 'Invalid params: "uri" must have at most 8192 characters: got 8193',
    });
    const stateless = await statelessClient(http.url).request(method, { uri: "test://a" });
    assertEquals(stateless.error.code, -32600);
    const modern = await modernClient(http.url).request(method, { uri: "test://a" });
    assertEquals(modern.error.code, -32601);
  }
});

Deno.test("a subscription listens to single resources where every request stands for itself", async () => {
  const server = watched();
  await using http = serveHttp(server);
  const reply = await modernClient(http.url).send("subscriptions/listen", {
    notifications: { resourceSubscriptions: ["test://a"], promptsListChanged: true },
  });
  const messages = reply.messages();
  const { value: acknowledged } = await messages.next();
  // There are no prompts yet, so nothing can be told of them.
  assertEquals(acknowledged.params.notifications, { resourceSubscriptions: ["test://a"] });
  server.resourceUpdated("test://b");
  server.resourceUpdated("test://a");
  const { value: updated } = await messages.next();
  assertEquals([updated.method, updated.params.uri], [
    "notifications/resources/updated",
    "test://a",
  ]);
  await messages.return(undefined);
});

Deno.test("a session on stdio hears of its resources, and each list that changes", async () => {
  const server = watched();
  const input = new TransformStream<Uint8Array, Uint8Array>();
  const writer = input.writable.getWriter();
  const output = new TransformStream<Uint8Array, Uint8Array>();
  const reader = output.readable.pipeThrough(new TextDecoderStream()).getReader();
  const ended = serveStdio(server, { readable: input.readable, writable: output.writable });
  let text = "";
  const say = (message: object) =>
    writer.write(new TextEncoder().encode(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`));
  const hear = async () => {
    while (!text.includes("\n")) text += (await reader.read()).value ?? "";
    const [line, ...rest] = text.split("\n");
    text = rest.join("\n");
    return JSON.parse(line!);
  };
  const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "t" } };
  await say({ id: 1, method: "initialize", params });
  await hear();
  await say({ method: "notifications/initialized" });
  await say({ id: 2, method: "resources/subscribe", params: { uri: "test://a" } });
  assertEquals(await hear(), { jsonrpc: "2.0", id: 2, result: {} });
  server.resourceUpdated("test://b");
  server.resourceUpdated("test://a");
  assertEquals(await hear(), {
    jsonrpc: "2.0",
    method: "notifications/resources/updated",
    params: { uri: "test://a" },
  });
  server.prompt({ name: "p", run: () => "" });
  assertEquals((await hear()).method, "notifications/prompts/list_changed");
  server.removePrompt("p");
  assertEquals((await hear()).method, "notifications/prompts/list_changed");
  server.removeResource("test://b");
  assertEquals((await hear()).method, "notifications/resources/list_changed");
  await writer.close();
  await ended;
});
