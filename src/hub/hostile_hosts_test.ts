// Hosts that answer with what no server should: each hurts its own part of an answer, and nothing else.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Backend, serveBackend, serveRaw, startHub } from "./testing/hub_bench.ts";

/** A host that is well but for what it answers to calls of tools. */
function answering(result: unknown): Backend {
  return serveRaw(async (request) => {
    if (request.method !== "POST") return new Response(null, { status: 405 });
    const { id, method } = await request.json();
    if (id === undefined) return new Response(null, { status: 202 });
    const results: { readonly [method: string]: unknown } = {
      "initialize": {
        protocolVersion: "2025-06-18",
        capabilities: { tools: {} },
        serverInfo: { name: "odd", version: "1" },
      },
      "ping": {},
      "tools/call": result,
    };
    if (!(method in results)) {
      return Response.json({ jsonrpc: "2.0", id, error: { code: -32601, message: "not here" } });
    }
    return Response.json({ jsonrpc: "2.0", id, result: results[method] });
  });
}

const ANY = { type: "object" } as const;
const PNG = { type: "image", data: "AAAA", mimeType: "image/png" };
const ODD: readonly (readonly [name: string, result: unknown, says: string])[] = [
  ["no object", null, ""],
  ["no content", {}, ""],
  ["content that is no list", { content: "hi" }, 'got "hi"'],
  ["a block that is nothing", { content: [null] }, "got null"],
  ["a text without text", { content: [{ type: "text" }] }, 'a block of type "text"'],
  ["a text that is a number", { content: [{ type: "text", text: 5 }] }, 'a block of type "text"'],
  ["a block without a type", { content: [{}] }, 'a block of type ""'],
  ["a block of tomorrow", { content: [{ type: "dance" }] }, 'a block of type "dance"'],
  ["a text with more to it", { content: [{ type: "text", text: "hi", more: 1 }] }, "hi"],
  ["an image with more to it", { content: [{ ...PNG, more: 1 }] }, "from odd:"],
  ["structured content that is a list", { content: [], structuredContent: [1] }, ""],
  [
    "structured content with the hub's own names",
    JSON.parse('{"content":[],"structuredContent":{"__proto__":{"ok":1},"host":"x","via":5}}'),
    "",
  ],
];

Deno.test("runRemote() takes odd answers of a host for what they are, and loses no other host's", async () => {
  await using good = serveBackend((server) =>
    server.tool({ name: "shell", input: ANY, run: () => "fine" })
  );
  for (const [name, result, says] of ODD) {
    await using odd = answering(result);
    await using bench = await startHub(`odd ${odd.url}\ngood ${good.url}`);
    const one = await bench.call("remote_shell", { host: "odd", command: "x" });
    const both = await bench.call("remote_shell", { host: "*", command: "x" });
    const texts = JSON.stringify(both.content.map(({ text = "" }) => text)).replaceAll("\\", "");
    assertStringIncludes(texts, says, name);
    assertStringIncludes(texts, "== good: oknfine", name);
    const { results } = both.structuredContent;
    assertEquals(results.map(({ host }: { host: string }) => host).sort(), ["good", "odd"], name);
    for (const { via } of results) assertEquals(via, "mcp", name);
    assert(!JSON.stringify(one).includes("output schema"), JSON.stringify(one));
    assertEquals(bench.errors, [], name);
  }
});

Deno.test("runRemote() passes on no more of one host than is fit for a model", async () => {
  const huge = {
    content: [{ type: "text", text: `begin ${"x".repeat(3_000_000)} end` }],
    structuredContent: { output: "y".repeat(1_000_000), deep: { lines: ["z".repeat(1_000_000)] } },
  };
  const many = {
    content: Array.from({ length: 50_000 }, (_, at) => ({ type: "text", text: `${at}` })),
  };
  const images = { content: Array.from({ length: 5_000 }, () => PNG) };
  for (const result of [huge, many, images]) {
    await using host = answering(result);
    await using bench = await startHub(`a ${host.url}`);
    const text = JSON.stringify(await bench.call("remote_shell", { host: "a", command: "x" }));
    assert(text.length < 700_000, `${text.length} characters`);
    assertStringIncludes(text, "left out");
  }
  await using flood = answering({ content: [{ type: "text", text: "x".repeat(9_000_000) }] });
  await using bench = await startHub(`a ${flood.url}`);
  const { isError, content } = await bench.call("remote_ping", { host: "a" });
  assertEquals(isError, true);
  const says = "a: its answer is larger than the 8 MiB that a hub takes; ask for less";
  assertEquals(content, [{ type: "text", text: says }]);
});

Deno.test("runRemote() passes on no error of a host without bound, nor does remote_list_hosts", async () => {
  const message = "x".repeat(3_000_000);
  const errors: readonly ((id: unknown) => Response)[] = [
    (id) => Response.json({ jsonrpc: "2.0", id, error: { code: -32000, message } }),
    () => new Response(message, { status: 500 }),
    () => new Response(message, { headers: { "content-type": "application/json" } }),
    () => new Response(null, { status: 302, headers: { location: `http://${message}.test/` } }),
  ];
  for (const [at, answer] of errors.entries()) {
    await using host = serveRaw(async (request) => {
      const { id } = request.method === "POST" ? await request.json() : { id: 1 };
      return answer(id);
    });
    await using bench = await startHub(`a ${host.url}`);
    for (
      const [tool, args] of [["ping", { host: "a" }], ["list_hosts", { force: true }]] as const
    ) {
      const text = JSON.stringify(await bench.call(`remote_${tool}`, args));
      assert(text.length < 400_000, `${tool} of ${at}: ${text.length} characters`);
      if (tool === "list_hosts") assert(text.length < 3_000, `${at}: ${text.length} characters`);
    }
    assert((bench.calls[0]?.problem ?? "").length < 3_000, `${at}: the log`);
  }
});

Deno.test("runRemote() keeps up with a host that tells of progress without end", async () => {
  await using host = serveBackend((server) =>
    server.tool({
      name: "shell",
      input: ANY,
      async run(_, ctx) {
        for (let step = 1; step <= 20_000; step++) {
          ctx.progress(step, 20_000, `step ${step}`);
          if (step % 1_000 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
        }
        return "done";
      },
    })
  );
  await using bench = await startHub(`a ${host.url}`);
  let last = 0;
  const { content } = await bench.client.callTool("remote_shell", { host: "a", command: "x" }, {
    onProgress({ progress }) {
      assert(progress > last);
      last = progress;
    },
  });
  assertEquals(content, [{ type: "text", text: "done" }]);
  assertEquals(last, 20_000);
  assertEquals(bench.errors, []);
});

Deno.test("runRemote() bounds the answer of very many hosts", async () => {
  const text = "x".repeat(30_000);
  await using host = serveBackend((server) =>
    server.tool({
      name: "shell",
      input: ANY,
      run: () => ({ content: [{ type: "text", text: `${Math.random()} ${text}` }] }),
    })
  );
  const lines = Array.from({ length: 200 }, (_, at) => `h${at} ${host.url}`).join("\n");
  await using bench = await startHub(lines);
  const answer = await bench.call("remote_shell", { host: "h*", command: "x" });
  assertStringIncludes(answer.content[0].text, "200 hosts: 200 ok, 0 failed");
  assertEquals(answer.structuredContent.results.length, 200);
  assert(JSON.stringify(answer).length < 250_000, `${JSON.stringify(answer).length} characters`);
});

Deno.test("listHosts() shows a model no more of a thousand hosts than it should see", async () => {
  const lines = Array.from(
    { length: 1_000 },
    (_, at) => `a-name-of-some-length-${at} - ssh=me@host${at} tags=one,another,t${at % 10}`,
  );
  await using bench = await startHub(lines.join("\n"));
  const all = await bench.call("remote_list_hosts", {});
  assert(all.content[0].text.length <= 30_000);
  assertStringIncludes(all.content[0].text, "tag names a part of the hosts");
  assertEquals(all.structuredContent.hosts.length, 1_000);
  const some = await bench.call("remote_list_hosts", { tag: "t3" });
  assertEquals(some.content[0].text.split("\n").length, 100);
});
