import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { HostOptions } from "./host.ts";
import { callTool } from "./testing/call_tool.ts";
import { withHost } from "./testing/host.ts";
import { webSearch } from "./web_search.ts";
import { searchProvider } from "./web_search_provider.ts";

async function withSearxng(
  respond: (request: Request) => Response,
  body: (options: HostOptions) => Promise<void>,
): Promise<void> {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, respond);
  try {
    await body({ searxngUrl: `http://127.0.0.1:${server.addr.port}/base/` });
  } finally {
    await server.shutdown();
  }
}

const RESULTS = Array.from({ length: 10 }, (_, at) => ({
  title: `Title ${at} &amp; <b>more</b>`,
  url: `https://example.com/${at}`,
  content: at === 1 ? "" : `About\n  ${at}`,
  engine: "x",
}));

Deno.test("web_search() asks the SearXNG, also at a private address, and lists what it found", () => {
  const asked: URL[] = [];
  return withSearxng((request) => {
    asked.push(new URL(request.url));
    return Response.json({
      query: "q",
      results: [{ title: "none", url: "javascript:x" }, ...RESULTS],
    });
  }, (options) =>
    withHost(async (host) => {
      const { text, structured } = await callTool(webSearch(host), {
        query: " deno & mcp ",
        count: 2,
      });
      assertEquals(asked.map(({ pathname }) => pathname), ["/base/search"]);
      assertEquals(asked[0]?.searchParams.get("q"), "deno & mcp");
      assertEquals(asked[0]?.searchParams.get("format"), "json");
      const lines = ["1. Title 0 & more", "   https://example.com/0", "   About 0"];
      assertEquals(text, [...lines, "2. Title 1 & more", "   https://example.com/1"].join("\n"));
      assertEquals(structured, {
        provider: "SearXNG",
        results: [
          { title: "Title 0 & more", url: "https://example.com/0", snippet: "About 0" },
          { title: "Title 1 & more", url: "https://example.com/1", snippet: "" },
        ],
      });
      const five = await callTool(webSearch(host), { query: "q" });
      assertEquals((five.structured.results as unknown[]).length, 5);
      assertEquals((await callTool(webSearch(host), { query: "q", count: 21 })).isError, true);
      assertEquals((await callTool(webSearch(host), { query: "  " })).isError, true);
    }, options));
});

Deno.test("web_search() says what is wrong with the provider", () => {
  const answers: (readonly [Response, string])[] = [
    [new Response("no", { status: 403 }), "search.formats"],
    [new Response("no", { status: 500 }), "HTTP status 500"],
    [new Response(null, { status: 302, headers: { location: "/elsewhere" } }), "HTTP status 302"],
    [new Response("<html>"), "holds no results"],
    [Response.json({ results: 5 }), "holds no results"],
  ];
  const queue = answers.map(([response]) => response);
  return withSearxng(() => queue.shift()!, (options) =>
    withHost(async (host) => {
      for (const [, sentence] of answers) {
        const { text, isError } = await callTool(webSearch(host), { query: "q" });
        assertEquals(isError, true);
        assertStringIncludes(text, "SearXNG could not search: ");
        assertStringIncludes(text, sentence);
      }
    }, options));
});

Deno.test("web_search() says so when nothing was found, and when nobody is there to ask", async () => {
  const options = { searxngUrl: "" };
  await withSearxng(() => Response.json({ results: [] }), (there) =>
    withHost(async (host) => {
      Object.assign(options, there);
      const { text, isError } = await callTool(webSearch(host), { query: "q" });
      assertEquals([text, isError], ['[SearXNG found nothing for "q"]', false]);
    }, there));
  await withHost(async (host) => {
    const { text, isError } = await callTool(webSearch(host), { query: "q" });
    assertEquals(isError, true);
    assertStringIncludes(text, "nothing listens there");
  }, options);
});

Deno.test("web_search() says how to set a provider where none is set", () =>
  withHost(async (host) => {
    const { text, isError } = await callTool(webSearch(host), { query: "q" });
    assertEquals(isError, true);
    assertStringIncludes(text, "LMCP_SEARXNG_URL");
    assertStringIncludes(text, "LMCP_BRAVE_KEY");
  }));

Deno.test("searchProvider() speaks to Brave with the key in a header alone", () => {
  const provider = searchProvider({ braveKey: "s3cret" })!;
  const { url, headers } = provider.request("deno & mcp", 7);
  assertEquals(url.origin + url.pathname, "https://api.search.brave.com/res/v1/web/search");
  assertEquals([url.searchParams.get("q"), url.searchParams.get("count")], ["deno & mcp", "7"]);
  assertEquals(headers, { "x-subscription-token": "s3cret" });
  assert(!url.href.includes("s3cret"));
  for (const status of [401, 422, 429, 500]) assert(!provider.advice(status).includes("s3cret"));
  const description = "A <strong>match</strong> &quot;here&#39;s&quot; &lt;b&gt;";
  const result = { title: "T", url: "https://example.com/", description, profile: {} };
  assertEquals(provider.read({ type: "search", web: { type: "search", results: [result] } }), [
    { title: "T", url: "https://example.com/", snippet: 'A match "here\'s" <b>' },
  ]);
  assertEquals(provider.read({ type: "search" }), []);
  assertEquals(provider.read({ type: "ErrorResponse", error: { code: "X" } }), undefined);
  assertEquals(provider.read(null), undefined);
});

Deno.test("searchProvider() prefers the owner's own SearXNG", () => {
  const both = { searxngUrl: "http://10.0.0.2:8888/search", braveKey: "k" };
  const { url, headers } = searchProvider(both)!.request("q", 5);
  assertEquals([url.href, headers], ["http://10.0.0.2:8888/search?q=q&format=json", {}]);
  assertEquals(searchProvider({}), undefined);
});
