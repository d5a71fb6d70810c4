import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { serveDir } from "@std/http/file-server";
import type { HostOptions } from "./host.ts";
import { fetchTool } from "./fetch.ts";
import { type CallAnswer, callTool } from "./testing/call_tool.ts";
import { withHost } from "./testing/host.ts";

type Call = (args: Record<string, unknown>, signal?: AbortSignal) => Promise<CallAnswer>;

/** A server on loopback, and a call of fetch that is allowed to reach it. */
async function withUpstream(
  respond: (request: Request) => Response | Promise<Response>,
  body: (origin: string, call: Call, scratch: string) => Promise<void>,
  options: HostOptions = {},
): Promise<void> {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, respond);
  const origin = `http://127.0.0.1:${server.addr.port}`;
  try {
    await withHost(async (host, scratch) => {
      const call: Call = (args, signal) =>
        callTool(fetchTool(host), args as never, signal === undefined ? {} : { signal });
      await body(origin, call, scratch);
    }, { fetchAllow: ["127.0.0.0/8"], ...options });
  } finally {
    await server.shutdown();
  }
}

function html(text: BodyInit, type = "text/html; charset=utf-8"): Response {
  return new Response(text, { headers: { "content-type": type } });
}

const PAGE = `<!doctype html><title>T</title><script>bad()</script><h1>Häd</h1>
<p>One <b>two</b> <a href="/x">three</a><p><img src="data:image/png;base64,AAAA" alt="dot">
<pre><code>a &lt; b</code></pre>`;

Deno.test("fetch() gives HTML as Markdown, as text, and as it is", () =>
  withUpstream(() => html(PAGE), async (origin, call) => {
    const markdown = await call({ url: origin });
    assertEquals(markdown.isError, false);
    assertStringIncludes(markdown.text, "# Häd\n\nOne **two** [three](/x)");
    assertStringIncludes(markdown.text, "a < b");
    assert(!/bad\(\)|base64/.test(markdown.text), markdown.text);
    const { text, ...facts } = markdown.structured;
    assertStringIncludes(String(text), "# Häd");
    assertEquals(facts, {
      url: `${origin}/`,
      status: 200,
      content_type: "text/html; charset=utf-8",
      bytes: new TextEncoder().encode(PAGE).length,
      truncated: false,
      redirects: [],
    });
    const plain = await call({ url: origin, as: "text" });
    assertStringIncludes(plain.text, "One two three");
    assertEquals((await call({ url: origin, as: "raw" })).text, PAGE);
  }));

Deno.test("fetch() reads what a file server serves, by its types", async () => {
  let root = "";
  const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 1, 2, 3]);
  await withUpstream(
    (request) => serveDir(request, { fsRoot: root, quiet: true }),
    async (origin, call, scratch) => {
      root = scratch;
      await Deno.mkdir(`${scratch}/docs`);
      await Deno.writeTextFile(`${scratch}/docs/index.html`, PAGE);
      await Deno.writeTextFile(`${scratch}/data.json`, '{"a": [1]}');
      await Deno.writeFile(`${scratch}/dot.png`, png);
      await Deno.writeFile(`${scratch}/x.bin`, Uint8Array.from([0, 1, 2, 255]));
      assertEquals((await call({ url: `${origin}/data.json` })).text, '{"a": [1]}');
      const moved = await call({ url: `${origin}/docs` });
      assertStringIncludes(moved.text, "# Häd");
      assertEquals(moved.structured.redirects, [`${origin}/docs/`]);
      const picture = await call({ url: `${origin}/dot.png` });
      const data = btoa(String.fromCharCode(...png));
      assertEquals(picture.content[0], { type: "image", data, mimeType: "image/png" });
      const other = await call({ url: `${origin}/x.bin` });
      assertEquals(other.isError, false);
      assertStringIncludes(other.text, "4 bytes, and is not shown");
      const head = await call({ url: `${origin}/data.json`, method: "HEAD" });
      assertStringIncludes(head.text, "content-length: 10\n");
      const missing = await call({ url: `${origin}/none` });
      assertEquals([missing.isError, missing.structured.status], [true, 404]);
      assertStringIncludes(missing.text, "Not Found[HTTP status 404.]");
    },
  );
});

Deno.test("fetch() sends method, headers and body", () =>
  withUpstream(async (request) => {
    const { method, headers } = request;
    return Response.json([
      method,
      headers.get("x-a"),
      headers.get("content-type"),
      await request.text(),
    ]);
  }, async (origin, call) => {
    const args = { url: origin, method: "POST", headers: { "X-A": "1", "Content-Type": "a/b" } };
    const { text } = await call({ ...args, body: "ö" });
    assertEquals(JSON.parse(text), ["POST", "1", "a/b", "ö"]);
  }));

Deno.test("fetch() reads charsets from the header and from the page", async () => {
  const latin = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
  const answers: { [path: string]: Response } = {
    "/header": html(latin("<p>\xe9t\xe9"), "text/html; charset=ISO-8859-1"),
    "/meta": html(latin("<html><meta charset='windows-1252'><p>\xe9t\xe9"), "text/html"),
    "/utf16": new Response(latin("\xff\xfe\xe9\0t\0\xe9\0"), {
      headers: { "content-type": "text/plain" },
    }),
    "/unknown": html("<p>été", "text/html; charset=nonsense"),
    "/untyped": new Response(latin("<!DOCTYPE html><meta charset=latin1><p>\xe9t\xe9")),
  };
  await withUpstream((request) => answers[new URL(request.url).pathname]!, async (origin, call) => {
    for (const path of Object.keys(answers)) {
      assertEquals((await call({ url: origin + path })).text, "été", path);
    }
  });
});

Deno.test("fetch() cuts at max_bytes and at what a model is shown, and says so", () =>
  withUpstream(() => new Response("line ä\n".repeat(20_000)), async (origin, call) => {
    const bytes = await call({ url: origin, max_bytes: 6 });
    assertStringIncludes(bytes.text, "line [Only the first 6 bytes were fetched");
    assertEquals([bytes.structured.truncated, bytes.structured.bytes], [true, 6]);
    const shown = await call({ url: origin });
    assert(shown.text.length < 5_000);
    assertStringIncludes(shown.text, "is left out; the whole text is in ");
    const whole = await Deno.readTextFile(String(shown.structured.log_path));
    assertEquals(whole, "line ä\n".repeat(20_000));
  }, { outputLimit: 5_000 }));

Deno.test("fetch() unpacks no more of a bomb than it may read", () => {
  const zeros = new Blob([new Uint8Array(64 * 1024 * 1024)]).stream()
    .pipeThrough(new CompressionStream("gzip"));
  const headers = { "content-encoding": "gzip", "content-type": "text/plain" };
  return withUpstream(() => new Response(zeros, { headers }), async (origin, call) => {
    const { structured } = await call({ url: origin, max_bytes: 1_000_000 });
    assertEquals([structured.bytes, structured.truncated], [1_000_000, true]);
  });
});

Deno.test("fetch() ends a body that drips at timeout_s, and shows what came", () => {
  let timer: ReturnType<typeof setInterval> | undefined;
  const drip = () =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode("first "));
        timer = setInterval(() => controller.enqueue(new TextEncoder().encode(".")), 20);
      },
      cancel: () => clearInterval(timer),
    });
  return withUpstream(() => new Response(drip()), async (origin, call) => {
    const dripped = await call({ url: origin, timeout_s: 0.3 });
    assertEquals(dripped.isError, true);
    assertStringIncludes(dripped.text, "first .");
    assertStringIncludes(dripped.text, "timeout_s, 0.3 s");
  });
});

Deno.test("fetch() ends at once when cancelled, and at its time when nothing comes", async () => {
  let asked = () => {};
  const arrived = new Promise<void>((resolve) => asked = resolve);
  const open: (() => void)[] = [];
  await withUpstream((request) => {
    if (request.url.endsWith("/second")) asked();
    return new Promise((resolve) => open.push(() => resolve(new Response())));
  }, async (origin, call) => {
    const silent = await call({ url: origin, timeout_s: 0.1 });
    assertEquals(silent.isError, true);
    assertStringIncludes(silent.text, "timeout_s, 0.1 s");
    const controller = new AbortController();
    const running = call({ url: `${origin}/second` }, controller.signal);
    await arrived;
    const started = performance.now();
    controller.abort(new Error("not needed any more"));
    assertStringIncludes(await running.then(({ text }) => text, String), "not needed any more");
    assert(performance.now() - started < 500);
    for (const end of open) end();
  });
});

Deno.test("fetch() refuses what it cannot send, in sentences", () =>
  withHost(async (host) => {
    const refusals: readonly (readonly [Record<string, unknown>, string])[] = [
      [{ url: "example.com" }, 'url must be a whole URL: got "example.com"'],
      [{ url: "file:///etc/passwd" }, "read_file"],
      [{ url: "ftp://example.com/" }, "http:// or https://"],
      [{ url: "http://me:pw@example.com/" }, "Authorization"],
      [{ url: "http://example.com/", body: "x" }, "POST"],
      [{ url: "http://example.com/", headers: { Host: "x" } }, "fetch makes it itself"],
      [{ url: "http://example.com/", headers: { "a b": "x" } }, 'got "a b"'],
      [{ url: "http://example.com/", headers: { a: "x\r\nb: y" } }, "one line"],
      [{ url: "http://example.com/", max_bytes: 0 }, "max_bytes"],
    ];
    for (const [args, sentence] of refusals) {
      const { text, isError } = await callTool(fetchTool(host), args as never);
      assertEquals(isError, true);
      assertStringIncludes(text, sentence);
    }
  }));

Deno.test("fetch() has only methods that read on a host that only reads", () =>
  withUpstream(() => new Response("ok"), async (origin, call) => {
    assertEquals((await call({ url: origin })).text, "ok");
    assertEquals((await call({ url: origin, method: "POST" })).isError, true);
    assertEquals((await call({ url: origin, body: "x" })).isError, true);
  }, { readOnly: true }));
