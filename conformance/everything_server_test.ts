// The everything server as a process, as suites start it.

import { assertEquals, assertMatch } from "@std/assert";
import { startHttpFixture, startStdioFixture } from "./fixture_process.ts";

const SERVER = new URL("everything_server.ts", import.meta.url).pathname;

Deno.test("everything_server.ts serves HTTP on a free port until SIGTERM, and says nothing else", async () => {
  const server = await startHttpFixture();
  assertMatch(server.url, /^http:\/\/127\.0\.0\.1:\d+\/mcp$/);
  const response = await fetch(server.url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"test_simple_text"}}`,
  });
  assertEquals((await response.json()).result.content[0].type, "text");
  assertEquals(await server.stop(), "");
});

Deno.test("everything_server.ts serves its standard streams until the end of input", async () => {
  const server = startStdioFixture();
  await server.send(`{"jsonrpc":"2.0","id":1,"method":"tools/list"}`);
  const lines = server.lines.getReader();
  const { value = "" } = await lines.read();
  // Scenarios call the first tool with no arguments at all.
  assertEquals(JSON.parse(value).result.tools[0].name, "test_simple_text");
  assertEquals(await server.stop(), "");
  assertEquals((await lines.read()).done, true);
});

Deno.test("everything_server.ts refuses other arguments with code 2", async () => {
  for (const args of [[], ["--port"], ["--port", "x"], ["--stdio", "--port", "1"]]) {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", SERVER, ...args],
      stdin: "null",
    }).output();
    assertEquals(code, 2);
    assertMatch(
      new TextDecoder().decode(stderr),
      /^Expected --port N \[--stream\] or --stdio: got ".*"\n$/,
    );
  }
});
