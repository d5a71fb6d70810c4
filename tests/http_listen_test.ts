// `subscriptions/listen`: acknowledged first, told only what was asked for, ended with a goodbye.

import { assertEquals, assertMatch } from "@std/assert";
import { modernClient, type Reply } from "./support/http_client.ts";
import { quietServer, serveHttp } from "./support/http_server.ts";
import { until } from "./support/until.ts";
import type { Sent } from "./support/schema_check.ts";

const ID = "io.modelcontextprotocol/subscriptionId";

function listen(url: string, notifications: Sent, id: string | number = "sub"): Promise<Reply> {
  return modernClient(url).send("subscriptions/listen", { notifications }, { id });
}

Deno.test("subscriptions/listen acknowledges first, with what the server can tell", async () => {
  const { server } = quietServer();
  server.tool({ name: "a", run: () => "a" });
  await using http = serveHttp(server);
  const messages = (await listen(http.url, { toolsListChanged: true, promptsListChanged: true }))
    .messages();
  const { value: first } = await messages.next();
  assertEquals(first.method, "notifications/subscriptions/acknowledged");
  assertEquals(first.params, { notifications: { toolsListChanged: true }, _meta: { [ID]: "sub" } });
  server.tool({ name: "b", run: () => "b" });
  const { value: second } = await messages.next();
  assertEquals(second.method, "notifications/tools/list_changed");
  assertEquals(second.params._meta[ID], "sub");
  await messages.return(undefined);
});

Deno.test("subscriptions/listen tells nothing that was not asked for, and each stream its own", async () => {
  const { server } = quietServer();
  server.tool({ name: "a", run: () => "a" });
  await using http = serveHttp(server);
  const silent = await listen(http.url, {}, 1);
  const told = await listen(http.url, { toolsListChanged: true }, 2);
  const toldMessages = told.messages();
  await toldMessages.next();
  server.tool({ name: "b", run: () => "b" });
  assertEquals((await toldMessages.next()).value.params._meta[ID], 2);
  const closing = http.handler.close({ drainMs: 1 });
  const all = await silent.all();
  await closing;
  assertEquals(all.map((message) => message.method ?? "result"), [
    "notifications/subscriptions/acknowledged",
    "notifications/cancelled",
    "result",
  ]);
  await toldMessages.return(undefined);
});

Deno.test("subscriptions/listen ends with its result when the server ends, at once", async () => {
  const { server } = quietServer();
  server.tool({ name: "a", run: () => "a" });
  await using http = serveHttp(server);
  const reply = await listen(http.url, { toolsListChanged: true }, 7);
  const messages = reply.messages();
  await messages.next();
  const started = performance.now();
  const closing = http.handler.close({ drainMs: 60_000 });
  const rest: Sent[] = [];
  for await (const message of messages) rest.push(message);
  await closing;
  assertEquals(performance.now() - started < 5_000, true);
  assertEquals(rest.at(-1).id, 7);
  assertEquals(rest.at(-1).result.resultType, "complete");
  assertEquals(rest.at(-1).result._meta[ID], 7);
});

Deno.test("a subscription whose client went away leaves nothing behind", async () => {
  const { server } = quietServer();
  server.tool({ name: "a", run: () => "a" });
  let listeners = 0;
  const onChange = server.onChange.bind(server);
  const watched = {
    ...server,
    onChange(listener: Parameters<typeof onChange>[0]) {
      listeners++;
      const stop = onChange(listener);
      return () => (listeners--, stop());
    },
  };
  await using http = serveHttp(watched, { limits: { subscriptions: 2 } });
  const before = listeners;
  for (let round = 0; round < 10; round++) {
    const messages = (await listen(http.url, { toolsListChanged: true })).messages();
    await messages.next();
    assertEquals(listeners, before + 1);
    await messages.return(undefined);
    await until(() => listeners === before, 2_000, "the subscription is gone");
  }
});

Deno.test("a token has its most subscriptions, and the refusal names the limit", async () => {
  const { server } = quietServer();
  server.tool({ name: "a", run: () => "a" });
  await using http = serveHttp(server, { limits: { subscriptions: 2 } });
  const open = [await listen(http.url, {}, 1), await listen(http.url, {}, 2)];
  const { error } = await (await listen(http.url, {}, 3)).answer();
  assertMatch(error.message, /Too many subscriptions: 2 are open/);
  for (const reply of open) await reply.cancel();
});

Deno.test("subscriptions/listen refuses what is no filter, and a client that takes no stream", async () => {
  const { server } = quietServer();
  await using http = serveHttp(server);
  for (
    const [notifications, text] of [
      [undefined, /"notifications" must be an object: got nothing/],
      [{ toolsListChanged: "yes" }, /"toolsListChanged" must be a boolean: got a string/],
      [{ resourceSubscriptions: "x" }, /must be a list of strings/],
    ] as const
  ) {
    const { error } = await (await listen(http.url, notifications)).answer();
    assertEquals(error.code, -32602);
    assertMatch(error.message, text);
  }
  const reply = await modernClient(http.url).send("subscriptions/listen", { notifications: {} }, {
    headers: { accept: "application/json" },
  });
  assertMatch((await reply.answer()).error.message, /Accept must allow text\/event-stream/);
});
