import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { quietServer } from "../../tests/support/http_server.ts";
import { RpcError } from "../jsonrpc/errors.ts";
import { createHandler } from "../transports/http.ts";
import { connect } from "./connect.ts";
import type { ServerChange } from "./options.ts";

Deno.test("listen() goes on where the server was away, and tells of the gap", async () => {
  const { server } = quietServer();
  server.tool({ name: "one", run: () => "1" });
  let handler = createHandler(server);
  await using client = await connect((request: Request) => handler(request), { era: "modern" });
  const changes: ServerChange[] = [];
  const waiting: (() => void)[] = [];
  const next = () => new Promise<void>((resolve) => waiting.push(resolve));
  const subscription = await client.listen({ tools: true, prompts: true }, (change) => {
    changes.push(change);
    waiting.shift()?.();
  });
  assertEquals(subscription.agreed, { tools: true });
  const first = next();
  server.tool({ name: "two", run: () => "2" });
  await first;
  const gap = next();
  await handler.close({ drainMs: 0 });
  handler = createHandler(server);
  await gap;
  const second = next();
  server.tool({ name: "three", run: () => "3" });
  await second;
  assertEquals(changes, [{ kind: "tools" }, { kind: "gap" }, { kind: "tools" }]);
  await subscription.close();
  await subscription.ended;
  server.tool({ name: "four", run: () => "4" });
  assertEquals(changes.length, 3);
  await handler.close();
});

Deno.test("listen() ends with its signal, and with its client", async () => {
  const { server } = quietServer();
  server.tool({ name: "one", run: () => "1" });
  const handler = createHandler(server);
  const client = await connect(handler);
  const abort = new AbortController();
  const first = await client.listen({ tools: true }, () => {}, { signal: abort.signal });
  const second = await client.listen({ tools: true }, () => {});
  abort.abort();
  await first.ended;
  await client.close();
  await second.ended;
  await assertRejects(() => client.listen({ tools: true }, () => {}), Error, "closed");
  await handler.close();
});

Deno.test("listen() says when the server has no such thing", async () => {
  const target = async (request: Request) => {
    const { id, method } = await request.json();
    return method === "server/discover"
      ? Response.json({
        jsonrpc: "2.0",
        id,
        result: { supportedVersions: ["2026-07-28"], capabilities: {} },
      })
      : Response.json({ jsonrpc: "2.0", id, error: { code: -32601, message: "no" } }, {
        status: 404,
      });
  };
  await using client = await connect(target);
  const error = await client.listen({ tools: true }, () => {}).catch((error) => error);
  assertInstanceOf(error, RpcError);
  assertEquals(error.code, -32601);
});
