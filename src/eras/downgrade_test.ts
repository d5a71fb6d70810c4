import { assertEquals } from "@std/assert";
import { modernClient, openSession } from "../../tests/support/http_client.ts";
import { quietServer, serveHttp } from "../../tests/support/http_server.ts";
import { audio, image, text } from "../server/define.ts";

const ICONS = [{ src: "https://example.com/i.svg", sizes: ["any"], theme: "dark" }] as const;
const HINTS = { audience: ["user"], priority: 0.9, lastModified: "2025-01-12T15:00:58Z" } as const;
const META = { _meta: { "example.com/k": 1 } };

const SAID = { ...text("x", HINTS), ...META };
const LINK = {
  type: "resource_link",
  uri: "test://a",
  name: "a",
  title: "A",
  description: "The a.",
  mimeType: "text/plain",
  size: 3,
  annotations: HINTS,
  ...META,
} as const;
const EMBEDDED = {
  type: "resource",
  resource: { uri: "test://a", mimeType: "text/plain", text: "x", ...META },
  annotations: HINTS,
} as const;
const CONTENT = [
  SAID,
  { ...image("AA==", "image/png"), annotations: HINTS },
  audio("AA==", "audio/wav"),
  { ...LINK, icons: ICONS },
  EMBEDDED,
];

const { lastModified: _lastModified, ...OLD_HINTS } = HINTS;
const OLD_SAID = { type: "text", text: "x", annotations: OLD_HINTS };
const OLD_IMAGE = { type: "image", data: "AA==", mimeType: "image/png", annotations: OLD_HINTS };
const OLD_LINK = { type: "text", text: "Resource a: test://a" };
const OLD_EMBEDDED = {
  type: "resource",
  resource: { uri: "test://a", mimeType: "text/plain", text: "x" },
  annotations: OLD_HINTS,
};
const OLD_SOUND = {
  type: "resource",
  resource: { uri: "data:audio", mimeType: "audio/wav", blob: "AA==" },
};

Deno.test("downgradeResult() gives the content of a tool whole, or as far as a revision knows it", async () => {
  const { server } = quietServer();
  server.tool({ name: "all", run: () => CONTENT });
  await using http = serveHttp(server);
  const call = { name: "all" };
  const newest = await modernClient(http.url).request("tools/call", call);
  assertEquals(newest.result.content, CONTENT);
  const expected: { [revision: string]: unknown } = {
    "2025-11-25": CONTENT,
    "2025-06-18": [SAID, CONTENT[1], CONTENT[2], LINK, EMBEDDED],
    "2025-03-26": [OLD_SAID, OLD_IMAGE, CONTENT[2], OLD_LINK, OLD_EMBEDDED],
    "2024-11-05": [OLD_SAID, OLD_IMAGE, OLD_SOUND, OLD_LINK, OLD_EMBEDDED],
  };
  for (const [revision, content] of Object.entries(expected)) {
    const { result } = await (await openSession(http.url, revision)).request("tools/call", call);
    assertEquals(result.content, content, revision);
  }
});

Deno.test("downgradeResult() shows tools and server with icons only where they are known", async () => {
  const { server } = quietServer({
    icons: ICONS,
    title: "T",
    description: "D",
    websiteUrl: "https://example.com/",
  });
  server.tool({
    name: "t",
    title: "T",
    icons: ICONS,
    annotations: { readOnlyHint: true },
    output: { type: "object" },
    ...META,
    run: () => ({}),
  });
  await using http = serveHttp(server);
  const keys = (value: object) => Object.keys(value).sort().join();
  const { result } = await modernClient(http.url).request("tools/list");
  const all = "_meta,annotations,icons,inputSchema,name,outputSchema,title";
  assertEquals(keys(result.tools[0]), all);
  assertEquals(result._meta["io.modelcontextprotocol/serverInfo"].icons, ICONS);
  const expected: { [revision: string]: readonly [info: string, tool: string] } = {
    "2025-11-25": ["description,icons,name,title,version,websiteUrl", all],
    "2025-06-18": ["name,title,version", all.replace("icons,", "")],
    "2025-03-26": ["name,version", "annotations,inputSchema,name"],
    "2024-11-05": ["name,version", "inputSchema,name"],
  };
  for (const [revision, shown] of Object.entries(expected)) {
    const session = await openSession(http.url, revision);
    const { result } = await session.request("tools/list");
    assertEquals([keys(session.opened.serverInfo), keys(result.tools[0])], shown, revision);
  }
});

Deno.test("downgradeResult() says structured content only where it is known, and as an object", async () => {
  const { server } = quietServer();
  server.tool({ name: "object", output: { type: "object" }, run: () => ({ a: 1 }) });
  server.tool({ name: "list", output: { type: "array" }, run: () => [1] });
  await using http = serveHttp(server);
  const expected: { [revision: string]: readonly unknown[] } = {
    "2025-11-25": [{ a: 1 }, undefined, ["object"]],
    "2025-06-18": [{ a: 1 }, undefined, ["object"]],
    "2025-03-26": [undefined, undefined, []],
    "2024-11-05": [undefined, undefined, []],
  };
  for (const [revision, shown] of Object.entries(expected)) {
    const session = await openSession(http.url, revision);
    const call = async (name: string) =>
      (await session.request("tools/call", { name })).result.structuredContent;
    const { tools } = (await session.request("tools/list")).result;
    const withOutput = tools.filter((tool: { outputSchema?: unknown }) => tool.outputSchema);
    assertEquals(
      [await call("object"), await call("list"), withOutput.map((t: { name: string }) => t.name)],
      shown,
      revision,
    );
  }
});

Deno.test("downgradeClient() asks no form of a client whose revision has none", async () => {
  const { server } = quietServer();
  server.tool({
    name: "declared",
    run: (_input, ctx) => Object.keys(ctx.client.capabilities).sort().join(),
  });
  await using http = serveHttp(server);
  const capabilities = { elicitation: {}, sampling: {}, roots: {} };
  const expected: { [revision: string]: string } = {
    "2025-11-25": "elicitation,roots,sampling",
    "2025-06-18": "elicitation,roots,sampling",
    "2025-03-26": "roots,sampling",
    "2024-11-05": "roots,sampling",
  };
  for (const [revision, declared] of Object.entries(expected)) {
    const session = await openSession(http.url, revision, { capabilities });
    const { result } = await session.request("tools/call", { name: "declared" });
    assertEquals(result.content[0].text, declared, revision);
  }
});
