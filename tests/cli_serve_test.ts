// What `lmcp serve` offers and says, asked of the real program: its listening line, liveness, tools,
// roots, logs, audit, instructions.

import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import { VERSION } from "../src/version.ts";
import { startServer } from "./support/program.ts";
import {
  callTool,
  clientOf,
  type Listening,
  mint,
  ping,
  withDir,
  writeFile,
} from "./support/served.ts";

Deno.test("lmcp serve says where it listens, on loopback and a free port for --port 0", async () => {
  await using named = await startServer(["--name", "the pi"]);
  const line = /^lmcp: the pi v(\S+) listening on http:\/\/127\.0\.0\.1:\d+\/mcp$/m;
  assertEquals(named.stderr().match(line)?.[1], VERSION);
  await using unnamed = await startServer(["--path", "/x/y"]);
  assertMatch(
    unnamed.stderr(),
    /^lmcp: \S+-tools v\S+ listening on http:\/\/127\.0\.0\.1:\d+\/x\/y$/m,
  );
  assertNotEquals(new URL(named.url).port, new URL(unnamed.url).port);
  assertEquals(await ping(unnamed), "pong");
});

Deno.test("lmcp serve answers /healthz without a token, and tells nothing there", async () => {
  await using server = await startServer([], { env: { LMCP_TOKEN: "a-token" } });
  const url = new URL("/healthz", server.url);
  const response = await fetch(url);
  assertEquals([response.status, await response.text()], [200, "ok"]);
  assertEquals([...response.headers.keys()].filter((name) => name.startsWith("x-")), []);
  assertEquals(await (await fetch(`${url}?verbose`)).text(), "ok");
  const head = await fetch(url, { method: "HEAD" });
  assertEquals([head.status, await head.text()], [200, ""]);
  const post = await fetch(url, { method: "POST" });
  assertEquals([post.status, post.headers.get("allow")], [405, "GET, HEAD"]);
  for (const path of ["/healthz/", "/healthzz", "/x/healthz", "/"]) {
    const other = await fetch(new URL(path, server.url));
    assertEquals(other.status, 404, path);
    await other.body?.cancel();
  }
});

Deno.test("lmcp serve offers the tools that --tools, --no-tools and --read-only leave", async () => {
  await using all = await startServer();
  const names = await toolNames(all);
  assert(names.includes("shell") && names.includes("read_file") && names.includes("ping"));
  await using some = await startServer(["--tools", "ping,shell"]);
  assertEquals((await toolNames(some)).sort(), ["ping", "shell"]);
  await using fewer = await startServer(["--no-tools", "shell", "--no-tools", "ping,write_file"]);
  const gone = ["shell", "ping", "write_file"];
  assertEquals(await toolNames(fewer), names.filter((name) => !gone.includes(name)));
  await using reading = await startServer(["--read-only"]);
  const readers = await toolNames(reading);
  assert(readers.includes("read_file") && !readers.includes("shell"));
  const call = await clientOf(reading).request("tools/call", {
    name: "shell",
    arguments: { command: "true" },
  });
  assertMatch(call.error.message, /Unknown tool: got "shell"/);
});

Deno.test("lmcp serve keeps the file tools inside --root, and says what it does not keep", async () => {
  await withDir(async (dir) => {
    await Deno.mkdir(`${dir}/in`);
    await Deno.writeTextFile(`${dir}/in/a.txt`, "apples");
    await Deno.writeTextFile(`${dir}/b.txt`, "bananas");
    // Relative to where it was started.
    await using server = await startServer(["--root", "in"], { cwd: dir });
    assertMatch(
      server.stderr(),
      /^lmcp: --root contains the file tools, not shell and shell_bg: /m,
    );
    assertStringIncludes(await readText(server, `${dir}/in/a.txt`), "apples");
    const refused = await readText(server, `${dir}/b.txt`);
    assert(!refused.includes("bananas"), refused);
    await using contained = await startServer(["--root", "in", "--no-tools", "shell,shell_bg"], {
      cwd: dir,
    });
    assertEquals(contained.stderr().includes("--root contains"), false);
  });
});

Deno.test("lmcp serve writes its log as JSON with --log-format json", async () => {
  await using server = await startServer(["--log-format", "json", "--name", "pi"]);
  await server.stop();
  const lines = server.stderr().trimEnd().split("\n").map((line) => JSON.parse(line));
  for (const { time, level, message } of lines) {
    assert(!Number.isNaN(Date.parse(time)));
    assert(["info", "warn"].includes(level));
    assertEquals(typeof message, "string");
  }
  const listening = lines.find(({ message }) => message.includes("listening on"));
  assertEquals([listening.name, listening.version, listening.url], ["pi", VERSION, server.url]);
});

Deno.test("lmcp serve writes each call to --audit, without what was said in it", async () => {
  await withDir(async (dir) => {
    const { token, line } = await mint("laptop");
    await writeFile(`${dir}/tokens`, line);
    const audit = `${dir}/audit.jsonl`;
    await using server = await startServer(["--tokens", `${dir}/tokens`, "--audit", audit]);
    await callTool(server, "shell", { command: "echo s3cret; exit 3" }, token);
    await ping(server, token);
    const read = await callTool(server, "read_file", { path: audit }, token);
    assertEquals(read.isError, true);
    await server.stop();
    const text = await Deno.readTextFile(audit);
    const lines = text.trimEnd().split("\n").map((each) => JSON.parse(each));
    assertEquals(lines.map(({ who, tool }) => [who, tool]), [
      ["laptop", "shell"],
      ["laptop", "ping"],
      ["laptop", "read_file"],
    ]);
    assertEquals(lines.map(({ outcome }) => outcome).slice(1), ["ok", "error"]);
    assert(!text.includes("s3cret") && !text.includes(token));
  });
});

Deno.test("lmcp serve tells the model what machine it is and what its name is", async () => {
  await using server = await startServer(["--name", "pi"]);
  const { result } = await clientOf(server).request("initialize", {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "test", version: "1" },
  });
  assertEquals([result.serverInfo.name, result.serverInfo.version], ["pi", VERSION]);
  assertMatch(result.instructions, /^These tools act on the machine "/);
  assert(new TextEncoder().encode(result.instructions).length < 2048);
});

async function readText(server: Listening, path: string): Promise<string> {
  return JSON.stringify((await callTool(server, "read_file", { path })).content);
}

async function toolNames(server: Listening): Promise<string[]> {
  const { result } = await clientOf(server).request("tools/list");
  return result.tools.map(({ name }: { name: string }) => name);
}
