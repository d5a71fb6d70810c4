// A call by hand: one `curl`, no handshake, no headers but the one that curl would get wrong.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { lacksProgram } from "../support/lacks.ts";
import { startServer } from "../support/program.ts";
import { toolCall } from "./http_talk.ts";

Deno.test("a plain curl calls a tool, and leaves no session", async () => {
  if (lacksProgram("curl")) return;
  await using server = await startServer();
  // A second of work: a script that reads the answer must not get a stream for it.
  const call = toolCall(1, "shell", { command: "sleep 1; echo $((6 * 7))" });
  const { head, body } = await curl(server.url, JSON.stringify(call));
  assertMatch(head, /^HTTP\/1.1 200 /);
  assertMatch(head, /^content-type: application\/json/im);
  assert(!/^mcp-session-id:/im.test(head), head);
  const { id, result } = JSON.parse(body);
  assertEquals(id, 1);
  assertEquals(result.content, [{ type: "text", text: "42\n" }]);
});

Deno.test("a plain curl is told what is wrong with its call", async () => {
  if (lacksProgram("curl")) return;
  await using server = await startServer();
  const { head, body } = await curl(server.url, "{");
  assertMatch(head, /^HTTP\/1.1 400 /);
  assertEquals(JSON.parse(body).error.code, -32700);
  const unknown = await curl(server.url, JSON.stringify(toolCall(1, "no_such_tool", {})));
  assertStringIncludes(JSON.parse(unknown.body).error.message, "no_such_tool");
});

async function curl(url: string, data: string): Promise<{ head: string; body: string }> {
  const { stdout } = await new Deno.Command("curl", {
    args: ["-s", "-i", url, "-H", "content-type: application/json", "-d", data],
  }).output();
  const [head = "", body = ""] = new TextDecoder().decode(stdout).split("\r\n\r\n", 2);
  return { head, body };
}
