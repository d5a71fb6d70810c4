// `lmcp conformance` as its users run it: against a server that keeps to the protocol, one that does
// not, and none at all.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { runProgram } from "./support/program.ts";
import { quietServer, serveHttp } from "./support/http_server.ts";

const SERVER = new URL("../conformance/everything_server.ts", import.meta.url).pathname;
const COMMAND = ["deno", "run", "-A", "--quiet", SERVER, "--stdio"];

/** A server that answers every ping with something. */
function chattyServer() {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    if (request.method !== "POST") return new Response(null, { status: 405 });
    const { id, method, params } = await request.json();
    if (id === undefined) return new Response(null, { status: 202 });
    const result = method === "initialize"
      ? {
        protocolVersion: params.protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: "chatty", version: request.headers.get("x-version") ?? "0" },
      }
      : method === "tools/list"
      ? { tools: [] }
      : { pong: true };
    return Response.json({ jsonrpc: "2.0", id, result });
  });
}

Deno.test("lmcp conformance prints a table of what passed on a command, and ends with 0", async () => {
  const ways = [
    ["--", ...COMMAND],
    [COMMAND.map((word) => `'${word}'`).join(" ")],
  ];
  for (const way of ways) {
    const { code, stdout, stderr } = await runProgram(
      ["conformance", "--only", "ping", "--revision", "2025-11-25", ...way],
    );
    assertEquals([code, stderr], [0, ""]);
    assertMatch(
      stdout,
      /^revision +passed +failed +noted +skipped\n2025-11-25 +[1-9]\d* +0 +0 +1\n\nskipped 1: for http only\n$/,
    );
  }
});

Deno.test("lmcp conformance says what failed, what asks for it, what was sent and what came", async () => {
  await using server = chattyServer();
  const url = `http://127.0.0.1:${server.addr.port}/mcp`;
  const args = ["conformance", "--only", "ping-is-empty", "--revision", "2025-06-18", url];
  const { code, stdout } = await runProgram(args);
  assertEquals(code, 1);
  const [line = "", ...rest] = stdout.split("\n");
  assertStringIncludes(line, "FAILED 2025-06-18 ping-is-empty: The answer to a ping is an empty");
  assertStringIncludes(
    line,
    "(MUST, https://modelcontextprotocol.io/specification/2025-06-18/basic/utilities/ping#" +
      'behavior-requirements): result must be exactly {}: got {"pong":true}',
  );
  assert(rest.some((each) => /^ +sent .*"method":"ping"/.test(each)), stdout);
  assert(rest.some((each) => /^ +came .*"pong":true/.test(each)), stdout);
  assertMatch(stdout, /\n2025-06-18 +0 +1 +0 +0\n$/);
});

Deno.test("lmcp conformance notes what only lmcp promises, and fails a server for it when --strict", async () => {
  await using server = chattyServer();
  const url = `http://127.0.0.1:${server.addr.port}/mcp`;
  const args = ["conformance", "--only", "content-type", "--revision", "2025-06-18"];
  const { code, stdout } = await runProgram([...args, url]);
  assertEquals(code, 0, stdout);
  assertMatch(stdout, /^note {3}2025-06-18 content-type: .*lmcp's own promise/);
  assertMatch(stdout, /\n2025-06-18 +0 +0 +1 +0\n$/);
  const strict = await runProgram([...args, "--strict", url]);
  assertEquals(strict.code, 1);
  assertMatch(strict.stdout, /^FAILED 2025-06-18 content-type/);
});

Deno.test("lmcp conformance --json prints one object, and sends the headers that are given", async () => {
  await using server = chattyServer();
  const url = `http://127.0.0.1:${server.addr.port}/mcp`;
  const { code, stdout } = await runProgram([
    "conformance",
    "--json",
    ...["--header", "X-Version: 7.5", "--only", "initialize-unknown-revision"],
    ...["--revision", "2025-06-18", url],
  ]);
  const { revisions, scenarios } = JSON.parse(stdout);
  assertEquals([code, revisions], [1, {
    "2025-06-18": { passed: 0, failed: 1, noted: 0, skipped: 0 },
  }]);
  assertEquals([scenarios[0].id, scenarios[0].outcome], ["initialize-unknown-revision", "failed"]);
  assertStringIncludes(JSON.stringify(scenarios[0].came), "7.5");
});

Deno.test("lmcp conformance sends the token of --token-file, and ends with 3 where it is refused", async () => {
  const auth = (token?: string) => token === "t0ken" ? { name: "me", scopes: [] } : undefined;
  await using http = serveHttp(quietServer().server, { auth });
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, "t0ken\n");
  await Deno.chmod(file, 0o600);
  const args = ["conformance", "--only", "ping-is-empty", "--revision", "2025-11-25"];
  assertEquals((await runProgram([...args, "--token-file", file, http.url])).code, 0);
  const refused = await runProgram([...args, http.url]);
  assertEquals(refused.code, 3);
  assertMatch(refused.stderr, /: it answers 401; --token-file or --header says who calls\n$/);
  await Deno.remove(file);
});

Deno.test("lmcp conformance ends with 3 where there is nobody to speak to", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  const cases: [string[], RegExp][] = [
    [[`http://127.0.0.1:${port}/mcp`], /^lmcp: Cannot connect to http:\/\/127\.0\.0\.1:\d+\/mcp: /],
    [["/no/such/program"], /^lmcp: Cannot run "\/no\/such\/program": /],
    [["--", "true"], /^lmcp: The server answers in none of the revisions that were tried\n$/],
  ];
  for (const [target, says] of cases) {
    const { code, stdout, stderr } = await runProgram([
      "conformance",
      "--revision",
      "2025-11-25",
      ...target,
    ]);
    assertEquals([code, stdout], [3, ""]);
    assertMatch(stderr, says);
  }
});
