// `lmcp list` and `lmcp call` with servers that ask, flood, answer oddly or do not want to end: what a
// user sees on a terminal and in a pipe, the exit code, and what is left of it.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { text } from "../mod.ts";
import { quietServer, serveHttp } from "./support/http_server.ts";
import { lacksProc, lacksProgram } from "./support/lacks.ts";
import { programCommand, runProgram } from "./support/program.ts";

/** A server of sessions over standard streams, with what `MODE` says about it. */
const SERVER = `
  const { createInterface } = await import("node:readline");
  const mode = process.argv[1];
  const send = (message) => console.log(JSON.stringify({ jsonrpc: "2.0", ...message }));
  if (mode === "stubborn") {
    for (const name of ["SIGTERM", "SIGINT"]) process.on(name, () => {});
    setInterval(() => {}, 1_000);
  }
  const odd = { name: "odd", inputSchema: { properties: null }, description: 5 };
  const tools = [null, { name: 5 }, odd, { name: "none", inputSchema: null }, { name: "list" },
    { name: "code" }, { name: "hang", title: "a\\u009b2Jb" }];
  const contents = [{ type: "text" }, { type: "image" }, { type: "resource" }, {}, { type: "resource", resource: {} }];
  createInterface({ input: process.stdin }).on("line", (line) => {
    const { id, method, params } = JSON.parse(line);
    if (id === undefined) return;
    const capabilities = { tools: {}, resources: {}, prompts: {} };
    if (method === "initialize") {
      return send({ id, result: { protocolVersion: "2025-06-18", capabilities, serverInfo: { name: 7 } } });
    }
    if (method === "tools/list") return send({ id, result: { tools } });
    if (method === "resources/list") return send({ id, result: { resources: [{ uri: "x:y" }] } });
    if (method === "prompts/list") {
      return send({ id, result: { prompts: [{ name: "p", arguments: [null, { name: "q" }] }, { name: "o", arguments: 5 }] } });
    }
    if (method === "tools/call" && params.name === "odd") return send({ id, result: { content: contents } });
    if (method === "tools/call" && params.name === "list") return send({ id, result: ["x"] });
    if (method === "tools/call" && params.name === "code") return send({ id, error: { message: "?" } });
    if (params?.name === "hang") return console.error("begun " + process.pid);
    send({ id, error: { code: -32601, message: "no such method" } });
  });
`;
const server = (mode: string) => ["--", "node", "--input-type=module", "-e", SERVER, mode];

Deno.test("lmcp list shows what can be shown of a server that answers oddly", async () => {
  const { code, stdout, stderr } = await runProgram(["list", ...server("")]);
  assertEquals(code, 0, stderr);
  assertStringIncludes(stdout, "Tools (5)\n  odd\n      5\n  none\n");
  assertStringIncludes(stdout, "Resources (1)\n  x:y\n");
  assertMatch(stdout, /Prompts \(2\)\n {2}p \[q\]\n[^]*\n {2}o\n/);
  assertMatch(stderr, /^lmcp: The answer to tools\/list must have a "name" .*: got null$/m);
  const json = await runProgram(["list", "--json", ...server("")]);
  assertEquals(JSON.parse(json.stdout).resourceTemplates, []);
  // What a terminal would act on is escaped, and means the same.
  assertStringIncludes(json.stdout, '"a\\u009b2Jb"');
  assertEquals(JSON.parse(json.stdout).tools.at(-1).title, "a\u009b2Jb");
});

Deno.test("lmcp call ends at once with 4 where the answer is none, and shows content that is none", async () => {
  const odd = await runProgram(["call", "odd", ...server("")]);
  assertEquals(odd.code, 0, odd.stderr);
  assertMatch(odd.stdout, /^\[\{"type":"text"\}\]\n\[image undefined, no bytes; /);
  for (const tool of ["list", "code"]) {
    const { code, stderr } = await runProgram(["call", tool, ...server("")]);
    assertEquals([tool, code], [tool, 4], stderr);
    assertMatch(stderr, /must (answer with an object|write a message of JSON-RPC)/);
  }
});

Deno.test("lmcp call leaves no server behind when it is told twice to end", async () => {
  if (lacksProc()) return;
  const { command, args, env } = programCommand(["call", "hang", ...server("stubborn")], {});
  const child = new Deno.Command(command, { args, env, stdout: "null", stderr: "piped" }).spawn();
  const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  const until = async (pattern: RegExp) => {
    while (!pattern.test(said)) {
      const { done, value } = await reader.read();
      if (done) throw new Error(`It ended without saying ${pattern}: ${said}`);
      said += value;
    }
  };
  await until(/begun \d+\n/);
  const pid = Number(/begun (\d+)/.exec(said)?.[1]);
  child.kill("SIGINT");
  await until(/cancelled/);
  assertEquals(await running(pid), true);
  child.kill("SIGINT");
  assertEquals((await child.status).code, 130);
  await reader.cancel();
  while (await running(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
});

Deno.test("lmcp call gives the whole error of a tool to a slow pipe, and fails where there is no room", async () => {
  const { server } = quietServer();
  server.tool({
    name: "long",
    run() {
      throw new Error("x".repeat(600_000));
    },
  });
  await using http = serveHttp(server);
  const { command, args } = programCommand(["call", http.url, "long"], {});
  const line = [command, ...args].map((word) => `'${word}'`).join(" ");
  const counted = await shell(`${line} 2>&1 >/dev/null | { sleep 0.5; wc -c; }`);
  assertEquals(counted.stdout.trim(), "600001");
  assertEquals((await shell(`${line} 2>&1 | head -c 3`)).stdout, "xxx");
  if (Deno.build.os !== "linux") return;
  const list = programCommand(["list", http.url], {});
  const listed = [list.command, ...list.args].map((word) => `'${word}'`).join(" ");
  const full = await shell(`${listed} >/dev/full`);
  assertEquals(full.code, 1);
  assertMatch(full.stderr, /^lmcp: .*space/);
});

Deno.test("lmcp call asks on a terminal what the server wants to know, and says so elsewhere", async () => {
  if (lacksProgram("script")) return;
  const { server } = quietServer({ name: "asker" });
  server.tool({
    name: "ask",
    async run(_input, ctx) {
      const { action, content } = await ctx.elicit({
        message: "Who are\x1b[2J you?",
        schema: {
          type: "object",
          properties: {
            name: { type: "string", description: "Your name", minLength: 2 },
            age: { type: "integer", default: 5 },
            color: { type: "string", enum: ["red", "green"] },
            sure: { type: "boolean" },
          },
          required: ["name", "color"],
        },
      });
      return text(`${action} ${JSON.stringify(content)}`);
    },
  });
  await using http = serveHttp(server);
  const nobody = await runProgram(["call", http.url, "ask"]);
  assertEquals(nobody.code, 4);
  assertMatch(nobody.stderr, /elicitation.*lmcp call can ask you .*on a terminal/);
  const shown = await typed(http.url, ["A", "Ada", "", "blue", "red", "y"]);
  assertStringIncludes(shown, "The server asks: Who are\\u001b[2J you? (Ctrl-D declines)\r\n");
  assertMatch(
    shown,
    /name \(string\) Your name:[^]*at least 2 characters: got "A"[^]*name \(string\)/,
  );
  assertStringIncludes(shown, "age (integer, may be empty) [5]:");
  assertMatch(shown, /color \(red, green\):[^]*must be one of[^]*color \(red, green\):/);
  // In what order the members are does not matter.
  const [, said = ""] = /\naccept (\{.*\})/.exec(shown) ?? [];
  assertEquals(JSON.parse(said), { name: "Ada", age: 5, color: "red", sure: true });
  assertStringIncludes(await typed(http.url, ["\x04"]), "decline undefined");
});

/** What `lmcp call URL ask` shows on a terminal where each question is answered by the next line. */
async function typed(url: string, answers: string[]): Promise<string> {
  const { command, args, env } = programCommand(["call", url, "ask"], {});
  const line = [command, ...args].map((word) => `'${word}'`).join(" ");
  const child = new Deno.Command("script", {
    args: ["-qec", line, "/dev/null"],
    env: { ...env, TERM: "xterm" },
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const input = child.stdin.getWriter();
  let shown = "";
  let asked = 0;
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    shown += chunk;
    const questions = shown.match(/\):\r\n|\]:\r\n|name:\r\n/g)?.length ?? 0;
    while (asked < Math.min(questions, answers.length)) {
      const answer = answers[asked++];
      const bytes = new TextEncoder().encode(answer === "\x04" ? answer : `${answer}\n`);
      await input.write(bytes);
    }
  }
  await input.close().catch(() => undefined);
  assertEquals((await child.status).code, 0, shown);
  return shown;
}

async function shell(line: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const { env } = programCommand([], {});
  const output = await new Deno.Command("sh", { args: ["-c", line], env, stdin: "null" }).output();
  const decoder = new TextDecoder();
  const { code, stdout, stderr } = output;
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

async function running(pid: number): Promise<boolean> {
  assert(pid > 0);
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => "");
  return stat !== "" && !/\) Z /.test(stat);
}
