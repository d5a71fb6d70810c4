// What looks at a server's messages for the other tests: it must see what is wrong, wherever it is.

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { openRuntime } from "../src/runtime/open_runtime.ts";
import { checkedHandler } from "./support/checked_handler.ts";
import { checkedCommand, checkedRuntime } from "./support/checked_streams.ts";
import { specDir } from "./support/spec_dir.ts";

const LIST = { jsonrpc: "2.0", id: 1, method: "tools/list", params: {} };
const WRONG = { jsonrpc: "2.0", id: 1, result: { tools: [{ name: 5 }] } };
const RIGHT = { jsonrpc: "2.0", id: 1, result: { tools: [] } };

function post(version: string): Request {
  const headers = { "mcp-protocol-version": version };
  return new Request("http://localhost/mcp", {
    method: "POST",
    headers,
    body: JSON.stringify(LIST),
  });
}

/** A plain clone has no schemas. */
const ignore = specDir() === undefined;

Deno.test("checkedHandler() passes all on, and finds what the schema of the revision forbids", {
  ignore,
}, async () => {
  for (const streamed of [false, true]) {
    let message: unknown = RIGHT;
    const checked = checkedHandler(() => {
      const text = JSON.stringify(message);
      const type = streamed ? "text/event-stream" : "application/json";
      return new Response(streamed ? `event: message\ndata: ${text}\n\n` : text, {
        headers: { "content-type": type },
      });
    });
    await (await checked.handler(post("2025-11-25"))).text();
    assertEquals(checked.problems, []);
    message = WRONG;
    const answer = await (await checked.handler(post("2025-11-25"))).text();
    assertStringIncludes(answer, JSON.stringify(WRONG));
    assertEquals(checked.problems.length, 1);
    assertMatch(checked.problems[0]!, /Not a ListToolsResult of 2025-11-25/);
    message = RIGHT;
    await (await checked.handler(post("2026-07-28"))).text();
    assertMatch(checked.problems[1]!, /of 2026-07-28/);
    assertEquals(checked.seen(), 3);
  }
});

Deno.test("checkedRuntime() and checkedCommand() find what is wrong in a program's lines", {
  ignore,
}, async () => {
  const code = `console.log(${JSON.stringify(JSON.stringify(WRONG))})`;
  const program = { command: Deno.execPath(), args: ["eval", code] };
  const runtime = await openRuntime();
  const problems: string[] = [];
  const child = checkedRuntime(runtime, "2025-11-25", problems).spawn(program.command, {
    args: program.args,
    env: runtime.environ(),
    stdin: "piped",
    stdout: "piped",
    stderr: "ignored",
  });
  const writer = child.stdin!.getWriter();
  await writer.write(new TextEncoder().encode(`${JSON.stringify(LIST)}\n`));
  assertEquals(await new Response(child.stdout).text(), `${JSON.stringify(WRONG)}\n`);
  assertMatch(problems.join(), /Not a ListToolsResult of 2025-11-25/);
  await writer.close().catch(() => undefined);

  const file = await Deno.makeTempFile();
  const { command, args } = checkedCommand(
    { command: "sh", args: ["-c", "read x; echo '{}'"] },
    file,
  );
  const wrapped = new Deno.Command(command, { args, stdin: "piped", stdout: "piped" }).spawn();
  const input = wrapped.stdin.getWriter();
  await input.write(new TextEncoder().encode("{}\n"));
  await input.close();
  assertEquals((await wrapped.output()).code, 0);
  assertMatch(await Deno.readTextFile(file), /Not a JSONRPC/);
  await Deno.remove(file);
});
