// The form of an answer: JSON or a stream, by what the client takes and what the server prefers.

import { assertEquals, assertMatch } from "@std/assert";
import { modernClient, openSession } from "./support/http_client.ts";
import { quietServer, serveHttp } from "./support/http_server.ts";

function server() {
  return quietServer().server.tool({ name: "hello", run: () => "Hello!" });
}

Deno.test("an answer is a stream where the server prefers it and the client takes it", async () => {
  for (
    const [answers, accept, type] of [
      ["json", "application/json, text/event-stream", /^application\/json/],
      ["stream", "application/json, text/event-stream", /^text\/event-stream/],
      ["stream", "application/json", /^application\/json/],
      ["json", "text/event-stream", /^text\/event-stream/],
    ] as const
  ) {
    await using http = serveHttp(server(), { answers });
    for (const client of [modernClient(http.url), await openSession(http.url)]) {
      const reply = await client.send("tools/call", { name: "hello" }, { headers: { accept } });
      assertMatch(reply.headers.get("content-type")!, type);
      assertEquals((await reply.answer()).result.content[0].text, "Hello!");
    }
  }
});

Deno.test("a refusal keeps its status whatever form the client prefers", async () => {
  await using http = serveHttp(server(), { answers: "stream" });
  const reply = await modernClient(http.url).send("no/such", {}, {
    headers: { accept: "text/event-stream" },
  });
  assertEquals(reply.status, 404);
  assertEquals((await reply.answer()).error.code, -32601);
});
