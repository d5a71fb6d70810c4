// What each revision is shown of one and the same server: nothing newer than itself.

import { assertEquals } from "@std/assert";
import { createServer } from "../src/server/server.ts";
import type { Content } from "../src/protocol/types.ts";
import { modernClient, openSession, type TestClient } from "./support/http_client.ts";
import { serveHttp } from "./support/http_server.ts";
import type { Sent } from "./support/schema_check.ts";

const SESSION_REVISIONS = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] as const;
const REVISIONS = [...SESSION_REVISIONS, "2026-07-28"] as const;
type Revision = typeof REVISIONS[number];

const ICONS = [{ src: "https://example.com/icon.png", mimeType: "image/png", sizes: ["48x48"] }];
const EVERYTHING: Content[] = [
  { type: "text", text: "a" },
  { type: "image", data: "aGk=", mimeType: "image/png" },
  { type: "audio", data: "aGk=", mimeType: "audio/wav" },
  { type: "resource_link", uri: "file:///a", name: "a", title: "A" },
  { type: "resource", resource: { uri: "file:///b", text: "b" } },
];

/** A server that uses everything that some revision does not know. */
function fullServer() {
  const server = createServer({
    name: "full",
    version: "1.0.0",
    title: "Full",
    description: "Has everything.",
    websiteUrl: "https://example.com",
    icons: ICONS,
    instructions: "Use it.",
  });
  server.tool({
    name: "full",
    title: "Full",
    description: "Has everything.",
    output: { type: "object", properties: { n: { type: "number" } } },
    annotations: { title: "Full", readOnlyHint: true },
    icons: ICONS,
    _meta: { "example.com/a": 1 },
    run: () => ({ n: 1 }),
  });
  server.tool({
    name: "list",
    output: { type: "array", items: { type: "number" } },
    run: () => [1, 2],
  });
  server.tool({ name: "content", run: () => EVERYTHING });
  server.tool({
    name: "progress",
    run(_input, ctx) {
      ctx.progress(1, 2, "half");
      return "done";
    },
  });
  return server;
}

/** Runs a check with a client of each revision. */
async function withEach(
  check: (revision: Revision, client: TestClient, hello: Sent) => Promise<void>,
): Promise<void> {
  await using http = serveHttp(fullServer());
  for (const revision of SESSION_REVISIONS) {
    const session = await openSession(http.url, revision);
    await check(revision, session, session.opened);
  }
  const client = modernClient(http.url);
  await check("2026-07-28", client, (await client.request("server/discover")).result);
}

const since = (revision: Revision, least: Revision) => revision >= least;

Deno.test("each revision learns of the server what it knows of", async () => {
  await withEach((revision, _client, hello) => {
    const info = revision === "2026-07-28"
      ? hello._meta["io.modelcontextprotocol/serverInfo"]
      : hello.serverInfo;
    assertEquals(info, {
      name: "full",
      version: "1.0.0",
      ...(since(revision, "2025-06-18") ? { title: "Full" } : {}),
      ...(since(revision, "2025-11-25")
        ? { description: "Has everything.", websiteUrl: "https://example.com", icons: ICONS }
        : {}),
    }, revision);
    assertEquals(hello.instructions, "Use it.");
    assertEquals(hello.capabilities, { tools: { listChanged: true }, logging: {} });
    return Promise.resolve();
  });
});

Deno.test("each revision is listed tools with the members it knows of", async () => {
  await withEach(async (revision, client) => {
    const { result } = await client.request("tools/list");
    const [full, list] = result.tools;
    assertEquals(full, {
      name: "full",
      description: "Has everything.",
      inputSchema: { type: "object", additionalProperties: false },
      ...(since(revision, "2025-03-26")
        ? { annotations: { title: "Full", readOnlyHint: true } }
        : {}),
      ...(since(revision, "2025-06-18")
        ? {
          title: "Full",
          outputSchema: { type: "object", properties: { n: { type: "number" } } },
          _meta: { "example.com/a": 1 },
        }
        : {}),
      ...(since(revision, "2025-11-25") ? { icons: ICONS } : {}),
    }, revision);
    assertEquals("outputSchema" in list, revision === "2026-07-28", revision);
    assertEquals(
      [result.resultType, result.ttlMs, result.cacheScope],
      revision === "2026-07-28" ? ["complete", 0, "private"] : [undefined, undefined, undefined],
    );
  });
});

Deno.test("each revision gets structured content as it can carry it, and always the text", async () => {
  await withEach(async (revision, client) => {
    const object = (await client.request("tools/call", { name: "full" })).result;
    assertEquals(object.content, [{ type: "text", text: '{"n":1}' }]);
    assertEquals(object.structuredContent, since(revision, "2025-06-18") ? { n: 1 } : undefined);
    const list = (await client.request("tools/call", { name: "list" })).result;
    assertEquals(list.content, [{ type: "text", text: "[1,2]" }]);
    assertEquals(list.structuredContent, revision === "2026-07-28" ? [1, 2] : undefined, revision);
    assertEquals("_meta" in object, revision === "2026-07-28");
  });
});

Deno.test("each revision gets blocks of content that it knows, the others said in another way", async () => {
  await withEach(async (revision, client) => {
    const { content } = (await client.request("tools/call", { name: "content" })).result;
    assertEquals(content[0], EVERYTHING[0]);
    assertEquals(content[1], EVERYTHING[1]);
    assertEquals(content[4], EVERYTHING[4]);
    assertEquals(
      content[2],
      since(revision, "2025-03-26") ? EVERYTHING[2] : {
        type: "resource",
        resource: { uri: "data:audio", mimeType: "audio/wav", blob: "aGk=" },
      },
    );
    assertEquals(
      content[3],
      since(revision, "2025-06-18")
        ? EVERYTHING[3]
        : { type: "text", text: "Resource a: file:///a" },
    );
  });
});

Deno.test("each revision gets progress, with its message where it knows of one", async () => {
  await withEach(async (revision, client) => {
    const reply = await client.send("tools/call", { name: "progress" }, {
      meta: { progressToken: "t" },
    });
    const [progress] = await reply.all();
    assertEquals(progress, {
      jsonrpc: "2.0",
      method: "notifications/progress",
      params: {
        progressToken: "t",
        progress: 1,
        total: 2,
        ...(since(revision, "2025-03-26") ? { message: "half" } : {}),
      },
    }, revision);
  });
});
